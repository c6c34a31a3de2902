"""Words in two languages: English msgids in the code, one gettext catalogue per package."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

from babel.core import get_global
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.core.errors import CauserieError
from bot.core.markdown import inline
from bot.core.model import Address, Language, Place
from bot.core.nodes import joined
from bot.core.text import (
    Block,
    Buttons,
    Code,
    Emphasis,
    Inline,
    Link,
    MessageLink,
    Paragraph,
    Plain,
    Strong,
    Text,
    Translated,
    Worded,
    inlines_of,
    map_inlines,
    with_children,
)
from bot.core.text import words as words_of
from bot.core.typography import french


class One(Protocol):
    """Build a sentence to translate."""

    def __call__(self, msgid: str, /, **params: Inline | str | int) -> Translated:
        """Take the English sentence and its placeholders; words and numbers become plain nodes."""
        ...


class Many(Protocol):
    """Build a sentence whose form depends on a count."""

    def __call__(self, one: str, many: str, count: int, /, **params: Inline | str | int) -> Translated:
        """Take both English forms and the count, which is then the placeholder ``{count}``."""
        ...


def _nodes(params: dict[str, Inline | str | int]) -> dict[str, Inline]:
    return {name: Plain(str(value)) if isinstance(value, str | int) else value for name, value in params.items()}


def words(domain: str) -> tuple[One, Many]:
    """Return the builders ``t`` and ``tn`` of sentences in a gettext domain."""

    def t(msgid: str, /, **params: Inline | str | int) -> Translated:
        return Translated(domain, msgid, _nodes(params))

    def tn(one: str, many: str, count: int, /, **params: Inline | str | int) -> Translated:
        return Translated(domain, one, _nodes(params), plural=many, count=count)

    return t, tn


class MissingPlaceholderError(CauserieError):
    """A sentence names a placeholder that it was not given."""


@dataclass(frozen=True, slots=True)
class Voice:
    """In which words, form of address and conventions somebody is spoken to; ``locale`` is Babel's.

    ``place`` is what people of their platform call a channel.
    """

    language: Language
    address: Address
    locale: str
    place: Place = "channel"


def voice(language: Language, address: Address = "vous", zone: str = "UTC") -> Voice:
    """Return the voice for ``language`` in an IANA ``zone``: French is that of Canada there, of France elsewhere."""
    if language == "en":
        return Voice("en", address, "en")
    country = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone))
    return Voice("fr", address, "fr_CA" if country == "CA" else "fr_FR")


Changes = Mapping[tuple[str, str], str]
"""Sentences that a community says in its own words, in one language: by domain and msgid."""
UNCHANGED: Final[Changes] = {}

VOICES: Final = (voice("en"), voice("fr"), voice("fr", "tu"))
"""One of each wording."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# While Markdown and typography are applied, a placeholder is a word between two characters that no catalogue holds.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}(\\w+){_CLOSE}")

_ROOMS: Final[Mapping[Language, tuple[re.Pattern[str], Mapping[str, str]]]] = {
    "en": (re.compile(rf"(?<!{_OPEN})\b[Cc]hannels?\b"), {"channel": "room", "channels": "rooms"}),
    "fr": (re.compile(rf"(?<!{_OPEN})\b[Cc]ana(?:l|ux)\b"), {"canal": "salon", "canaux": "salons"}),
}
"""What our sentences say where a channel is called a room: words of the same gender, that begin alike."""


def placeholders(sentence: str) -> tuple[str, ...]:
    """Return the names in braces in a sentence, each once, in their order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(sentence)))


def in_addresses(sentence: str) -> tuple[str, ...]:
    """Return the placeholders that stand in a link's address, where nothing can be put in their place."""
    shown = Counter(name for node in inline(_marked(sentence)) for name in _MARKED.findall(words_of(node)))

    def addresses(name: str, stand: str) -> list[str]:
        said = Text((Paragraph(inline(sentence.replace(f"{{{name}}}", stand))),))
        return [node.url for node in inlines_of(said) if isinstance(node, Link)]

    return tuple(
        name
        for name, times in Counter(_PLACEHOLDER.findall(sentence)).items()
        if shown[name] < times or addresses(name, "a") != addresses(name, "b")
    )


