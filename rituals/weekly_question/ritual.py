"""The weekly question: asked on its rhythm, answered in its thread, closed by a digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random  # noqa: TID251 - seeded from the binding, so that the next question can be foretold
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.core import schedule
from bot.core.commands import commands_of
from bot.core.effects import Configure, Edit, Effect, Journal, Load, Post, Wake, Whisper, Withdraw
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, Due, MessageDeleted, MessageEdited, MessagePosted
from bot.core.excerpt import excerpt
from bot.core.forms import Field
from bot.core.i18n import voice, words
from bot.core.model import Community, Language, Role
from bot.core.text import (
    Inline,
    Mention,
    MessageLink,
    Named,
    Plain,
    Text,
    When,
    bullets,
    map_inlines,
    paragraph,
)
from bot.core.typography import french
from bot.engine.ritual import Answers, Hears, Moment, Ritual
from rituals.weekly_question import texts
from rituals.weekly_question.commands import TREE
from rituals.weekly_question.model import (
    Answer,
    Plan,
    Prompt,
    Round,
    WeeklyQuestionSettings,
    ask,
    choose,
    close,
    closing,
    coming,
    day_of,
    digest,
    number_of,
    question,
)
from rituals.weekly_question.starters import starters

t, tn = words("weekly_question")

Now = Moment[WeeklyQuestionSettings]
ASK_GRACE = timedelta(hours=12)
CLOSE_GRACE = timedelta(days=30)
EXCERPT = 120
FORESEEN = 3
ANSWER_UNITS = 0.5
"""An answer counts for half a quarter of an hour in the load ledger."""


class Rounds(Protocol):
    """The rounds of one weekly question."""

    async def plan(self) -> Plan:
        """Return what was decided about the next question."""
        ...

    async def numbered(self, number: int) -> Round | None:
        """Return a round by its number."""
        ...

    async def latest(self) -> Round | None:
        """Return the last round that was asked."""
        ...

    async def used(self) -> Sequence[str]:
        """Return the keys of the prompts that were asked, oldest first."""
        ...

    async def add(self, round_: Round) -> None:
        """Keep a new round."""
        ...


async def on_due(rounds: Rounds, event: Due, moment: Now) -> Sequence[Effect]:
    """Ask, or close, as the wake's label says, if that is still wanted."""
    day = day_of(event.label)
    if day is not None:
        plan = await rounds.plan()
        return () if day in {plan.skipped, plan.asked_on} else await _ask(rounds, moment, day)
    round_ = await rounds.numbered(number_of(event.label) or 0)
    return _close(round_, moment) if round_ else ()


async def _ask(rounds: Rounds, moment: Now, day: date) -> list[Effect]:
    """Ask the next question; the one before it closes, and its answers' words are forgotten."""
    plan, before = await rounds.plan(), await rounds.latest()
    said: list[Effect] = []
    if before is not None:
        said += _close(before, moment)
        for answer in before.answers:
            answer.excerpt = Text()
    prompt = await _next(rounds, moment)
    plan.asked_on, plan.passed = day, ""
    number = before.number + 1 if before else 1
    words_ = _said(prompt, moment.community)
    await rounds.add(
        Round(
            id=moment.new_id(),
            number=number,
            prompt=prompt.key,
            question=words_,
            asked_at=moment.now,
            closes_at=closing(moment, plan),
        )
    )
    return [*said, Post(question(number), texts.asked(words_))]


def _close(round_: Round, moment: Now) -> list[Effect]:
    """Close an open round: with a digest when there are answers, else without a word."""
    if not round_.open:
        return []
    round_.closed_at = moment.now
    if not round_.answers:
        return []
    round_.digest = True
    return [Post(digest(round_.number), texts.digest(round_))]


async def _next(rounds: Rounds, moment: Now) -> Prompt:
    order = [p.key for p in starters()]
    Random(moment.binding).shuffle(order)  # noqa: S311 - a fixed order per binding, guards nothing
    return choose(starters(), await rounds.used(), (await rounds.plan()).passed, order)


def _said(prompt: Prompt, community: Community) -> str:
    """Return the prompt in the community's words, set as its readers expect."""
    spoken = voice(community.language, community.address, community.zone)
    said = prompt.said(spoken.language, spoken.address)
    return said if spoken.language == "en" else french(said, spoken.locale)


async def on_message(rounds: Rounds, event: MessagePosted, _: Now) -> Sequence[Effect]:
    """Count an answer; a late one still counts until the next question is asked."""
    round_ = await _answered(rounds, event)
    if round_ is None or event.actor is None or round_.answer(event.message):
        return ()
    late = not round_.open
    round_.answers.append(
        Answer(message=event.message, author=event.actor, at=event.at, excerpt=_excerpt(event.text), late=late)
    )
    return [Load(event.actor, "answer", ANSWER_UNITS), *_retold(round_)]


