"""Trees in our ids and in a platform's: the only place where one becomes the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.core.forms import Form
from bot.core.model import BindingId, ChannelId, MemberId, MessageId, WorkspaceId
from bot.core.text import (
    Block,
    Button,
    Buttons,
    ChannelLink,
    Inline,
    Mention,
    MessageLink,
    Named,
    Plain,
    Text,
    inlines_of,
    map_inlines,
)
from bot.engine.ports import Unit

NOBODYS = BindingId("core")
"""Stands for a binding where something belongs to no community."""


@dataclass(frozen=True, slots=True)
class Wired:
    """A tree in the platform's ids, with the display names of the people in it, by the platform's ids."""

    body: Text
    names: Mapping[str, str] = field(default_factory=dict)


async def to_platform(unit: Unit, binding: BindingId, body: Text) -> Wired:
    """Return the tree in the platform's ids.

    Buttons carry the binding, so that a press finds its way back even from a whisper. A link to a message that is
    not on the platform becomes its words; somebody unknown becomes an ellipsis.
    """
    nodes = list(inlines_of(body))
    people = {n.member for n in nodes if isinstance(n, Mention | Named)}
    external = await unit.directory.externals(people) if people else {}
    known = await unit.directory.members(people) if people else {}
    messages = {n.message for n in nodes if isinstance(n, MessageLink) and n.message}
    places = await unit.directory.locate(messages) if messages else {}
    channels = {n.channel for n in nodes if isinstance(n, ChannelLink)}
    rooms = await unit.directory.channel_names(channels) if channels else {}
    said = {
        n.label: await unit.directory.said(binding, n.label) for n in nodes if isinstance(n, MessageLink) and n.label
    }

    def change(node: Inline) -> tuple[Inline, ...]:
        match node:
            case Mention(member) | Named(member):
                return (replace(node, member=MemberId(external[member])),) if member in external else (Plain("…"),)
            case ChannelLink(channel):
                return (ChannelLink(ChannelId(rooms[channel][0])),) if channel in rooms else (Plain("…"),)
            case MessageLink(children, message, label):
                place = places.get(message) if message else None
                ours = said.get(label) if label else None
                if ours is not None:
                    place = (ours.channel, ours.parts[0])
                return (MessageLink(children, MessageId("/".join(place))),) if place else children
            case _:
                return (node,)

    wired = map_inlines(body, change)
    names = {external[m]: member.name for m, member in known.items() if m in external}
    return Wired(Text(_addressed(wired.blocks, binding)), names)


def _addressed(blocks: tuple[Block, ...], binding: BindingId) -> tuple[Block, ...]:
    def button(b: Button) -> Button:
        return b if ":" in b.action else replace(b, action=f"{binding}:{b.action}")

    return tuple(
        Buttons(tuple(button(b) for b in block.buttons)) if isinstance(block, Buttons) else block for block in blocks
    )


def address_form(form: Form, binding: BindingId) -> Form:
    """Return the form with the binding in its id, so that what is sent finds its way back."""
    return form if ":" in form.id else replace(form, id=f"{binding}:{form.id}")


async def to_ours(unit: Unit, workspace: WorkspaceId, body: Text) -> Text:
    """Return a member's words with our ids; people and channels we do not know become words."""
    people = {str(n.member) for n in inlines_of(body) if isinstance(n, Mention | Named)}
    ours = await unit.directory.by_external(workspace, people) if people else {}

    def change(node: Inline) -> tuple[Inline, ...]:
        match node:
            case Mention(member) | Named(member):
                return (replace(node, member=ours[member]),) if member in ours else (Plain("…"),)
            case ChannelLink():
                return (Plain("#…"),)
            case MessageLink(children, _, _):
                return children
            case _:
                return (node,)

    return map_inlines(body, change)
