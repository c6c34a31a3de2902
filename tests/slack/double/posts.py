"""Messages, whoever writes them: written, changed, deleted, reacted to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from tests.slack.double.blocks import elements_of
from tests.slack.double.checks import Json
from tests.slack.double.elements import ACTIONS, INPUTS
from tests.slack.double.events import Events
from tests.slack.double.reading import words
from tests.slack.double.shapes import message_json
from tests.slack.double.world import Channel, Message

GONE = "This message was deleted."


class Posts(Events):
    """What can be done to messages, each told as an event."""

    def names(self) -> Mapping[str, str]:
        """Return the names of people and channels by their ids."""
        people = {u.id: u.name for u in self.users.values()}
        return people | {c.id: c.name for c in self.channels.values()}

    def words(self, shown: Message | Json) -> str:
        """Return what a person reads in a message or a view, buttons left out."""
        return words(shown, self.names())

    def direct(self, user: str) -> str:
        """Return the id of the conversation between a person and the bot, opened if it was not."""
        return self.conversation([user], "im").id

    def conversation(self, people: Sequence[str], kind: str) -> Channel:
        """Return the conversation of the bot with these people, opened if it was not."""
        together = sorted({*people, self.bot_user})
        for channel in self.channels.values():
            if channel.kind == kind and sorted(channel.members) == together:
                return channel
        name = "mpdm-" + "--".join(self.users[p].name.lower() for p in together) if kind == "mpim" else ""
        channel = Channel(self.new_id("D" if kind == "im" else "G"), name, kind, self.seconds(), together[0], together)
        self.channels[channel.id] = channel
        return channel

    def identified(self, blocks: Sequence[Json]) -> list[Json]:
        """Return blocks as Slack keeps them: with ids where there were none, and defaults filled in."""
        kept = [{"block_id": self.new_id("b"), **deepcopy(block)} for block in blocks]
        for block in kept:
            _fill_in(block)
            for element in elements_of([block]):
                if element["type"] in INPUTS or element["type"] in ACTIONS:
                    element.setdefault("action_id", self.new_id("a"))
        return kept

    def stands(self, message: Message) -> bool:
        """Tell whether people see a message, or what is left of it above its replies."""
        return not message.deleted or (not message.is_reply and bool(self.replies(message)))

    def shown(self, message: Message, *, metadata: bool = False) -> Json:
        """Return a message as histories show it: a deleted one as a tombstone."""
        if not message.deleted:
            return message_json(self, message, metadata=metadata)
        stone = replace(message, user="USLACKBOT", text=GONE, blocks=[], subtype="tombstone", bot_id=None)
        bare = replace(stone, files=[], reactions={}, edited=None, pinned=False)
        return {**message_json(self, bare), "hidden": True}

    def write(self, message: Message) -> Message:
        """Let a message stand in its channel and tell of it."""
        self.channels[message.channel].add(message)
        if not message.unlisted:
            self.emit_message(message)
        return message

    def note(self, channel: Channel, user: str, subtype: str, text: str) -> None:
        """Let a channel say what happened to it."""
        self.write(Message(self.new_ts(), channel.id, user, text, self.clock(), subtype=subtype))

    def rewrite(self, message: Message, user: str, **changes: object) -> None:
        """Change a message and tell of it."""
        before = message_json(self, message)
        for name, value in changes.items():
            setattr(message, name, value)
        message.edited = {"user": user, "ts": f"{self.seconds()}.000000"}
        after = message_json(self, message)
        if not message.ephemeral and not message.unlisted:
            self.emit_changed(self.channels[message.channel], after, before)

    def remove(self, message: Message) -> None:
        """Delete a message: with replies below it a tombstone stays."""
        before = message_json(self, message)
        if message.ephemeral or message.unlisted:
            message.deleted = True
            return
        channel = self.channels[message.channel]
        if not message.is_reply and self.replies(message):
            message.deleted = True
            self.emit_changed(channel, self.shown(message), before)
        else:
            message.deleted = True
            self.emit_deleted(channel, before)

    def add_reaction(self, message: Message, user: str, name: str) -> None:
        """Let someone react and tell of it."""
        message.reactions.setdefault(name, []).append(user)
        self._tell_reaction("reaction_added", message, user, name)

    def remove_reaction(self, message: Message, user: str, name: str) -> None:
        """Let someone take a reaction back and tell of it."""
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]
        self._tell_reaction("reaction_removed", message, user, name)

    def _tell_reaction(self, kind: str, message: Message, user: str, name: str) -> None:
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
        self.emit(event, self.channels[message.channel])


def _fill_in(value: object) -> None:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for inner in value.values():
            _fill_in(inner)
    elif isinstance(value, list):
        for inner in value:
            _fill_in(inner)