async def on_edit(rounds: Rounds, event: MessageEdited, _: Now) -> Sequence[Effect]:
    """Keep to what the author means to say."""
    round_ = await _answered(rounds, event)
    answer = round_.answer(event.message) if round_ else None
    if round_ is None or answer is None:
        return ()
    answer.excerpt = _excerpt(event.text)
    return _retold(round_)


async def on_delete(rounds: Rounds, event: MessageDeleted, moment: Now) -> Sequence[Effect]:
    """Forget an answer that was taken back; a question that was taken away closes its round quietly."""
    round_ = await rounds.numbered(number_of(event.thread) or 0)
    if round_ is None:
        return ()
    if event.message is None:
        if event.thread == question(round_.number) and round_.open:
            round_.closed_at, round_.withdrawn = moment.now, True
        return ()
    answer = round_.answer(event.message)
    if answer is None:
        return ()
    round_.answers.remove(answer)
    return _retold(round_)


async def _answered(rounds: Rounds, event: MessagePosted | MessageEdited) -> Round | None:
    """Return the round whose thread this is while it counts answers: until the next question, or its withdrawal."""
    number, latest = number_of(event.thread), await rounds.latest()
    if latest is None or latest.number != number or event.thread != question(latest.number) or latest.withdrawn:
        return None
    return latest


def _retold(round_: Round) -> list[Effect]:
    """Return the digest brought up to date, if there is one."""
    if not round_.digest:
        return []
    return [Edit(digest(round_.number), texts.digest(round_)) if round_.answers else Withdraw(digest(round_.number))]


def _excerpt(said: Text) -> Text:
    """Return the beginning of a member's words, in which nobody is notified."""

    def hushed(node: Inline) -> tuple[Inline, ...]:
        return (Named(node.member),) if isinstance(node, Mention) else (node,)

    return map_inlines(paragraph(*excerpt(said, EXCERPT)), hushed)


