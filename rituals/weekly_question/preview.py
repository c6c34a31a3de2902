"""The preview: a day before a question is asked, whoever is in charge sees it and may decide otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.core.effects import Effect, Wake
from bot.core.forms import Form
from bot.core.i18n import words
from bot.core.model import Label, MemberId
from bot.core.schedule import Occurrence, at_local
from bot.core.text import Button, Code, Text, Translated, When, buttons, paragraph, quote
from rituals.weekly_question import texts
from rituals.weekly_question.bank import Wording
from rituals.weekly_question.model import Round
from rituals.weekly_question.notices import Notice, fingerprint
from rituals.weekly_question.plan import Plan, coming
from rituals.weekly_question.rounds import Rounds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import Shelf, shelf
from rituals.weekly_question.worded import words_fields

t, tn = words("weekly_question")

FORM = "reword"
AHEAD = timedelta(days=1)
"""How long before the asking the preview comes."""
SETTLE, CHANGE, PASS, EDIT = "preview.ask", "preview.another", "preview.skip", "preview.edit"
AS_IT_IS, OTHER_WORDS, ANOTHER, SKIPPED, ASKED = "ask", "words", "another", "skip", "asked"
"""What may have been decided."""
_ABOUT_ONE = frozenset({AS_IT_IS, OTHER_WORDS, ANOTHER})
"""What is decided about one question, and not about whichever comes instead."""


def name_of(day: date) -> str:
    """Return the name of the notice about the question of a day."""
    return f"preview/{day.isoformat()}"


def previewed(label: str) -> date | None:
    """Return the day whose preview a wake is about, None for another wake."""
    head, _, rest = label.partition("/")
    return date.fromisoformat(rest.partition("/")[0]) if head == "preview" else None


def wake(moment: Now, plan: Plan) -> Wake | None:
    """Return the wake that shows the next question, a day ahead, unless it was shown.

    Only that of the next: on a daily rhythm a question is asked at the instant at which the one after it is shown.
    """
    first = next(coming(moment, plan), None)
    if first is None or first.day == plan.previewed:
        return None
    return Wake(Label(name_of(first.day)), first.at - AHEAD, AHEAD)


async def overtaken(rounds: Rounds, moment: Now) -> Wake | None:
    """Return a wake for now where the copies no longer say what is planned, or somebody in charge has none."""
    plan = await rounds.plan()
    if plan.previewed is None:
        return None
    notice = await rounds.notice(name_of(plan.previewed))
    if notice is None:
        return None
    owed = await _until(rounds, moment, notice, plan.previewed) is not None
    if not notice.copies and not owed:
        return None
    now_said = fingerprint(await _said(rounds, moment, notice, plan.previewed))
    return (
        None if now_said == notice.shown and not owed else Wake(Label(f"{notice.name}/{now_said}"), moment.now, AHEAD)
    )


async def on_due(rounds: Rounds, day: date, moment: Now) -> Sequence[Effect]:
    """Show the next question to whoever is in charge, or bring the copies up to date."""
    plan = await rounds.plan()
    if day == plan.previewed:
        return await follow(rounds, moment)
    first = next(coming(moment, plan), None)
    if first is None or first.day != day:
        return ()
    said: list[Effect] = []
    if plan.previewed is not None:
        said += await follow(rounds, moment)
    notice = await rounds.notice(name_of(day))
    if notice is None:
        notice = Notice(id=moment.new_id(), name=name_of(day), at=moment.now)
        await rounds.add_notice(notice)
    plan.previewed = day
    body = await _said(rounds, moment, notice, day)
    return [*said, *notice.retell(body), *notice.send(moment.in_charge, body, moment.new_id, first.at)]


async def undecided(rounds: Rounds, moment: Now) -> Text:
    """Return the preview as its copies show it, as long as nobody decided; nothing when there is none."""
    plan = await rounds.plan()
    notice = await rounds.notice(name_of(plan.previewed)) if plan.previewed else None
    first = next(coming(moment, plan), None)
    if notice is None or not notice.open or first is None or first.day != plan.previewed:
        return Text()
    return _shown(notice, moment, first, await shelf(rounds, moment))


async def follow(rounds: Rounds, moment: Now) -> list[Effect]:
    """Let the copies of the last preview say what is planned now; who is in charge and has none gets one."""
    plan = await rounds.plan()
    notice = await rounds.notice(name_of(plan.previewed)) if plan.previewed else None
    if notice is None or plan.previewed is None:
        return []
    if _outdated(notice, await shelf(rounds, moment)):
        notice.reopen()
    until, body = (
        await _until(rounds, moment, notice, plan.previewed),
        await _said(rounds, moment, notice, plan.previewed),
    )
    told: list[Effect] = [*notice.retell(body)]
    return told if until is None else [*told, *notice.send(moment.in_charge, body, moment.new_id, until)]


async def _until(rounds: Rounds, moment: Now, notice: Notice, day: date) -> datetime | None:
    """Return until when somebody in charge who has no copy may still decide; None when there is nothing to send."""
    first = next(coming(moment, await rounds.plan()), None)
    if first is None or first.day != day or not notice.lacks(moment.in_charge):
        return None
    return first.at if notice.open or _outdated(notice, await shelf(rounds, moment)) else None


def _outdated(notice: Notice, on_shelf: Shelf) -> bool:
    """Whether another question is planned by now than the one that was decided about."""
    return notice.decision in _ABOUT_ONE and notice.about != about_next(on_shelf)


def about_next(on_shelf: Shelf) -> str:
    """Return what tells the next question and its words from others."""
    return fingerprint(paragraph(Code(on_shelf.next.key), next_words(on_shelf).node))


async def asked(rounds: Rounds, moment: Now, round_: Round, by: MemberId | None) -> list[Effect]:
    """Let the copies say that the question they showed, or another in its place, was asked."""
    plan = await rounds.plan()
    day = plan.previewed
    notice = await rounds.notice(name_of(day)) if day else None
    if notice is None or day is None or notice.decision == SKIPPED or plan.settled(moment.community.zone) < day:
        return []
    plan.previewed = None
    notice.decide(ASKED, by)
    when, name = When(round_.asked_at), texts.home(moment)
    line = (
        t(
            "{who} had it asked in {community} on {when}: “{question}”",
            who=texts.named(by),
            community=name,
            when=when,
            question=texts.linked(round_),
        )
        if by
        else t("Asked in {community} on {when}: “{question}”", community=name, when=when, question=texts.linked(round_))
    )
    return [*notice.retell(paragraph(line))]


async def about(rounds: Rounds, day: date | None) -> Notice | None:
    """Return the notice about the question of a day if that is the one that was shown last."""
    plan = await rounds.plan()
    return await rounds.notice(name_of(day)) if day is not None and day == plan.previewed else None


def next_words(on_shelf: Shelf) -> Wording:
    """Return the words in which the next question is asked: those of the bank, or other ones for this time."""
    entry, reworded = on_shelf.next, on_shelf.plan.reworded
    return reworded.wording if reworded and reworded.key == entry.key else on_shelf.wording(entry)


async def _said(rounds: Rounds, moment: Now, notice: Notice, day: date) -> Text:
    """Return what the copies of a notice are to say."""
    plan, name = await rounds.plan(), texts.home(moment)
    first = next(coming(moment, plan), None)
    if first is not None and first.day == day:
        return _shown(notice, moment, first, await shelf(rounds, moment))
    asked_for = When(at_local(day, moment.settings.cadence.at, moment.community.zone), "date")
    if plan.skipped is not None and plan.skipped >= day:
        who = texts.named(notice.decided_by)
        return paragraph(
            t("{who} skipped the question of {day} in {community}.", who=who, day=asked_for, community=name)
            if notice.decision == SKIPPED
            else t("The question of {day} in {community} is skipped.", day=asked_for, community=name)
        )
    none = t("There is no question in {community} on {day} any more.", community=name, day=asked_for)
    if first is None:
        return paragraph(none)
    return paragraph(none, " ", t("The next one comes on {when}.", when=When(first.at)))


def _shown(notice: Notice, moment: Now, occasion: Occurrence, on_shelf: Shelf) -> Text:
    """Return the next question, with what can be decided about it, or with what was."""
    name, when = texts.home(moment), When(occasion.at)
    head = (
        t("Next question in {community}: {when}, moved because of a public holiday.", community=name, when=when)
        if occasion.moved_from
        else t("Next question in {community}: {when}.", community=name, when=when)
    )
    body = paragraph(head) + quote(paragraph(next_words(on_shelf).node))
    if notice.open or _outdated(notice, on_shelf):
        return body + paragraph(t("If nobody decides, it is asked as it is.")) + _choices(moment, occasion, on_shelf)
    return body + paragraph(decided(notice), " ", t("`{prefix} question next` still changes it.", prefix=moment.prefix))


def form(on_shelf: Shelf, moment: Now) -> Form:
    """Return the form that asks for other words for the next question."""
    return Form(
        id=f"{FORM}/{on_shelf.next.key}",
        title=t("The next question"),
        fields=words_fields(moment.community, next_words(on_shelf)),
        intro=paragraph(t("For this time only: the bank keeps its own words.")),
        submit=t("Ask it so"),
    )


def decided(notice: Notice) -> Translated:
    """Return who decided, and what."""
    who = texts.named(notice.decided_by)
    match notice.decision:
        case "words":
            return t("{who} chose these words.", who=who)
        case "another":
            return t("{who} chose another question.", who=who)
        case "skip":
            return t("{who} skipped it.", who=who)
        case "asked":
            return t("{who} had it asked.", who=who) if notice.decided_by else t("It was asked.")
        case _:
            return t("{who} settled it: it is asked as it is.", who=who)


def _choices(moment: Now, occasion: Occurrence, on_shelf: Shelf) -> Text:
    value = f"{occasion.day.isoformat()} {on_shelf.next.key}"
    weekly = len(moment.settings.cadence.days.numbers) == 1
    first = [
        Button(SETTLE, t("Ask it"), value),
        *([Button(CHANGE, t("Another one"), value)] if on_shelf.others else []),
        Button(PASS, t("Skip this week") if weekly else t("Skip this time"), value),
    ]
    return buttons(*first) + buttons(Button(EDIT, t("Edit"), value))
