"""Looking into the bank, and choosing which kinds of questions are asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.core.effects import Configure, Effect, Journal, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven
from bot.core.i18n import words
from bot.core.text import Text, bullets, paragraph
from rituals.weekly_question import bank_texts as texts
from rituals.weekly_question.allowed import stale
from rituals.weekly_question.bank import Entry, Kind
from rituals.weekly_question.choice import in_play
from rituals.weekly_question.kinds import KINDS, LABELS, listed, read_kinds
from rituals.weekly_question.settings import Now
from rituals.weekly_question.shelf import Bank, shelf
from rituals.weekly_question.texts import who

t, tn = words("weekly_question")

_PAGE = re.compile(r"[1-9][0-9]{0,5}")


async def list_(bank: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Show the bank, or what it has of one kind, twenty questions at a time; what is queued comes first."""
    return await _page(bank, moment, event.values.get("kind"), event.values.get("page") or 1)


async def more_pressed(bank: Bank, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Show the next page."""
    page, _, kind = event.value.partition(" ")
    if not _PAGE.fullmatch(page):
        raise stale(moment)
    return await _page(bank, moment, next((k for k in KINDS if k == kind), None), int(page))


async def _page(bank: Bank, moment: Now, kind: Kind | None, page: int) -> Sequence[Effect]:
    on_shelf = await shelf(bank, moment)
    queued = on_shelf.queue
    ordered = [e for e in (*queued, *(k for k in on_shelf.kept if k not in queued)) if kind in {None, e.kind}]
    pages = max(1, -(-len(ordered) // texts.PAGE))
    if page > pages:
        raise UserError(tn("There is {count} page only.", "There are {count} pages only.", pages))
    return (Whisper(texts.shown(on_shelf, ordered, kind, page)),)


async def kinds(bank: Bank, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Choose which kinds of questions are asked; without any, tell what is asked now and what there is."""
    typed: str = event.values.get("kinds") or ""
    if not typed:
        return (Whisper(_told(moment) + _counted((await shelf(bank, moment)).kept) + _how(moment)),)
    chosen = read_kinds(typed, moment.community.language)
    if set(chosen) == set(moment.settings.kinds):
        return (Whisper(_told(moment)),)
    if not chosen:
        return (
            Configure({"kinds": None}),
            Journal(t("{who} decided that questions of every kind are asked.", who=who(event))),
            Whisper(paragraph(t("Questions of every kind are asked from now on."))),
        )
    kept = (await shelf(bank, moment)).kept
    if not any(e.kind in chosen for e in kept):
        raise UserError(t("The bank has no question of this kind yet. Add one first, then it can be asked."))
    from_now = t("From now on these kinds are asked: {kinds}.", kinds=listed(chosen))
    counted = tn(
        "{count} question of the bank can be asked.",
        "{count} questions of the bank can be asked.",
        len(in_play(kept, moment.community.stage, chosen)),
    )
    return (
        Configure({"kinds": list(chosen)}),
        Journal(
            t("{who} decided that these kinds of questions are asked: {kinds}.", who=who(event), kinds=listed(chosen))
        ),
        Whisper(paragraph(from_now, " ", counted)),
    )


def _told(moment: Now) -> Text:
    asked = moment.settings.kinds
    return paragraph(
        t("These kinds are asked: {kinds}.", kinds=listed(asked)) if asked else t("Questions of every kind are asked.")
    )


def _counted(entries: Sequence[Entry]) -> Text:
    counts = Counter(e.kind for e in entries)
    return paragraph(t("The bank has:")) + bullets(*(paragraph(LABELS[k], t(": "), str(counts[k])) for k in KINDS))


def _how(moment: Now) -> Text:
    return paragraph(
        t(
            "`{prefix} question kinds tip, story` asks only these two; `{prefix} question kinds all` asks all of them.",
            prefix=moment.prefix,
        )
    )
