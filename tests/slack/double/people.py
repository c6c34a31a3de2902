"""What people do: they write, change their words, react, change themselves."""

from __future__ import annotations

from collections.abc import Sequence

from tests.slack.double.checks import Json
from tests.slack.double.composer import escape_typed, rich
from tests.slack.double.views import Views
from tests.slack.double.world import Message, User


class People(Views):
    """Acts of people. One that Slack's clients would not let happen raises ValueError."""

    def add_user(
        self,
        name: str,
        *,
        locale: str = "en-US",
        tz: str = "Europe/London",
        guest: bool = False,
        single_channel_guest: bool = False,
        bot: bool = False,
        deleted: bool = False,
        admin: bool = False,
        stranger: bool = False,
        arrives: bool = False,
    ) -> str:
        """Return the id of someone new. ``stranger``: of another workspace; ``arrives``: the app is told."""
        user = User(
            self.new_id("U"),
            name,
            self.foreign_team if stranger else self.team,
            locale=locale,
            tz=tz,
            guest=guest,
            single_channel_guest=single_channel_guest,
            bot=bot,
            bot_id=self.new_id("B") if bot else "",
            deleted=deleted,
            admin=admin,
            stranger=stranger,
        )
        self.users[user.id] = user
        if arrives:
            self.emit_user("team_join", user)
        return user.id

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread: str | None = None,
        blocks: Sequence[Json] | None = None,
        files: Sequence[str] = (),
        broadcast: bool = False,
    ) -> str:
        """Let someone write; return the message's ts. ``text``: as typed, with ids; ``files``: their names."""
        self._can_write(user, channel)
        if thread is not None and ((root := self.find(channel, thread)) is None or not self.stands(root)):
            raise ValueError(f"nothing stands at {thread}")
        subtype = "thread_broadcast" if broadcast else "file_share" if files else None
        message = Message(
            self.new_ts(),
            channel,
            user,
            escape_typed(text, self.names()),
            self.clock(),
            blocks=self.identified(blocks or ([rich(text, typed=True)] if text else [])),
            bot_id=self.users[user].bot_id or None,
            thread_ts=thread,
            files=[self._file(name, user) for name in files],
            subtype=subtype,
            broadcast=broadcast,
        )
        return self.write(message).ts

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Let someone change what they wrote."""
        message = self._standing(channel, ts)
        if message.user != user:
            raise ValueError(f"{user} did not write {ts}")
        blocks = self.identified([rich(text, typed=True)])
        self.rewrite(message, user, text=escape_typed(text, self.names()), blocks=blocks)

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Let someone delete what they wrote, or an admin anything."""
        message = self._standing(channel, ts)
        if message.user != user and not self.users[user].admin:
            raise ValueError(f"{user} did not write {ts}")
        self.remove(message)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Let someone react."""
        message = self._standing(channel, ts)
        if user in message.reactions.get(name, ()):
            raise ValueError(f"{user} reacted with {name} before")
        self.add_reaction(message, user, name)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Let someone take a reaction back."""
        message = self._standing(channel, ts)
        if user not in message.reactions.get(name, ()):
            raise ValueError(f"{user} did not react with {name}")
        self.remove_reaction(message, user, name)

    def deactivate(self, user: str) -> None:
        """Let an administrator close an account."""
        self.users[user].deleted = True
        self.emit_user("user_change", self.users[user])

    def reactivate(self, user: str) -> None:
        """Let an administrator open an account again."""
        self.users[user].deleted = False
        self.emit_user("user_change", self.users[user])

    def change(
        self,
        user: str,
        *,
        name: str | None = None,
        tz: str | None = None,
        locale: str | None = None,
        guest: bool | None = None,
    ) -> None:
        """Let someone's profile become another."""
        person = self.users[user]
        person.name = person.name if name is None else name
        person.tz = person.tz if tz is None else tz
        person.locale = person.locale if locale is None else locale
        person.guest = person.guest if guest is None else guest
        self.emit_user("user_change", person)

    def _standing(self, channel: str, ts: str) -> Message:
        message = self.find(channel, ts)
        if message is None or message.deleted:
            raise ValueError(f"nothing stands at {ts}")
        return message

    def _can_write(self, user: str, channel: str) -> None:
        place = self.channels[channel]
        if user not in place.members:
            raise ValueError(f"{user} is not in {channel}")
        if place.archived or self.users[user].deleted:
            raise ValueError(f"{user} cannot write in {channel}")

    def _file(self, name: str, user: str) -> Json:
        file_id = self.new_id("F")
        return {
            "id": file_id,
            "name": name,
            "title": name,
            "mimetype": "application/octet-stream",
            "filetype": name.rpartition(".")[2],
            "user": user,
            "size": 1,
            "mode": "hosted",
            "url_private": f"{self.url}/files/{file_id}",
        }
