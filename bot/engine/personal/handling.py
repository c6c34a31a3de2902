"""Each thing that a member asks for themselves, and who answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.core import ask_once
from bot.core.effects import Effect
from bot.core.errors import UserError
from bot.core.i18n import words
from bot.engine import as_shown
from bot.engine.engine import Engine
from bot.engine.personal import erasing, exporting, form, refusals, sheet
from bot.engine.personal.asked import CLAIM, Asked, Someone, someone
from bot.engine.ports import Unit

t, tn = words("causerie")

__all__ = ["CLAIM", "handle"]

_ANSWERS: Mapping[str, Callable[[Someone], Awaitable[Sequence[Effect]]]] = {
    "me": sheet.me,
    "stop": refusals.stop,
    "data.export": exporting.export,
    "data.erase": erasing.ask,
    sheet.CHANGE: form.change,
    form.FORM: form.sent,
    refusals.ACCEPT: refusals.accept,
    erasing.ERASE: erasing.confirmed,
    ask_once.KEEP: erasing.left,
}


async def handle(engine: Engine, unit: Unit, asked: Asked) -> Sequence[Effect]:
    """Answer, in the unit given; it is still to be committed. Raises UserError, and then nothing may be committed."""
    answer = _ANSWERS.get(as_shown.named(asked.what))
    if answer is None:
        raise UserError(t("This is no longer in use: what it was for is over. Nothing was changed."))
    return await answer(await someone(engine, unit, asked))
