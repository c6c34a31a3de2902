"""A community's rituals: which there are, one more, another name, one less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core import ask_once
from bot.core.effects import Effect, Journal, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, FormSubmitted
from bot.core.folding import flat
from bot.core.forms import Choice, Field, Form
from bot.core.i18n import words
from bot.core.model import BindingId
from bot.core.text import Code, Inline, Plain, Strong, Text, Translated, bullets, paragraph
from bot.engine.engine import derived
from bot.engine.governance.store import Governing, Now, who
from bot.engine.governance.telling import no_ritual
from bot.engine.ports import Binding
from bot.engine.registry import COMMUNITY
from bot.engine.ritual import Ritual
from bot.engine.settings import MOST_FIELDS, read_ritual, ritual_fields

t, tn = words("causerie")

ADD_FORM, RENAME_FORM, REMOVE_FORM = "ritual.add", "ritual.rename", "ritual.remove"
REMOVE, UNDO = "ritual.remove", "ritual.undo"
LONGEST_NAME = 40


async def listed(store: Governing, _: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell which rituals the community has, and which it could add."""
    rituals = await store.rituals()
    body = Text()
    for binding in rituals:
        heading: Inline = Strong((store.called(binding),))
        if binding.name:
            title = store.engine.registry.rituals[binding.ritual].title
            heading = t("**{name}** ({ritual})", name=binding.name, ritual=title)
        body += paragraph(heading) + await store.summary(binding, moment)
    if not rituals:
        body += paragraph(t("This community has no ritual yet."))
    could = [paragraph(Code(_word(r)), " – ", r.title) for r in _installed(store)]
    return (
        Whisper(
            body + paragraph(t("`{prefix} ritual add` adds one of these:", prefix=moment.prefix)) + bullets(*could)
        ),
    )


