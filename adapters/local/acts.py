"""What the page may ask the chat to do, one model per act: ``POST /api/<act>``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.local.chat import Chat

Id = Annotated[str, Field(max_length=40)]
Emoji = Annotated[str, Field(min_length=1, max_length=16)]


class Act(BaseModel, ABC):
    """An act; ``persona`` does it (``as`` in the request)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    persona: Id = Field(alias="as")

    @abstractmethod
    def do(self, chat: Chat) -> str | None:
        """Do it, and return an id when something was made. Raises RefusedError."""


class Say(Act):
    """Say something, in a thread or not."""

    channel: Id
    text: str
    thread: Id | None = None

    def do(self, chat: Chat) -> str:
        """Return the message's or command's id."""
        return chat.say(self.persona, self.channel, self.text, self.thread)


class Edit(Act):
    """Replace one's own message."""

    message: Id
    text: str

    def do(self, chat: Chat) -> None:
        """Edit."""
        chat.edit(self.persona, self.message, self.text)


class Delete(Act):
    """Take back one's own message."""

    message: Id

    def do(self, chat: Chat) -> None:
        """Delete."""
        chat.delete(self.persona, self.message)


class React(Act):
    """Add a reaction."""

    message: Id
    emoji: Emoji

    def do(self, chat: Chat) -> None:
        """React."""
        chat.react(self.persona, self.message, self.emoji)


class Unreact(React):
    """Take a reaction back."""

    def do(self, chat: Chat) -> None:
        """Unreact."""
        chat.unreact(self.persona, self.message, self.emoji)


class Press(Act):
    """Press a button."""

    message: Id
    action: str
    value: str

    def do(self, chat: Chat) -> str:
        """Return the event's id."""
        return chat.press(self.persona, self.message, self.action, self.value)


class Submit(Act):
    """Hand in a form."""

    form: Id
    values: dict[str, str]

    def do(self, chat: Chat) -> str:
        """Return the event's id."""
        return chat.submit(self.persona, self.form, self.values)


class Dismiss(Act):
    """Put away a form or a whisper."""

    thing: Id

    def do(self, chat: Chat) -> None:
        """Dismiss."""
        chat.dismiss(self.persona, self.thing)


class Channel(Act):
    """Make a channel and invite the bot."""

    name: str

    def do(self, chat: Chat) -> str:
        """Return the channel's id."""
        return chat.open_channel(self.persona, self.name)


class Join(Act):
    """Join a channel."""

    channel: Id

    def do(self, chat: Chat) -> None:
        """Join."""
        chat.join(self.channel, self.persona)


class Leave(Join):
    """Leave a channel."""

    def do(self, chat: Chat) -> None:
        """Leave."""
        chat.leave(self.channel, self.persona)


class Direct(Act):
    """Open a direct conversation with others."""

    others: Annotated[frozenset[Id], Field(min_length=1, max_length=8)]

    def do(self, chat: Chat) -> str:
        """Return the conversation's id."""
        return chat.direct(self.others | {self.persona})


class SpeakAs(Act):
    """Speak as this persona from now on, also when the page is opened anew."""

    def do(self, chat: Chat) -> None:
        """Keep it."""
        chat.note("persona", self.persona)


ACTS: dict[str, type[Act]] = {
    "say": Say,
    "edit": Edit,
    "delete": Delete,
    "react": React,
    "unreact": Unreact,
    "press": Press,
    "submit": Submit,
    "dismiss": Dismiss,
    "channel": Channel,
    "join": Join,
    "leave": Leave,
    "direct": Direct,
    "as": SpeakAs,
}