def _marked(sentence: str) -> str:
    return _PLACEHOLDER.sub(rf"{_OPEN}\1{_CLOSE}", sentence)


class Catalogues:
    """The catalogues of every domain, read when first needed; what is not translated is said in English.

    ``folders`` gives each domain's folder, which holds ``fr/LC_MESSAGES/<domain>.po`` and, for what differs when
    people say « tu », ``fr_tu/LC_MESSAGES/<domain>.po``. With ``strict``, a sentence that lacks a placeholder
    raises ``MissingPlaceholderError``; otherwise the placeholder's name is shown in braces.
    """

    def __init__(self, folders: Mapping[str, Path], *, strict: bool = False) -> None:
        self._folders = dict(folders)
        self._strict = strict
        self._read: dict[tuple[str, str], NullTranslations] = {}
        self._templates: dict[tuple[str, str, str], tuple[Inline, ...]] = {}

    def resolve(self, body: Text, voice: Voice, changes: Changes = UNCHANGED) -> Text:
        """Return ``body`` with every sentence in the words of ``voice``: nested ones and buttons' labels too."""
        return map_inlines(body, lambda node: self.inlines((node,), voice, changes))

    def inlines(self, nodes: Iterable[Inline], voice: Voice, changes: Changes = UNCHANGED) -> tuple[Inline, ...]:
        """Return ``nodes`` with every sentence in the words of ``voice``."""
        said: list[Inline] = []
        for node in nodes:
            match node:
                case Translated():
                    said += self._said(node, voice, changes)
                case Worded(en, fr):
                    written = _in_french(fr, "fr_FR" if voice.language == "en" else voice.locale)
                    own, foreign = (en, written) if voice.language == "en" else (written, en)
                    said += own or foreign
                case Strong() | Emphasis() | Link() | MessageLink():
                    said.append(with_children(node, self.inlines(node.children, voice, changes)))
                case _:
                    said.append(node)
        return joined(said)

    def phrase(self, node: Inline, voice: Voice) -> Inline:
        """Return one node in the words of ``voice``: for labels and titles; dress is lost where one cannot hold it."""
        parts = self.inlines((node,), voice)
        return parts[0] if len(parts) == 1 else Plain("".join(words_of(part) for part in parts))

    def sentence(self, node: Inline, voice: Voice) -> str:
        """Return the bare words of ``node``, names and dates apart."""
        return "".join(words_of(part) for part in self.inlines((node,), voice))

    def original(self, node: Translated, voice: Voice) -> str:
        """Return a sentence as it came, its placeholders in braces."""
        return self._catalogue(node.domain, voice).gettext(node.msgid)

    def wordings(self, node: Inline) -> tuple[str, ...]:
        """Return the bare words of ``node`` in every voice, each once."""
        every = (*VOICES, *(replace(voice, place="room") for voice in VOICES))
        return tuple(dict.fromkeys(self.sentence(node, voice) for voice in every))

    def _said(self, node: Translated, voice: Voice, changes: Changes) -> tuple[Inline, ...]:
        catalogue = self._catalogue(node.domain, voice)
        params = dict(node.params)
        own = changes.get((node.domain, node.msgid)) if node.plural is None or node.count is None else None
        if own:
            sentence = own
        elif node.plural is None or node.count is None:
            sentence = catalogue.gettext(node.msgid)
        else:
            sentence = catalogue.ngettext(node.msgid, node.plural, node.count)
            params.setdefault("count", Plain(format_decimal(node.count, locale=voice.locale)))
        values = {name: self.inlines((value,), voice, changes) for name, value in params.items()}
        missing = [name for name in _PLACEHOLDER.findall(sentence) if name not in values]
        if missing and self._strict:
            raise MissingPlaceholderError(f"{', '.join(missing)} in {node.msgid!r} ({node.domain})")
        values |= {name: (Plain(f"{{{name}}}"),) for name in missing}
        # A community's own words are left as they are.
        return _filled(self._template(sentence, replace(voice, place="channel") if own else voice), values)

    def _template(self, sentence: str, voice: Voice) -> tuple[Inline, ...]:
        """Return the sentence as nodes, typography applied, its placeholders still marked."""
        key = (sentence, voice.locale, voice.place)
        if key not in self._templates:
            nodes = inline(_marked(sentence))
            if voice.place == "room":
                nodes = _each_plain(nodes, lambda said: _of_rooms(said, voice.language))
            self._templates[key] = nodes if voice.locale == "en" else _in_french(nodes, voice.locale)
        return self._templates[key]

    def _catalogue(self, domain: str, voice: Voice) -> NullTranslations:
        if voice.language == "en":
            return NullTranslations()
        return self._loaded(domain, "fr_tu" if voice.address == "tu" else "fr")

    def _loaded(self, domain: str, name: str) -> NullTranslations:
        key = (domain, name)
        if key not in self._read:
            folder = self._folders.get(domain)
            translations = _compiled(folder / name / "LC_MESSAGES" / f"{domain}.po") if folder else NullTranslations()
            if name == "fr_tu":
                translations.add_fallback(self._loaded(domain, "fr"))
            self._read[key] = translations
        return self._read[key]


