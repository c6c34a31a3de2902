"""What the weekly question says."""

from __future__ import annotations

from datetime import datetime

from bot.core import schedule
from bot.core.i18n import words
from bot.core.markdown import parse
from bot.core.model import Community
from bot.core.text import (
    Button,
    Emphasis,
    MessageLink,
    Named,
    Plain,
    Text,
    When,
    bullets,
    buttons,
    paragraph,
    quote,
)
from rituals.weekly_question.model import Prompt, Round, WeeklyQuestionSettings, question

t, tn = words("weekly_question")

NOW, ANOTHER, SKIP = "now", "another", "skip"
HOLIDAYS = {
    "move": t("on a public holiday it moves to the next working day"),
    "skip": t("on a public holiday it is skipped"),
    "ignore": t("public holidays change nothing"),
}


def asked(said: str) -> Text:
    """Return the question as it is asked in the channel."""
    return parse(said) + paragraph(Emphasis((t("Answer in the thread, when it suits you."),)))


def digest(round_: Round) -> Text:
    """Return the digest of a round that has answers: a number, the first answers with links, thanks."""
    count = tn(
        "{count} person answered “{question}”",
        "{count} people answered “{question}”",
        round_.authors,
        question=MessageLink((Plain(round_.question),), label=question(round_.number)),
    )
    rows = [
        paragraph(
            MessageLink((Named(answer.author),), message=answer.message),
            t(": "),
            *(node for block in answer.excerpt.blocks if hasattr(block, "children") for node in block.children),
        )
        for answer in round_.first_answers()
    ]
    rest = round_.authors - len(rows)
    thanks = (
        tn("{count} more in the thread. Thank you.", "{count} more in the thread. Thank you all.", rest)
        if rest
        else t("Thank you.")
    )
    return paragraph(count) + bullets(*rows) + paragraph(thanks)


def preview(prompt: Prompt, said: str, at: datetime | None, moved: bool, in_charge: bool, day: str) -> Text:  # noqa: FBT001
    """Return what will be asked next, with what whoever is in charge can do about it."""
    when = (
        t("Nothing is planned.")
        if at is None
        else t("Next question: {when}, moved because of a public holiday.", when=When(at))
        if moved
        else t("Next question: {when}.", when=When(at))
    )
    body = paragraph(when) + quote(parse(said))
    if not in_charge:
        return body
    return body + buttons(
        Button(NOW, t("Ask it now"), prompt.key),
        Button(ANOTHER, t("Another one"), prompt.key),
        *([Button(SKIP, t("Skip this time"), day)] if at else []),
    )


def rhythm(settings: WeeklyQuestionSettings, community: Community) -> Text:
    """Return the rhythm in a sentence."""
    return paragraph(
        t(
            "Asked {cadence} ({zone}).",
            cadence=schedule.describe(settings.cadence),
            zone=community.zone,
        )
    )