async def every(_: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Change the rhythm, and show what it means."""
    today = moment.now.astimezone(ZoneInfo(moment.community.zone)).date()
    cadence: schedule.Cadence = event.values["rhythm"].starting(today)
    changed = moment.settings.model_copy(update={"cadence": cadence})
    occasions = schedule.occurrences(
        cadence, moment.community.zone, moment.now, schedule.Holidays(moment.community.region, changed.holidays)
    )
    return (
        Configure({"cadence": str(cadence)}),
        Journal(t("{who} set the weekly question to {cadence}.", who=_who(event), cadence=schedule.describe(cadence))),
        Whisper(
            paragraph(t("The question is now asked {cadence}. Next:", cadence=schedule.describe(cadence)))
            + bullets(*(paragraph(When(o.at)) for o in islice(occasions, FORESEEN)))
        ),
    )


async def days(_: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Change how long answers are gathered."""
    count: int = event.values["days"]
    del moment
    after = tn("after {count} day", "after {count} days", count)
    return (
        Configure({"days": count}),
        Journal(t("{who} set the digest to come {after}.", who=_who(event), after=after)),
        Whisper(paragraph(t("From the next question on, the digest comes {after}.", after=after))),
    )


async def holidays(_: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Change what happens on a public holiday."""
    choice: str = event.values["choice"]
    told = paragraph(t("Understood: {what}.", what=texts.HOLIDAYS[choice]))
    if moment.community.region is None and choice != "ignore":
        told += paragraph(
            t("No region is set yet: `{prefix} setup` says whose holidays are kept.", prefix=moment.prefix)
        )
    return (
        Configure({"holidays": choice}),
        Journal(t("{who} decided: {what}.", who=_who(event), what=texts.HOLIDAYS[choice])),
        Whisper(told),
    )


async def now(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask the next question at once."""
    return [*await _ask_now(rounds, moment), Journal(t("{who} asked the question.", who=_who(event)))]


async def _ask_now(rounds: Rounds, moment: Now) -> list[Effect]:
    today = moment.now.astimezone(ZoneInfo(moment.community.zone)).date()
    said = await _ask(rounds, moment, today)
    return [*said, Whisper(paragraph(t("The question is on its way.")))]


async def upcoming(rounds: Rounds, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell what will be asked next."""
    return (Whisper(await _preview(rounds, moment, event.role)),)


async def _preview(rounds: Rounds, moment: Now, role: Role) -> Text:
    occasion = next(coming(moment, await rounds.plan()), None)
    prompt = await _next(rounds, moment)
    return texts.preview(
        prompt,
        _said(prompt, moment.community),
        occasion.at if occasion else None,
        bool(occasion and occasion.moved_from),
        role >= Role.FACILITATOR,
        occasion.day.isoformat() if occasion else "",
    )


async def on_press(rounds: Rounds, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Do what whoever is in charge pressed, unless somebody was faster."""
    if event.role < Role.FACILITATOR:
        raise UserError(t("Only the facilitator or a coordinator can decide this."))
    plan = await rounds.plan()
    if event.action == texts.SKIP:
        return await _skip(rounds, event, moment, plan)
    prompt = await _next(rounds, moment)
    if prompt.key != event.value:
        raise await _too_late(rounds, event, moment)
    if event.action == texts.NOW:
        said = await _ask_now(rounds, moment)
        return [*said, Journal(t("{who} asked the question.", who=_presser(event)))]
    plan.passed = prompt.key
    return (Whisper(await _preview(rounds, moment, event.role)),)


async def _skip(rounds: Rounds, event: ButtonPressed, moment: Now, plan: Plan) -> Sequence[Effect]:
    occasion = next(coming(moment, plan), None)
    if occasion is None or occasion.day.isoformat() != event.value:
        raise await _too_late(rounds, event, moment)
    plan.skipped = occasion.day
    return (
        Journal(t("{who} skipped the question of {day}.", who=_presser(event), day=When(occasion.at, "date"))),
        Whisper(paragraph(t("Skipped. Nobody is told.")) + await _preview(rounds, moment, event.role)),
    )


async def _too_late(rounds: Rounds, event: ButtonPressed, moment: Now) -> UserError:
    """Say what happened since the button was shown."""
    latest = await rounds.latest()
    if latest is not None and latest.prompt == event.value:
        link = MessageLink((t("this question"),), label=question(latest.number))
        return UserError(
            t("It was done already: {question} was asked on {when}.", question=link, when=When(latest.asked_at))
        )
    return UserError(
        t(
            "Something else was decided since. Nothing was changed; `{prefix} question next` shows what is planned.",
            prefix=moment.prefix,
        )
    )


async def agenda(rounds: Rounds, moment: Now) -> Sequence[Wake]:
    """Return the next occasions to ask, and the close of the round that is open."""
    plan, latest = await rounds.plan(), await rounds.latest()
    wakes = [
        Wake(ask(o.day), o.at, ASK_GRACE, t("the weekly question")) for o in islice(coming(moment, plan), FORESEEN)
    ]
    if latest is not None and latest.open:
        what = t("the digest, if there are answers")
        wakes.append(Wake(close(latest.number), latest.closes_at, CLOSE_GRACE, what))
    return wakes


async def summary(rounds: Rounds, moment: Now) -> Text:
    """Tell the rhythm, and what is open."""
    body = texts.rhythm(moment.settings, moment.community)
    latest = await rounds.latest()
    if latest is None:
        return body + paragraph(t("Nothing has been asked yet."))
    link = MessageLink((Plain(latest.question),), label=question(latest.number))
    # A number is told only when there is one: nobody is to be sorry for a quiet week.
    answered = tn("{count} person has answered", "{count} people have answered", latest.authors)
    closing_at = When(latest.closes_at)
    if latest.open and latest.answers:
        line = t(
            "Open: “{question}” – {answered}; the digest comes on {when}.",
            question=link,
            answered=answered,
            when=closing_at,
        )
    elif latest.open:
        line = t("Open: “{question}” – answers are gathered until {when}.", question=link, when=closing_at)
    elif latest.answers:
        line = t("Last: “{question}” – {answered}.", question=link, answered=answered)
    else:
        line = t("Last: “{question}” – asked on {when}.", question=link, when=When(latest.asked_at, "date"))
    return body + paragraph(line)


def setup(language: Language) -> Sequence[Field]:
    """Ask for the rhythm when a community is set up."""
    return (
        Field(
            name="cadence",
            label=t("When the weekly question is asked"),
            value="monday 09:00" if language == "en" else "lundi 9 h",
            help=t("For example: tuesday 14:30, every 2 weeks monday 09:00, first thursday 16:00."),
        ),
    )


def _who(event: CommandGiven) -> Inline:
    return Named(event.actor) if event.actor else Plain("")


def _presser(event: ButtonPressed) -> Inline:
    return Named(event.actor) if event.actor else Plain("")


_HANDLERS = {
    "question.every": every,
    "question.now": now,
    "question.next": upcoming,
    "question.days": days,
    "question.holidays": holidays,
}

ritual: Ritual[Rounds, WeeklyQuestionSettings] = Ritual(
    name="weekly_question",
    title=t("The weekly question"),
    settings=WeeklyQuestionSettings,
    agenda=agenda,
    summary=summary,
    hears=(
        Hears(Due, on_due),
        Hears(MessagePosted, on_message),
        Hears(MessageEdited, on_edit),
        Hears(MessageDeleted, on_delete),
        Hears(ButtonPressed, on_press),
    ),
    answers=tuple(Answers(command, _HANDLERS[command.id]) for command in commands_of(TREE)),
    tree=TREE.children,
    setup=setup,
    locale=Path(__file__).parent / "locale",
)
