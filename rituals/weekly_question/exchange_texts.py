"""What importing and exporting the bank says, and its form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from bot.core.forms import Field, Form
from bot.core.i18n import words
from bot.core.model import Language
from bot.core.text import Button, CodeBlock, File, Inline, Text, bullets, buttons, paragraph
from rituals.weekly_question.bank import Entry
from rituals.weekly_question.importing import MOST
from rituals.weekly_question.kinds import KINDS, LABELS
from rituals.weekly_question.likeness import essences, likest
from rituals.weekly_question.shelf import Shelf

t, tn = words("weekly_question")

FORM: Final = "bank-import"
ADD, DROP = "import-add", "import-drop"
_ALIKE_SHOWN: Final = 3
_EXAMPLES: Final[Mapping[Language, str]] = {
    "en": "# Tip\n- Which shortcut do you use?\n- en: What saves time?\n  fr: Qu’est-ce qui fait gagner du temps ?",
    "fr": "# Truc\n- Quel raccourci sert le plus ?\n- fr: Qu’est-ce qui fait gagner du temps ?\n  en: What saves time?",
}


def import_form(language: Language) -> Form:
    """Return the form that takes a text with questions."""
    said = t(
        "A heading names the kind; then each question is an item of a list. "
        "CSV with the columns `kind`, `en` and `fr` does as well."
    )
    return Form(
        FORM,
        t("Import questions"),
        (
            Field(
                "text",
                t("The questions"),
                "long",
                help=t("At most {limit} at a time. Nothing is added before you have seen what would be.", limit=MOST),
            ),
        ),
        intro=paragraph(said) + Text((CodeBlock(_EXAMPLES[language]),)),
        submit=t("Look at them"),
    )


def nothing_new(known: int) -> Text:
    """Return what is said when the bank has all that was read."""
    return paragraph(
        tn("The bank has this question already.", "The bank has all of these {count} questions already.", known)
    )


def previewed(shelf: Shelf, drafts: Sequence[Entry], known: int, batch: str) -> Text:
    """Return what would be added, with the buttons that decide it."""
    said: list[Inline | str] = [
        tn("{count} question would be added to the bank.", "{count} questions would be added to the bank.", len(drafts))
    ]
    if known:
        said += [" ", tn("{count} is there already.", "{count} are there already.", known)]
    counts = Counter(draft.kind for draft in drafts)
    body = paragraph(*said)
    body += bullets(*(paragraph(LABELS[kind], t(": "), str(counts[kind])) for kind in KINDS if counts[kind]))
    kept = [(entry, essences(shelf.wording(entry))) for entry in shelf.kept]
    pairs = ((draft, likest(shelf.wording(draft), kept)) for draft in drafts)
    for draft, like in islice(((d, e) for d, e in pairs if e is not None), _ALIKE_SHOWN):
        body += paragraph(
            t(
                "“{words}” is much like question {number}: “{other}”",
                words=shelf.wording(draft).node,
                number=like.number,
                other=shelf.wording(like).node,
            )
        )
    return body + buttons(Button(ADD, t("Add them"), batch), Button(DROP, t("Not now"), batch))


def imported(added: Sequence[Entry], known: int) -> Text:
    """Return what is said of questions that were added, and of how many the bank had by then."""
    there = tn("{count} is there already.", "{count} are there already.", known)
    last = added[-1].number
    said = (
        t("It is question {number} of the bank.", number=last)
        if len(added) == 1
        else t("They are questions {first} to {last} of the bank.", first=added[0].number, last=last)
        if last - added[0].number == len(added) - 1
        else tn("{count} question was added.", "{count} questions were added.", len(added))
    )
    return paragraph(said, " ", there) if known else paragraph(said)


def exported(files: Sequence[File], count: int, prefix: str) -> Text:
    """Return the bank's files."""
    said = tn("The bank has {count} question.", "The bank has {count} questions.", count)
    how = t(
        "One file is for reading and editing, the other for a spreadsheet; `{prefix} question bank import` reads both.",
        prefix=prefix,
    )
    return paragraph(said, " ", how) + Text(tuple(files))
