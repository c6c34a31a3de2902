"""A community's own words: which of its texts it may say otherwise, and how it decides to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core import ask_once
from bot.core.effects import Effect, Journal, OpenForm, Whisper
from bot.core.errors import UserError
from bot.core.events import ButtonPressed, CommandGiven, FormSubmitted
from bot.core.excerpt import excerpt
from bot.core.forms import Field, Form
from bot.core.i18n import Voice, voice, words
from bot.core.model import Language
from bot.core.plain import when
from bot.core.text import (
    Button,
    Code,
    Inline,
    Plain,
    Strong,
    Text,
    When,
    bullets,
    buttons,
    map_inlines,
    paragraph,
    quote,
)
from bot.engine.engine import derived
from bot.engine.governance.own_text import SHORT, Own, checked
from bot.engine.governance.store import Governing, Now, who
from bot.engine.registry import COMMUNITY
from bot.engine.settings import LANGUAGE_NAMES

t, tn = words("causerie")

EDIT_FORM = "texts.edit/"
"""The form's id begins so; the text's name follows."""
USE, CHANGE, RESET, UNDO = "texts.use", "texts.change", "texts.reset", "texts.undo"


async def _texts(store: Governing) -> dict[str, Own]:
    """Return the texts of the community's rituals, its own first."""
    rituals = [COMMUNITY, *dict.fromkeys(b.ritual for b in await store.rituals())]
    known = [store.engine.registry.rituals[name] for name in rituals]
    return {n: Own(r.name, n, example, r.stand_for) for r in known for n, example in r.texts.items()}


async def _text(store: Governing, name: str, moment: Now) -> Own:
    found = (await _texts(store)).get(name.casefold())
    if found is None:
        raise UserError(
            t(
                "There is no text {name}. `{prefix} texts list` shows them.",
                name=Code(name[:SHORT]),
                prefix=moment.prefix,
            )
        )
    return found


def _languages(store: Governing) -> tuple[Language, ...]:
    """Return the languages in which the community speaks in its channel."""
    own = store.community.language
    other: Language = "fr" if own == "en" else "en"
    return (own, other) if store.community.bilingual else (own,)


def _voice(store: Governing, language: Language) -> Voice:
    return voice(language, store.community.address, store.community.zone)


def _as_it_came(store: Governing, text: Own, language: Language) -> str:
    return store.engine.catalogues.original(text.example, _voice(store, language))


async def _said_now(store: Governing, text: Own, language: Language) -> str:
    own = await store.unit.wordings.of(store.community.id)
    return own.get((text.example.domain, text.name, language)) or _as_it_came(store, text, language)


