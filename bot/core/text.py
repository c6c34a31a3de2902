"""The message tree: one value that every platform renders, escaped at the leaf.

Rituals build it, the engine resolves its ``Translated`` nodes into the addressee's language at
commit, and adapters render what remains. Nodes hold our own ids, never a platform's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.model import ChannelId, Label, MemberId, MessageId


@dataclass(frozen=True, slots=True)
class Plain:
    """Words as they are; a renderer escapes them."""

    text: str
    kind: Literal["plain"] = "plain"


@dataclass(frozen=True, slots=True)
class Strong:
    """Strong importance (bold)."""

    children: tuple[Inline, ...]
    kind: Literal["strong"] = "strong"


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stress emphasis (italics)."""

    children: tuple[Inline, ...]
    kind: Literal["emphasis"] = "emphasis"


@dataclass(frozen=True, slots=True)
class Code:
    """A command or a piece of code inside a sentence; never touched by typography."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a web address (http, https or mailto only: see ``bot.core.markdown``)."""

    children: tuple[Inline, ...]
    url: str
    kind: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A new line within a paragraph."""

    kind: Literal["break"] = "break"


@dataclass(frozen=True, slots=True)
class Mention:
    """A member, addressed: the platform may notify them."""

    member: MemberId
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class Named:
    """A member's name, without notifying them."""

    member: MemberId
    kind: Literal["named"] = "named"


@dataclass(frozen=True, slots=True)
class ChannelLink:
    """A channel by our own id."""

    channel: ChannelId
    kind: Literal["channel"] = "channel"


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A link to a message: a member's (``message``) or one that this ritual said (``label``)."""

    children: tuple[Inline, ...]
    message: MessageId | None = None
    label: Label | None = None
    kind: Literal["message_link"] = "message_link"


@dataclass(frozen=True, slots=True)
class When:
    """An instant, formatted in the reader's language and zone when it is rendered.

    Styles: ``date`` (Monday 30 November), ``time`` (09:00), ``moment`` (Monday 30 November, 09:00).
    """

    at: datetime
    style: Literal["date", "time", "moment"] = "moment"
    kind: Literal["when"] = "when"


@dataclass(frozen=True, slots=True)
class Translated:
    """Words to be said in the addressee's language: an English msgid and its placeholders.

    Build it with a ``Words`` of ``bot.core.i18n``, so that extraction finds the msgid. ``plural`` and
    ``count`` go together; ``{count}`` is then available as a placeholder.
    """

    domain: str
    msgid: str
    params: dict[str, Inline] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None
    kind: Literal["translated"] = "translated"


@dataclass(frozen=True, slots=True)
class Worded:
    """What people wrote in both languages, or in one (the other is empty); the reader's is said if there is one."""

    en: tuple[Inline, ...] = ()
    fr: tuple[Inline, ...] = ()
    kind: Literal["worded"] = "worded"