def _compiled(file: Path) -> NullTranslations:
    """Return the translations of a .po file that are ready; none if there is no such file."""
    if not file.is_file():
        return NullTranslations()
    with file.open("rb") as source:
        catalogue = read_po(source, locale="fr", abort_invalid=True)
    for message in list(catalogue):
        forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if message.id and not all(forms):
            catalogue.delete(message.id)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


_BETWEEN = "–––"


def both(one: Text, other: Text) -> Text:
    """Return a message resolved in two voices as one, one after the other; what is the same in both is said once."""
    pairs = list(zip(one.blocks, other.blocks, strict=True))
    again = [b for a, b in pairs if not isinstance(b, Buttons) and _bare(a) != _bare(b)]
    rows = [_merged(a, b) for a, b in pairs if isinstance(a, Buttons) and isinstance(b, Buttons)]
    between = (Paragraph((Plain(_BETWEEN),)),) if again else ()
    return Text((*(a for a, _ in pairs if not isinstance(a, Buttons)), *between, *again, *rows))


def _bare(block: Block) -> str:
    """Return a block's words without spaces, which differ where the words do not."""
    return "".join("".join(words_of(node) for node in inlines_of(Text((block,)))).split())


def _merged(row: Buttons, again: Buttons) -> Buttons:
    def label(one: Inline, other: Inline) -> Inline:
        return one if one == other else Plain(f"{words_of(one)} · {words_of(other)}")

    pairs = zip(row.buttons, again.buttons, strict=True)
    return Buttons(tuple(replace(a, label=label(a.label, b.label)) for a, b in pairs))


def _in_french(nodes: tuple[Inline, ...], locale: str) -> tuple[Inline, ...]:
    return _each_plain(nodes, lambda said: french(said, locale))


def _of_rooms(said: str, language: Language) -> str:
    """Return our words as people say them who call a channel a room."""
    found, rooms = _ROOMS[language]

    def room(word: re.Match[str]) -> str:
        meant = rooms[word[0].lower()]
        return meant.capitalize() if word[0][0].isupper() else meant

    return found.sub(room, said)


def _each_plain(nodes: tuple[Inline, ...], change: Callable[[str], str]) -> tuple[Inline, ...]:
    """Return nodes with their words changed, but code."""
    return tuple(
        Plain(change(node.text))
        if isinstance(node, Plain)
        else with_children(node, _each_plain(node.children, change))
        if isinstance(node, Strong | Emphasis | Link)
        else node
        for node in nodes
    )


def _filled(nodes: tuple[Inline, ...], values: Mapping[str, tuple[Inline, ...]]) -> tuple[Inline, ...]:
    """Return the template with its placeholders' nodes; within code, their bare words."""
    filled: list[Inline] = []
    for node in nodes:
        match node:
            case Plain():
                parts = _MARKED.split(node.text)
                for words_, name in zip(parts[::2], (*parts[1::2], None), strict=True):
                    filled.append(Plain(words_))
                    filled += values[name] if name else ()
            case Code():
                filled.append(Code(_MARKED.sub(lambda found: "".join(map(words_of, values[found[1]])), node.text)))
            case Strong() | Emphasis() | Link():
                filled.append(with_children(node, _filled(node.children, values)))
            case _:
                filled.append(node)
    return joined(filled)