async def listed(store: Governing, _: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Tell the names of the texts, with how they begin now."""
    rows = []
    for text in (await _texts(store)).values():
        beginning = excerpt(paragraph(await _said_now(store, text, store.community.language)), SHORT)
        rows.append(paragraph(Code(text.name), " – ", *beginning))
    how = t("`{prefix} texts edit` with a name says it in your own words.", prefix=moment.prefix)
    return (Whisper(bullets(*rows) + paragraph(how)),)


async def edit(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Open a text, with the words in which it is said now."""
    return (OpenForm(await _form(store, await _text(store, event.values["name"], moment), {})),)


async def _form(store: Governing, text: Own, proposed: Mapping[Language, str]) -> Form:
    """Return the form of a text, with what was proposed in it, else what is said now."""
    fields = [
        Field(
            name=language,
            label=Plain(LANGUAGE_NAMES[language]),
            kind="long",
            value=proposed.get(language) or await _said_now(store, text, language),
            help=t("Left empty, it is said as it came."),
            required=False,
        )
        for language in _languages(store)
    ]
    intro = paragraph(t("The text {name}", name=Code(text.name)))
    if text.placeholders:
        rows = [paragraph(Code(f"{{{p}}}"), " – ", text.meaning(p)) for p in text.placeholders]
        intro += paragraph(t("These stand for something, and have to stay:")) + bullets(*rows)
    form = f"{EDIT_FORM}{text.name}"
    return Form(id=form, title=t("Your own words"), fields=tuple(fields), intro=intro, submit=t("Show me"))


async def sent(store: Governing, event: FormSubmitted, moment: Now) -> Sequence[Effect]:
    """Show how the words would look in a message, before they are used."""
    await store.must_coordinate(event)
    text = await _text(store, event.form.removeprefix(EDIT_FORM), moment)
    wished: dict[Language, str] = {}
    wrong: dict[str, Text] = {}
    for language in _languages(store):
        try:
            given = checked(text, event.values.get(language, ""))
        except UserError as error:
            wrong[language] = error.text
        else:
            wished[language] = "" if given == _as_it_came(store, text, language) else given
    if wrong:
        raise UserError(t("Some fields need another look. Nothing was changed yet."), wrong)
    await store.unit.wordings.propose(store.community.id, text.example.domain, text.name, wished, moment.now)
    return (Whisper(_preview(store, text, wished, moment.now)),)


def _preview(store: Governing, text: Own, wished: Mapping[Language, str], now: datetime) -> Text:
    body = paragraph(t("So it would be said, with values as an example:"))
    for language, own in wished.items():
        changes = {(text.example.domain, text.example.msgid): own} if own else {}
        spoken = _voice(store, language)
        shown = _dated(store.engine.catalogues.resolve(paragraph(text.example), spoken, changes), spoken, store, now)
        head: list[Inline] = [Strong((Plain(LANGUAGE_NAMES[language]),))] if len(wished) > 1 else []
        if not own:
            head += [Plain(" "), t("(as it came)")] if head else [t("(as it came)")]
        body += (paragraph(*head) if head else Text()) + quote(shown)
    return body + buttons(
        Button(USE, t("Use these words"), f"{text.name} {_mark(wished)}"), Button(CHANGE, t("Change"), text.name)
    )


def _dated(body: Text, spoken: Voice, store: Governing, now: datetime) -> Text:
    """Return it with its dates in words: a platform would show all of them as its reader says them."""
    zone = store.community.zone
    return map_inlines(body, lambda n: (Plain(when(n, spoken.locale, zone, now)),) if isinstance(n, When) else (n,))


def _mark(wished: Mapping[Language, str]) -> str:
    """Return by what a proposal is known again."""
    return derived(*(f"{language}:{wished[language]}" for language in sorted(wished)))


async def change(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Open the text again, with the words that were proposed."""
    await store.must_coordinate(event)
    text = await _text(store, event.value, moment)
    proposed = await store.unit.wordings.proposed(store.community.id, text.example.domain, text.name)
    return (OpenForm(await _form(store, text, proposed)),)


async def use(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Say the text in the words that were shown."""
    await store.must_coordinate(event)
    text, changed = await _use(store, event.value, moment)
    lines = [
        Journal(t("{who} changed the text {name} ({language}).", who=who(event), name=Code(text.name), language=said))
        for said in changed
    ]
    told = t("From now on it is said so.") if lines else t("It is said so already.")
    return (*lines, Whisper(paragraph(told)))


async def _use(store: Governing, value: str, moment: Now) -> tuple[Own, list[str]]:
    """Put what was proposed in use; return the text, and the names of the languages in which that changes it."""
    name, _, mark = value.partition(" ")
    text = await _text(store, name, moment)
    c, domain = store.community, text.example.domain
    wished = await store.unit.wordings.proposed(c.id, domain, text.name)
    if not wished or _mark(wished) != mark:
        raise UserError(
            t(
                "Other words were proposed since, or these are in use. `{prefix} texts edit` with its name shows them.",
                prefix=moment.prefix,
            )
        )
    before = await store.unit.wordings.of(c.id)
    for language, own in wished.items():
        await store.unit.wordings.reword(c.id, domain, text.name, language, own or None)
    await store.unit.wordings.propose(c.id, domain, text.name, {}, moment.now)
    changed = [lang for lang, own in wished.items() if before.get((domain, text.name, lang), "") != own]
    return text, [LANGUAGE_NAMES[language] for language in changed]


async def reset(store: Governing, event: CommandGiven, moment: Now) -> Sequence[Effect]:
    """Ask whether a text is to be said as it came."""
    text = await _text(store, event.values["name"], moment)
    await _own_words(store, text)
    question = t("This takes away your words for {name}: it is said as it came.", name=Code(text.name))
    return (Whisper(ask_once.asking(question, t("Yes, as it came"), RESET, moment.now, text.name)),)


async def _own_words(store: Governing, text: Own) -> dict[Language, str]:
    """Return the community's own words for a text; raises UserError when there are none."""
    own = await store.unit.wordings.of(store.community.id)
    found = {
        lang: said for (domain, name, lang), said in own.items() if (domain, name) == (text.example.domain, text.name)
    }
    if not found:
        raise UserError(t("{name} is said as it came already.", name=Code(text.name)))
    return found


async def reset_confirmed(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Say the text as it came; the words that were taken away are kept as a proposal, so that it can be undone."""
    await store.must_coordinate(event)
    text = await _text(store, ask_once.asked(event.value, moment.now), moment)
    own, c = await _own_words(store, text), store.community
    for language in own:
        await store.unit.wordings.reword(c.id, text.example.domain, text.name, language, None)
    await store.unit.wordings.propose(c.id, text.example.domain, text.name, own, moment.now)
    done = t("{name} is said as it came.", name=Code(text.name))
    return (
        Journal(t("{who} let the text {name} be said as it came.", who=who(event), name=Code(text.name))),
        Whisper(ask_once.done(done, UNDO, f"{text.name} {_mark(own)}", moment.now)),
    )


async def undone(store: Governing, event: ButtonPressed, moment: Now) -> Sequence[Effect]:
    """Say the text again in the words that were taken away."""
    await store.must_coordinate(event)
    text, _ = await _use(store, ask_once.undoing(event.value, moment.now), moment)
    return (
        Journal(t("{who} brought back the community's words for {name}.", who=who(event), name=Code(text.name))),
        Whisper(paragraph(t("Your words are back."))),
    )
