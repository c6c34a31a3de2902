"""The built-in ritual, by which every community governs itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.core.commands import commands_of
from bot.core.effects import Effect
from bot.core.errors import UserError
from bot.core.events import (
    ButtonPressed,
    CommandGiven,
    Due,
    FormSubmitted,
    MemberErased,
    MemberJoined,
    MemberLeft,
    Undelivered,
)
from bot.core.i18n import words
from bot.core.model import Role
from bot.core.text import Text
from bot.engine import as_shown
from bot.engine.governance import home, offices, own_settings, own_words, pauses, rituals, telling, texts, undelivered
from bot.engine.governance.commands import TREE
from bot.engine.governance.store import Governing, NoSettings, Now
from bot.engine.registry import COMMUNITY
from bot.engine.ritual import Answers, Hears, Ritual, Shortcut

t, tn = words("causerie")

_COMMANDS: Mapping[str, Callable[[Governing, CommandGiven, Now], Awaitable[Sequence[Effect]]]] = {
    "setup": own_settings.setup,
    "status": telling.status,
    "history": telling.history,
    "rehearse": telling.rehearse,
    "pause": pauses.pause,
    "resume": pauses.resume,
    "coordinator.list": offices.coordinators,
    "coordinator.add": offices.coordinator_add,
    "coordinator.remove": offices.coordinator_remove,
    "coordinator.take": offices.coordinator_take,
    "community.rename": own_settings.rename,
    "community.move": home.move,
    "community.close": home.close,
    "community.reopen": home.reopen,
    "ritual.list": rituals.listed,
    "ritual.add": rituals.add,
    "ritual.rename": rituals.rename,
    "ritual.remove": rituals.remove,
    "texts.list": own_words.listed,
    "texts.edit": own_words.edit,
    "texts.reset": own_words.reset,
}
_FORMS: Mapping[str, Callable[[Governing, FormSubmitted, Now], Awaitable[Sequence[Effect]]]] = {
    own_settings.FORM: own_settings.sent,
    pauses.FORM: pauses.sent,
    rituals.ADD_FORM: rituals.add_sent,
    rituals.RENAME_FORM: rituals.rename_sent,
    rituals.REMOVE_FORM: rituals.remove_sent,
}
_BUTTONS: Mapping[str, Callable[[Governing, ButtonPressed, Now], Awaitable[Sequence[Effect]]]] = {
    home.CLOSE: home.close_confirmed,
    rituals.REMOVE: rituals.removed,
    rituals.UNDO: rituals.undone,
    own_words.USE: own_words.use,
    own_words.CHANGE: own_words.change,
    own_words.RESET: own_words.reset_confirmed,
    own_words.UNDO: own_words.undone,
}


async def form_sent(store: Governing, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Hand a form to whoever opened it."""
    if event.form.startswith(own_words.EDIT_FORM):
        return await own_words.sent(store, event, moment)
    handle = _FORMS.get(as_shown.named(event.form))
    if handle is None:
        raise _unknown()
    return await handle(store, event, moment)


async def pressed(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Hand a press to whoever showed the button."""
    handle = _BUTTONS.get(event.action)
    if handle is None:
        raise _unknown()
    return await handle(store, event, moment)


def _unknown() -> UserError:
    return UserError(t("This is no longer in use: what it was for is over. Nothing was changed."))


async def no_summary(_: Governing, moment: Now) -> Text:
    """Say nothing: the status itself tells of the community."""
    del moment
    return Text()


ritual: Ritual[Governing, NoSettings] = Ritual(
    name=COMMUNITY,
    title=t("The community"),
    settings=NoSettings,
    agenda=pauses.agenda,
    summary=no_summary,
    shortcuts=(
        Shortcut(label=t("The weeks to come"), words="rehearse 4", role=Role.MEMBER),
        Shortcut(label=t("History"), words="history", role=Role.MEMBER),
        Shortcut(label=t("Settings"), words="setup", role=Role.COORDINATOR),
        Shortcut(label=t("Pause"), words="pause", role=Role.COORDINATOR),
    ),
    hears=(
        Hears(MemberJoined, offices.joined, everywhere=True),
        Hears(MemberLeft, offices.left, everywhere=True),
        Hears(MemberErased, offices.erased),
        Hears(FormSubmitted, form_sent),
        Hears(ButtonPressed, pressed),
        Hears(Due, pauses.over),
        Hears(Undelivered, undelivered.told),
    ),
    answers=tuple(Answers(command, _COMMANDS[command.id]) for command in commands_of(TREE)),
    tree=TREE.children,
    keeps=t(
        "who is in this channel and who holds an office; who changed which setting; "
        "roughly what each has taken on, so that nobody carries too much"
    ),
    texts=texts.EXAMPLES,
    stand_for=texts.STAND_FOR,
)