Inline = Annotated[
    Plain
    | Strong
    | Emphasis
    | Code
    | Link
    | LineBreak
    | Mention
    | Named
    | ChannelLink
    | MessageLink
    | When
    | Translated
    | Worded,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, set apart."""

    blocks: tuple[Block, ...]
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``ordered`` numbers it from one."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines kept as they are."""

    text: str
    kind: Literal["code_block"] = "code_block"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: ``action`` says what it does, ``value`` on what; both come back in ``ButtonPressed``.

    ``spare``: the message says all without it, so that it is left out where there are no buttons.
    """

    action: str
    label: Inline
    value: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """At most three buttons in a row; none is more prominent than the others."""

    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with the message: ``media`` is its media type, ``content`` its text."""

    name: str
    media: str
    content: str
    kind: Literal["file"] = "file"


Block = Annotated[
    Paragraph | Quote | Bullets | CodeBlock | Buttons | File,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Text:
    """A whole message."""

    blocks: tuple[Block, ...] = ()

    def __add__(self, other: Text) -> Text:
        """One message after the other."""
        return Text(self.blocks + other.blocks)

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.blocks)


text_codec: TypeAdapter[Text] = TypeAdapter(Text)


def paragraph(*parts: Inline | str) -> Text:
    """Return a message of one paragraph; strings become plain words."""
    return Text((Paragraph(tuple(Plain(p) if isinstance(p, str) else p for p in parts)),))


def lines(*rows: Inline) -> Text:
    """Return a message of one paragraph with one row per line."""
    parts: list[Inline] = []
    for row in rows:
        parts += [LineBreak(), row] if parts else [row]
    return Text((Paragraph(tuple(parts)),))


def bullets(*items: Text, ordered: bool = False) -> Text:
    """Return a message of one list."""
    return Text((Bullets(tuple(item.blocks for item in items), ordered),))


def quote(body: Text) -> Text:
    """Return ``body`` set apart as somebody's words."""
    return Text((Quote(body.blocks),))


def buttons(*choices: Button) -> Text:
    """Return a row of buttons."""
    return Text((Buttons(choices),))


def with_children(node: Inline, children: tuple[Inline, ...]) -> Inline:
    """Return a container node with other children; a leaf is returned as it is."""
    return replace(node, children=children) if isinstance(node, Strong | Emphasis | Link | MessageLink) else node


def map_inlines(body: Text, change: Callable[[Inline], tuple[Inline, ...]]) -> Text:
    """Return ``body`` with every inline node, button labels included, passed through ``change``, innermost first."""

    def inlines(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
        changed: list[Inline] = []
        for node in nodes:
            deep = with_children(node, inlines(node.children)) if hasattr(node, "children") else node
            changed += change(deep)
        return tuple(changed)

    def label(button: Button) -> Button:
        parts = inlines((button.label,))
        return replace(button, label=parts[0] if len(parts) == 1 else Plain("".join(words(p) for p in parts)))

    def block(node: Block) -> Block:
        match node:
            case Paragraph():
                return Paragraph(inlines(node.children))
            case Quote():
                return Quote(tuple(block(b) for b in node.blocks))
            case Bullets():
                return Bullets(tuple(tuple(block(b) for b in item) for item in node.items), node.ordered)
            case Buttons():
                return Buttons(tuple(label(b) for b in node.buttons))
            case _:
                return node

    return Text(tuple(block(b) for b in body.blocks))


def inlines_of(body: Text) -> Iterator[Inline]:
    """Yield every inline node in reading order, button labels included, containers before their children."""
    for block in body.blocks:
        match block:
            case Paragraph():
                yield from _down(block.children)
            case Quote():
                yield from inlines_of(Text(block.blocks))
            case Bullets():
                for item in block.items:
                    yield from inlines_of(Text(item))
            case Buttons():
                yield from _down(tuple(button.label for button in block.buttons))
            case _:
                pass


def _down(nodes: tuple[Inline, ...]) -> Iterator[Inline]:
    for node in nodes:
        yield node
        if isinstance(node, Strong | Emphasis | Link | MessageLink):
            yield from _down(node.children)


def buttons_of(body: Text) -> tuple[Button, ...]:
    """Return the message's buttons in reading order."""
    found: list[Button] = []

    def visit(blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            if isinstance(block, Buttons):
                found.extend(block.buttons)
            elif isinstance(block, Quote):
                visit(block.blocks)
            elif isinstance(block, Bullets):
                for item in block.items:
                    visit(item)

    visit(body.blocks)
    return tuple(found)


def files_of(body: Text) -> tuple[File, ...]:
    """Return the files that go with a message, in reading order."""

    def found(part: Iterable[Block]) -> list[File]:
        files: list[File] = []
        for block in part:
            match block:
                case File():
                    files.append(block)
                case Quote():
                    files += found(block.blocks)
                case Bullets():
                    files += (file for item in block.items for file in found(item))
                case _:
                    pass
        return files

    return tuple(found(body.blocks))


def without_buttons(body: Text) -> Text:
    """Return the message without its rows of buttons (top level)."""
    return Text(tuple(b for b in body.blocks if not isinstance(b, Buttons)))


def words(node: Inline) -> str:
    """Return a node's own words; nodes that need a directory or a calendar give nothing."""
    match node:
        case Plain() | Code():
            return node.text
        case Strong() | Emphasis() | Link() | MessageLink():
            return "".join(words(child) for child in node.children)
        case Worded(en, fr):
            return "".join(words(child) for child in en or fr)
        case LineBreak():
            return "\n"
        case _:
            return ""