async def add(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Add the ritual that was named, or ask for one more in a form."""
    if "ritual" not in event.values:
        return (OpenForm(_add_form(store)),)
    ritual = _meant(store, event.values["ritual"])
    return await _added(store, event, moment, _Wish(ritual, event.values.get("name", ""), {}))


def _add_form(store: Governing) -> Form:
    installed = _installed(store)
    fields: list[Field] = [
        Field(
            name="ritual",
            label=t("Which ritual"),
            kind="choice",
            value=installed[0].name,
            choices=tuple(Choice(r.name, r.title) for r in installed),
        ),
        Field(
            name="name",
            label=t("What it is called here"),
            help=t("May stay empty for the first of its kind."),
            required=False,
        ),
    ]
    for ritual in installed:
        theirs = ritual_fields(ritual, store.community.language, "ritual")
        fields += theirs if len(fields) + len(theirs) <= MOST_FIELDS else ()
    return Form(id=ADD_FORM, title=t("Add a ritual"), fields=tuple(fields), submit=t("Add"))


async def add_sent(store: Governing, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Add what the form says."""
    await store.must_coordinate(event)
    ritual = next((r for r in _installed(store) if r.name == event.values.get("ritual")), None)
    if ritual is None:
        raise _fields({"ritual": t("Choose one of these.")})
    stored, wrong = read_ritual(ritual, event.values)
    name = event.values.get("name", "")
    try:
        _named(store, await store.rituals(), ritual.name, name)
    except UserError as error:
        wrong["name"] = error.text
    if wrong:
        raise UserError(t("Some fields need another look. Nothing was changed yet."), wrong)
    return await _added(store, event, moment, _Wish(ritual, name, stored))


@dataclass(frozen=True, slots=True)
class _Wish:
    """A ritual to be added, under a name, with these settings."""

    ritual: Ritual[Any, Any]
    name: str
    settings: dict[str, Any]


async def _added(store: Governing, event: CommandGiven | FormSubmitted, moment: Now, wish: _Wish) -> Sequence[Effect]:
    name = _named(store, await store.rituals(), wish.ritual.name, wish.name)
    new = Binding(
        id=BindingId(derived("binding", store.community.id, event.fact)),
        community=store.community.id,
        ritual=wish.ritual.name,
        name=name,
        settings=wish.settings,
    )
    await store.unit.lives.add(new)
    title = store.called(new)
    return (
        Journal(t("{who} added {ritual}.", who=who(event), ritual=title)),
        Whisper(paragraph(t("Added: {ritual}.", ritual=Strong((title,)))) + await store.summary(new, moment)),
    )


async def rename(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask in a form which ritual is to have which name; with one ritual and a name given, that is all."""
    rituals = await _some(store, moment)
    name = event.values.get("name", "")
    if name and len(rituals) == 1:
        return await _renamed(store, event, rituals[0], name)
    fields = (
        _which(store, rituals),
        Field(name="name", label=t("What it is to be called"), value=name),
    )
    return (OpenForm(Form(id=RENAME_FORM, title=t("Rename a ritual"), fields=fields, submit=t("Rename"))),)


async def rename_sent(store: Governing, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Give the ritual that was chosen its name."""
    await store.must_coordinate(event)
    binding = _chosen(await _some(store, moment), event)
    try:
        return await _renamed(store, event, binding, event.values.get("name", ""))
    except UserError as error:
        raise UserError(error.text, {"name": error.text}) from None


async def _renamed(
    store: Governing, event: CommandGiven | FormSubmitted, binding: Binding, given: str
) -> Sequence[Effect]:
    others = [b for b in await store.rituals() if b.id != binding.id]
    name = _named(store, others, binding.ritual, given, required=True)
    await store.unit.lives.rename(binding.id, name)
    return (
        Journal(t("{who} renamed {before} to {name}.", who=who(event), before=store.called(binding), name=name)),
        Whisper(paragraph(t("It is called {name} from now on.", name=Strong((Plain(name),))))),
    )


async def remove(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask whether a ritual is to be taken away: the one that is named, or the only one; else ask which."""
    rituals = await _some(store, moment)
    given = event.values.get("name", "")
    if given:
        found = [b for b in rituals if flat(given) in _names(store, b)]
        if len(found) != 1:
            raise UserError(
                t(
                    "No ritual here is called {name}. `{prefix} ritual list` shows them.",
                    name=Code(given[:LONGEST_NAME]),
                    prefix=moment.prefix,
                )
            )
        return (Whisper(_asking(store, found[0], moment)),)
    if len(rituals) == 1:
        return (Whisper(_asking(store, rituals[0], moment)),)
    form = Form(id=REMOVE_FORM, title=t("Take away a ritual"), fields=(_which(store, rituals),), submit=t("Go on"))
    return (OpenForm(form),)


async def remove_sent(store: Governing, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Ask whether the ritual that was chosen is to be taken away."""
    await store.must_coordinate(event)
    return (Whisper(_asking(store, _chosen(await _some(store, moment), event), moment)),)


def _asking(store: Governing, binding: Binding, moment: Now) -> Text:
    question = t(
        "This takes away {ritual}: it asks nothing more, and what it kept is deleted after a day. "
        "What was said in the channel stays.",
        ritual=Strong((store.called(binding),)),
    )
    return ask_once.asking(question, t("Yes, take it away"), REMOVE, moment.now, binding.id)


async def removed(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Take the ritual away that the button names."""
    await store.must_coordinate(event)
    asked = ask_once.asked(event.value, moment.now)
    binding = next((b for b in await store.rituals() if b.id == asked), None)
    if binding is None:
        raise UserError(t("It was taken away already."))
    await store.unit.lives.end(binding.id, moment.now)
    title = store.called(binding)
    done = ask_once.done(t("{ritual} is taken away.", ritual=Strong((title,))), UNDO, binding.id, moment.now)
    return (Journal(t("{who} took away {ritual}.", who=who(event), ritual=title)), Whisper(done))


async def undone(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Let a ritual that was taken away go on, within a day and unless another has its name."""
    await store.must_coordinate(event)
    id_ = BindingId(ask_once.undoing(event.value, moment.now))
    others = await store.rituals()
    if not await store.unit.lives.revive(id_, moment.now - ask_once.UNDO_WITHIN):
        raise UserError(t("There is nothing to undo: it goes on, or it is gone for good."))
    binding = next(b for b in await store.rituals() if b.id == id_)
    if any(_names(store, binding) & _names(store, b) for b in others):
        raise UserError(
            t("Another ritual is called {name} by now. Rename that one, then undo.", name=store.called(binding))
        )
    title = store.called(binding)
    return (
        Journal(t("{who} brought {ritual} back.", who=who(event), ritual=title)),
        Whisper(paragraph(t("{ritual} goes on.", ritual=Strong((title,)))) + await store.summary(binding, moment)),
    )


async def _some(store: Governing, moment: Now) -> Sequence[Binding]:
    """Return the community's rituals; raises UserError when there is none."""
    rituals = await store.rituals()
    if not rituals:
        raise UserError(no_ritual(moment.prefix))
    return rituals


def _which(store: Governing, rituals: Sequence[Binding]) -> Field:
    choices = tuple(Choice(b.id, store.called(b)) for b in rituals)
    return Field(name="which", label=t("Which one"), kind="choice", value=rituals[0].id, choices=choices)


def _chosen(rituals: Sequence[Binding], event: FormSubmitted) -> Binding:
    found = next((b for b in rituals if b.id == event.values.get("which")), None)
    if found is None:
        raise _fields({"which": t("Choose one of these.")})
    return found


def _fields(wrong: dict[str, Translated]) -> UserError:
    texts = {name: paragraph(sentence) for name, sentence in wrong.items()}
    return UserError(t("Some fields need another look. Nothing was changed yet."), texts)


def _installed(store: Governing) -> Sequence[Ritual[Any, Any]]:
    return [r for r in store.engine.registry.rituals.values() if r.name != COMMUNITY]


def _word(ritual: Ritual[Any, Any]) -> str:
    """Return the one word by which a ritual is named in a command."""
    return ritual.name.replace("_", "-")


def _meant(store: Governing, word: str) -> Ritual[Any, Any]:
    """Return the installed ritual that a word names: by its own word, or by one of its title's; raises UserError."""
    said, installed = flat(word), _installed(store)
    for ritual in installed:
        if said in {flat(_word(ritual)), flat(ritual.name)}:
            return ritual
    titled = [r for r in installed if any(said in flat(w).split() for w in _titles(store, r.name))]
    if len(titled) == 1:
        return titled[0]
    could: Inline = Code(_word(installed[-1]))
    for ritual in reversed(installed[:-1]):
        could = t("{first}, {rest}", first=Code(_word(ritual)), rest=could)
    raise UserError(t("There is no ritual {name} to add. There are: {rituals}.", name=Code(word), rituals=could))


def _titles(store: Governing, ritual: str) -> tuple[str, ...]:
    return store.engine.catalogues.wordings(store.engine.registry.rituals[ritual].title)


def _names(store: Governing, binding: Binding) -> frozenset[str]:
    """Return every way to name a ritual of the community, folded."""
    return frozenset(flat(n) for n in ((binding.name,) if binding.name else _titles(store, binding.ritual)))


def _named(store: Governing, others: Sequence[Binding], ritual: str, given: str, *, required: bool = False) -> str:
    """Return the name for a ritual, in one line, as no other of these has it; raises UserError."""
    name = " ".join(given.split())
    taken = frozenset(n for b in others for n in _names(store, b))
    if len(name) > LONGEST_NAME or (required and not name):
        raise UserError(t("Give a name of 1 to {longest} characters.", longest=LONGEST_NAME))
    if not name and taken & frozenset(map(flat, _titles(store, ritual))):
        raise UserError(t("There is one of this kind already: give this one a name, such as Friday tip."))
    if flat(name) in taken:
        raise UserError(t("Another ritual here is called {name}. Give this one another name.", name=name))
    return name
