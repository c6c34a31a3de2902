"""The playground as the outbox sees it: it shows all that the engine can say, at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from adapters.local.chat import BOT, Chat, Message, Reason, RefusedError
from bot.core.degrade import Capabilities
from bot.core.incoming import Incoming, Profile, Said
from bot.core.model import Fact, Language
from bot.core.text import Inline, Link, MessageLink, Text, map_inlines
from bot.engine.platform import ImpossibleError, Outgoing, Placed, Trouble


class LocalPlatform:
    """The port to the playground's chat server."""

    pace = timedelta()
    lag = timedelta()
    prefix = "/causerie"

    def __init__(self, chat: Chat, *, plain: bool = False) -> None:
        """Take the chat; ``plain``: it shows messages only, as a platform without buttons, forms and whispers does."""
        self._chat = chat
        rich = not plain
        self.capabilities = Capabilities(buttons=rich, forms=rich, whispers=rich, threads=True, edits=True)

    async def send(self, outgoing: Outgoing) -> Placed:
        """Do what the parcel says, at once; the chat knows a key that comes again."""
        try:
            return self._send(outgoing)
        except RefusedError as refused:
            raise ImpossibleError(refused.reason) from None

    def _send(self, outgoing: Outgoing) -> Placed:
        body = shown(outgoing.body)
        match outgoing.kind:
            case "edit":
                for target in outgoing.targets:
                    self._chat.update(target, body)
            case "delete":
                for target in outgoing.targets:
                    self._chat.remove(target)
            case _:
                channel = self._place(outgoing)
                message = self._chat.post(outgoing.key, channel, body, outgoing.thread)
                return Placed(channel, (message,))
        return Placed(outgoing.channel or "", outgoing.targets)

    def _place(self, outgoing: Outgoing) -> str:
        """Return the room; raises ImpossibleError where the bot is not, and for people who are not there."""
        if outgoing.channel:
            if not self._is_here(outgoing.channel):
                raise ImpossibleError(Reason.NOT_HERE.value, Trouble.ABSENT)
            return outgoing.channel
        if not {*outgoing.people} <= {p.id for p in self._chat.personas()}:
            raise ImpossibleError(Reason.UNKNOWN.value, Trouble.GONE)
        return self._chat.direct(frozenset({*outgoing.people, BOT}))

    def _is_here(self, channel: str) -> bool:
        return BOT in next((room.members for room in self._chat.rooms() if room.id == channel), frozenset())

    async def find(self, outgoing: Outgoing) -> Placed | None:
        """Return where the message of this key stands; an edit or a deletion may simply be done again."""
        message = self._chat.find(outgoing.key)
        return Placed(self._chat.message(message).channel, (message,)) if message else None

    async def fetch(self, channel: str, thread: str) -> Sequence[Incoming]:
        """Return what was answered under a message."""
        return [said(m) for m in self._chat.replies(thread) if m.channel == channel and m.author != BOT]

    async def read(self, channel: str, message: str) -> Incoming | None:
        """Return one message of a member's, None when it is gone."""
        try:
            found = self._chat.message(message)
        except RefusedError:
            return None
        if found.channel != channel or found.gone or found.author == BOT:
            return None
        return said(found)

    async def people(self, channel: str, *, patient: bool = False) -> Sequence[Profile]:  # noqa: ARG002 - the port's
        """Return who is in a channel, the bot left out; nobody where the bot is not."""
        if not self._is_here(channel):
            return ()
        members = self._chat.room(channel).members
        return [p for p in profiles(self._chat) if p.external in members]


def said(message: Message) -> Said:
    """Return a message as it was heard."""
    return Said(
        fact=Fact(f"local:{message.channel}:{message.id}:said"),
        at=message.at,
        channel=message.channel,
        author=message.author,
        thread=message.thread,
        message=message.id,
        text=message.body,
    )


def profiles(chat: Chat) -> list[Profile]:
    """Return everybody in the playground but the bot."""
    languages: dict[str, Language] = {"en": "en", "fr": "fr"}
    return [
        Profile(external=p.id, name=p.name, language=languages.get(p.language), zone=p.zone)
        for p in chat.personas()
        if p.id != BOT
    ]


def shown(body: Text) -> Text:
    """Return the tree with links to messages as the page knows them."""

    def linked(node: Inline) -> tuple[Inline, ...]:
        return (Link(node.children, f"#{node.message}"),) if isinstance(node, MessageLink) else (node,)

    return map_inlines(body, linked)
