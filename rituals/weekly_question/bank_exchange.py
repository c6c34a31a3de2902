"""The bank comes in and goes out as a text: import with a look before anything is added, and export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.core.effects import Effect, Journal, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, FormSubmitted
from bot.core.i18n import words
from bot.core.model import Language
from bot.core.text import File, paragraph
from rituals.weekly_question import exchange_texts as texts
from rituals.weekly_question.allowed import for_those_in_charge
from rituals.weekly_question.bank import Entry, Wording
from rituals.weekly_question.exporting import markdown, table
from rituals.weekly_question.importing import Reading, told
from rituals.weekly_question.importing_csv import delimiter, read_csv
from rituals.weekly_question.importing_markdown import read_markdown
from rituals.weekly_question.likeness import essences
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import Bank, Shelf, shelf
from rituals.weekly_question.starters import by_key
from rituals.weekly_question.texts import who

t, tn = words("weekly_question")

Q = TypeVar("Q")


def read(text: str, language: Language) -> Reading:
    """Read the questions of a text, Markdown or CSV; words of no named language are in ``language``."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    mark = delimiter(lines)
    return read_markdown(lines, language) if mark is None else read_csv(lines, mark, language)


async def import_(_: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask for the text."""
    del event
    return (OpenForm(texts.import_form(moment.community.language)),)


async def import_sent(bank: Bank, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Read the text, and show what would be added; with anything wrong in it, nothing is."""
    for_those_in_charge(event)
    reading = read(event.values.get("text", ""), moment.community.language)
    if reading.troubles:
        wrong = told(reading.troubles)
        raise UserError(wrong, {"text": wrong})
    on_shelf = await shelf(bank, moment)
    new = _new(on_shelf, reading.found, lambda found: found.wording)
    known = len(reading.found) - len(new)
    if not new:
        return (Whisper(texts.nothing_new(known)),)
    batch = moment.new_id()
    drafts = [
        Entry(
            id=moment.new_id(),
            number=on_shelf.free + place,
            key=f"{batch}/{place}",
            kind=question.kind,
            wording=question.wording,
            state="draft",
            at=moment.now,
        )
        for place, question in enumerate(new)
    ]
    await bank.add_entries(drafts)
    return (Whisper(texts.previewed(on_shelf, drafts, known, batch)),)


def _new(on_shelf: Shelf, found: Sequence[Q], said: Callable[[Q], Wording]) -> list[Q]:
    """Return the questions that the bank does not have, each once; ``said`` tells their words."""
    known = set[str]()
    for entry in on_shelf.kept:
        known |= essences(on_shelf.wording(entry))
        starter = by_key().get(entry.key)
        if starter and entry.wording is None:
            known |= essences(starter.said("vous")) | essences(starter.said("tu"))
    new: list[Q] = []
    for question in found:
        mine = essences(said(question))
        if not mine & known:
            new.append(question)
        known |= mine
    return new


async def add_pressed(bank: Bank, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Add what was read and shown, but for what the bank has by now."""
    for_those_in_charge(event)
    drafts, on_shelf = await _drafts(bank, moment, event.value), await shelf(bank, moment)
    new = _new(on_shelf, drafts, on_shelf.wording)
    known = [draft for draft in drafts if draft not in new]
    await bank.drop_entries(known)
    if not new:
        return (Whisper(texts.nothing_new(len(known))),)
    for draft in new:
        draft.state, draft.at = "kept", moment.now
    line = tn(
        "{who} added {count} question to the bank.",
        "{who} added {count} questions to the bank.",
        len(new),
        who=who(event),
    )
    return (Journal(line), Whisper(texts.imported(new, len(known))))


async def drop_pressed(bank: Bank, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Forget what was read and shown."""
    for_those_in_charge(event)
    await bank.drop_entries(await _drafts(bank, moment, event.value))
    return (Whisper(paragraph(t("Nothing was added."))),)


async def _drafts(bank: Bank, moment: Now, batch: str) -> list[Entry]:
    drafts = [e for e in await bank.entries() if e.state == "draft" and e.key.startswith(f"{batch}/")]
    if not drafts:
        raise UserError(
            t(
                "This was decided already. `{prefix} question bank list` shows what the bank has.",
                prefix=moment.prefix,
            )
        )
    return drafts


async def export(bank: Bank, _: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Give the bank as two files."""
    on_shelf, language = await shelf(bank, moment), moment.community.language
    written = [(entry.kind, on_shelf.wording(entry)) for entry in on_shelf.kept]
    files = (
        File("questions.md", "text/markdown", markdown(written, language)),
        File("questions.csv", "text/csv", table(written, language)),
    )
    return (Whisper(texts.exported(files, len(written), moment.prefix)),)
