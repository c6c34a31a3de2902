"""What the weekly question says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from bot.core import schedule
from bot.core.events import Event
from bot.core.i18n import words
from bot.core.model import Community, MemberId
from bot.core.schedule import Occurrence
from bot.core.text import (
    Button,
    Emphasis,
    Inline,
    MessageLink,
    Named,
    Paragraph,
    Plain,
    Text,
    Translated,
    When,
    bullets,
    buttons,
    lines,
    paragraph,
    quote,
)
from rituals.weekly_question.bank import Wording
from rituals.weekly_question.model import Answer, Round, question
from rituals.weekly_question.settings import Now, WeeklyQuestionSettings

t, tn = words("weekly_question")

NOW, ANOTHER, SKIP, REWORD, WRITE = "now", "another", "skip", "reword", "write"
ASK = t("Answer in the thread, when it suits you.")
THANKS = t("Thank you.")
WITHDRAWN = t("This question was taken back. What was said here stays here.")
HOLIDAYS = {
    "move": t("on a public holiday it moves to the next working day"),
    "skip": t("on a public holiday it is skipped"),
    "ignore": t("public holidays change nothing"),
}


def who(event: Event) -> Inline:
    """Return who did something, by name."""
    return named(event.actor)


def named(member: MemberId | None) -> Inline:
    """Return a member's name; that of somebody who was erased is not known."""
    return Named(member) if member else Plain("…")


def home(moment: Now) -> str:
    """Return the community's name, with that of this weekly question where it has one of its own."""
    name = moment.community.name
    return f"{name} ({moment.name})" if moment.name else name


def someone(author: MemberId | None) -> Inline:
    """Return whose an answer is; an unsigned one is nobody's."""
    return Named(author) if author else t("Someone")


def asked(round_: Round) -> Text:
    """Return the question as it is asked in the channel."""
    write = Button(WRITE, t("Write an answer"), str(round_.number), spare=True)
    rows: list[Inline] = [ASK]
    if round_.author:
        rows.insert(0, t("Suggested by {who}.", who=Named(round_.author)))
    return paragraph(round_.question.node) + lines(*(Emphasis((row,)) for row in rows)) + buttons(write)


def reminder(until: datetime) -> Translated:
    """Return the reminder in the thread of a round that closes at ``until``."""
    return t("This thread stays open until {when}. A line is plenty, and so is reading along.", when=When(until))


def linked(round_: Round) -> MessageLink:
    """Return the question as a link to where it was asked."""
    return MessageLink((round_.question.node,), label=question(round_.number))


def digest(round_: Round) -> Text:
    """Return the digest of a round that has answers: a number, the first answers with links, thanks."""
    count = tn(
        "{count} person answered “{question}”",
        "{count} people answered “{question}”",
        round_.authors,
        question=linked(round_),
    )
    rows = [paragraph(*_answer(answer)) for answer in round_.first_answers()]
    rest = round_.authors - len(rows)
    more: list[Inline | str] = (
        [tn("{count} more in the thread.", "{count} more in the thread.", rest), " "] if rest else []
    )
    return paragraph(count) + bullets(*rows) + paragraph(*more, THANKS)


def _answer(answer: Answer) -> list[Inline]:
    """Return whose answer it is, with a link to it, and how it begins while that is kept."""
    name: list[Inline] = [MessageLink((someone(answer.author),), message=answer.message, label=answer.label)]
    beginning = [node for block in answer.excerpt.blocks if isinstance(block, Paragraph) for node in block.children]
    return [*name, t(": "), *beginning] if beginning else name


def preview(key: str, said: Wording, occasion: Occurrence | None, offered: Collection[str]) -> Text:
    """Return what will be asked next and when, with the buttons ``offered``, by action, to whoever is in charge."""
    when = (
        t("Nothing is planned.")
        if occasion is None
        else t("Next question: {when}, moved because of a public holiday.", when=When(occasion.at))
        if occasion.moved_from
        else t("Next question: {when}.", when=When(occasion.at))
    )
    decisions = [
        Button(NOW, t("Ask it now"), key),
        Button(ANOTHER, t("Another one"), key),
        Button(SKIP, t("Skip this time"), occasion.day.isoformat() if occasion else ""),
    ]
    body, shown = paragraph(when) + quote(paragraph(said.node)), [b for b in decisions if b.action in offered]
    if shown:
        body += buttons(*shown)
    return body + buttons(Button(REWORD, t("Edit"), key)) if REWORD in offered else body


def rhythm(settings: WeeklyQuestionSettings, community: Community) -> Translated:
    """Return the rhythm in a sentence."""
    return t("Asked {cadence} ({zone}).", cadence=schedule.describe(settings.cadence), zone=community.zone)


OWN: Mapping[str, Translated] = {
    "question-ask": ASK,
    "question-reminder": reminder(datetime(2026, 11, 27, 9, tzinfo=UTC)),
    "question-thanks": THANKS,
    "question-withdrawn": WITHDRAWN,
}
"""What a community may say in its own words, with values such as it is said with."""
