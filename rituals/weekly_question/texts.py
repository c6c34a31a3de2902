"""What the weekly question says."""

from __future__ import annotations

from collections.abc import Collection

from bot.core import schedule
from bot.core.i18n import words
from bot.core.model import Community
from bot.core.schedule import Occurrence
from bot.core.text import (
    Button,
    Emphasis,
    Inline,
    MessageLink,
    Named,
    Paragraph,
    Text,
    When,
    bullets,
    buttons,
    paragraph,
    quote,
)
from rituals.weekly_question.bank import Wording
from rituals.weekly_question.model import Answer, Round, question
from rituals.weekly_question.settings import WeeklyQuestionSettings

t, tn = words("weekly_question")

NOW, ANOTHER, SKIP = "now", "another", "skip"
HOLIDAYS = {
    "move": t("on a public holiday it moves to the next working day"),
    "skip": t("on a public holiday it is skipped"),
    "ignore": t("public holidays change nothing"),
}


def asked(round_: Round) -> Text:
    """Return the question as it is asked in the channel."""
    return paragraph(round_.question.node) + paragraph(Emphasis((t("Answer in the thread, when it suits you."),)))


def digest(round_: Round) -> Text:
    """Return the digest of a round that has answers: a number, the first answers with links, thanks."""
    count = tn(
        "{count} person answered “{question}”",
        "{count} people answered “{question}”",
        round_.authors,
        question=MessageLink((round_.question.node,), label=question(round_.number)),
    )
    rows = [paragraph(*_answer(answer)) for answer in round_.first_answers()]
    rest = round_.authors - len(rows)
    thanks = (
        tn("{count} more in the thread. Thank you.", "{count} more in the thread. Thank you all.", rest)
        if rest
        else t("Thank you.")
    )
    return paragraph(count) + bullets(*rows) + paragraph(thanks)


def _answer(answer: Answer) -> list[Inline]:
    """Return whose answer it is, with a link to it, and how it begins while that is kept."""
    who: Inline = Named(answer.author) if answer.author else t("Someone")
    name: list[Inline] = [MessageLink((who,), message=answer.message, label=answer.label)]
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
    choices = [
        Button(NOW, t("Ask it now"), key),
        Button(ANOTHER, t("Another one"), key),
        Button(SKIP, t("Skip this time"), occasion.day.isoformat() if occasion else ""),
    ]
    body, shown = paragraph(when) + quote(paragraph(said.node)), [b for b in choices if b.action in offered]
    return body + buttons(*shown) if shown else body


def rhythm(settings: WeeklyQuestionSettings, community: Community) -> Text:
    """Return the rhythm in a sentence."""
    return paragraph(
        t(
            "Asked {cadence} ({zone}).",
            cadence=schedule.describe(settings.cadence),
            zone=community.zone,
        )
    )
