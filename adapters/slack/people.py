"""Who is who in a Slack workspace, and what its channels are: asked of Slack once, then kept up to date by events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adapters.slack.settings import SlackSettings
from adapters.slack.values import Me, Payload
from adapters.slack.web import PATIENCE, RefusedError, Web
from bot.core.incoming import ChannelProfile, Profile
from bot.core.model import Language

ONE_BY_ONE: Final = 150
"""Up to so many people are asked for singly; of more, the workspace's whole list is read, which is quicker then."""
LISTED: Final = 999
"""People of the workspace's list on one page: it is the number of pages that Slack limits."""


def profile(me: Me, settings: SlackSettings, user: Payload) -> Profile:
    """Return what Slack says of a person; bots, closed accounts, strangers and, by setting, guests are not."""
    shown = user.get("profile") or {}
    name = shown.get("display_name") or shown.get("real_name") or user.get("real_name") or user.get("name") or "…"
    return Profile(
        external=user["id"],
        name=str(name),
        language=language(user.get("locale")),
        zone=user.get("tz"),
        addressable=not (
            user.get("deleted")
            or user.get("is_bot")
            or user["id"] in {me.user, "USLACKBOT"}
            or is_stranger(me, user)
            or (is_guest(user) and not settings.guests)
        ),
    )


def language(locale: str | None) -> Language | None:
    """Return the language of a Slack locale (``fr-CA``) where it is one of ours."""
    return {"en": "en", "fr": "fr"}.get((locale or "").partition("-")[0])  # type: ignore[return-value]


def is_guest(user: Payload) -> bool:
    """Whether somebody has a guest's account, of one channel or several."""
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted"))


def is_stranger(me: Me, user: Payload) -> bool:
    """Whether somebody belongs to another organisation, and is seen in a shared channel only."""
    theirs = (user.get("enterprise_user") or {}).get("teams") or ()
    foreign = user.get("team_id") not in {None, me.team} and me.team not in theirs
    return bool(user.get("is_stranger")) or foreign


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as Slack tells of it; ``shared`` with another organisation, ``here``: the bot is in it.

    ``seen`` is False where Slack did not say what it is, nor does anything else.
    """

    id: str
    name: str
    direct: bool = False
    person: str | None = None
    shared: bool = False
    here: bool = True
    seen: bool = True

    @property
    def profile(self) -> ChannelProfile:
        """What the engine keeps of it."""
        return ChannelProfile(external=self.id, name=self.name, direct=self.direct, person=self.person)


def channel(told: Payload) -> Channel:
    """Return a channel of ``conversations.info``."""
    several = bool(told.get("is_mpim"))
    return Channel(
        id=told["id"],
        name=str(told.get("name") or ""),
        direct=several,
        shared=bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared")),
        here=several or bool(told.get("is_member")),
    )


def _unseen(external: str, name: str | None, refused: RefusedError) -> Channel:
    """Return what there is to say of a channel that the bot may not look into, by what a payload calls it.

    An event tells no name, and comes from where the bot is: of a conversation of several, Slack says which permission
    it would take to look into it.
    """
    if name is None:
        several = refused.needed == "mpim:read"
        return Channel(id=external, name="", direct=several, seen=several)
    several = name == "directmessage" or name.startswith("mpdm-")
    return Channel(id=external, name="" if several else name, direct=several, here=False)


@dataclass
class Register:
    """Asks Slack for people and channels; what was seen is kept for as long as the process lasts."""

    web: Web
    me: Me
    settings: SlackSettings
    channels: dict[str, Channel] = field(default_factory=dict)
    seen: dict[str, Profile] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    """People met in this process who are not addressed: bots, closed accounts, strangers and, by setting, guests."""

    def profile(self, user: Payload) -> Profile:
        """Return what Slack says of a person, and note it of one who was seen; a language not said stays as it was."""
        told = profile(self.me, self.settings, user)
        before = self.seen.get(told.external)
        if before is not None:
            self.seen[told.external] = replace(told, language=told.language or before.language)
        return told

    def _met(self, user: Payload) -> Profile:
        told = self.profile(user)
        return self.seen.setdefault(told.external, told)

    def note(self, people: Iterable[Profile]) -> None:
        """Note who is addressed and who is not."""
        for person in people:
            (self.strangers.discard if person.addressable else self.strangers.add)(person.external)

    async def person(self, external: str, patience: int = PATIENCE) -> Profile | None:
        """Ask for a person; None when there is nobody of this id that we may see."""
        try:
            answer = await self.web.read("users.info", patience=patience, user=external, include_locale=True)
        except RefusedError:
            return None
        return self._met(answer["user"])

    async def profiles(self, externals: Iterable[str], patience: int = PATIENCE) -> list[Profile]:
        """Return several people, and ask for those who were not seen yet."""
        wanted = sorted(set(externals))
        missing = {external for external in wanted if external not in self.seen}
        if len(missing) > ONE_BY_ONE:
            async for page in self.web.pages("users.list", patience=patience, rows=LISTED, include_locale=True):
                for user in page["members"]:
                    if user["id"] in missing:
                        missing.discard(self._met(user).external)
        # Strangers of a shared channel are not in the workspace's list.
        for external in sorted(missing):
            await self.person(external, patience)
        return [self.seen[external] for external in wanted if external in self.seen]

    async def members(self, external: str, patience: int = PATIENCE) -> Sequence[Profile]:
        """Return who is in a channel, the bot left out."""
        ids: list[str] = []
        async for page in self.web.pages("conversations.members", patience=patience, channel=external):
            ids += [user for user in page["members"] if user != self.me.user]
        for user in ids:
            # Whoever could not be addressed may be by now, though Slack could not tell us.
            if user in self.seen and not self.seen[user].addressable:
                del self.seen[user]
        found = await self.profiles(ids, patience)
        self.note(found)
        return found

    async def channel(
        self,
        external: str,
        name: str | None = None,
        *,
        person: str | None = None,
        anew: bool = False,
        patience: int = PATIENCE,
    ) -> Channel:
        """Return a channel.

        ``name`` is what a payload says of it, for one into which the bot may not look. ``person`` does something there:
        whether a direct conversation is theirs with the bot is told by opening that, which needs no right to look.
        """
        if anew or external not in self.channels:
            if external.startswith("D"):
                return await self._conversation(external, person)
            try:
                answer = await self.web.read("conversations.info", patience=patience, channel=external)
            except RefusedError as refused:
                return _unseen(external, name, refused)
            self.channels[external] = channel(answer["channel"])
        return self.channels[external]

    async def _conversation(self, external: str, person: str | None) -> Channel:
        """Return a direct conversation: of this person with the bot, or of others."""
        if person is None:
            return Channel(id=external, name="", direct=True, here=False)
        try:
            opened = await self.web.read("conversations.open", users=person)
        except RefusedError:
            return Channel(id=external, name="", direct=True, here=False)
        theirs = opened["channel"]["id"] == external
        self.channels[external] = Channel(
            id=external, name="", direct=True, person=person if theirs else None, here=theirs
        )
        return self.channels[external]

    def changed(self, external: str, **what: Any) -> Channel | None:  # noqa: ANN401 - a channel's own fields
        """Note what became of a channel that was met."""
        if external in self.channels:
            self.channels[external] = replace(self.channels[external], **what)
        return self.channels.get(external)
