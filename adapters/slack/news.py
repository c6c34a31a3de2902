"""What the engine is told beside the facts: who the people in them are, and what became of channels and people."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.slack.people import Register
from adapters.slack.values import Payload, instant
from bot.core.incoming import Batch, ChannelProfile, Incoming, Invited, Left, Profile, Renumbered
from bot.core.model import Fact, WorkspaceId
from bot.core.text import Mention, Named, Text, inlines_of
from bot.engine.engine import Engine
from bot.engine.platform import RetryLaterError, Trouble
from bot.engine.receive import receive, worth

log = logging.getLogger("causerie.slack")


LOOK_UP: Final = 1.0
"""Seconds for which everybody else waits while somebody is asked for; what takes longer is done beside."""


@dataclass(frozen=True, slots=True)
class Around:
    """Facts with who and where they are about.

    ``late``: who is in them and could not be asked for in time. ``addressed``: whom of these people the engine knew and
    addressed already.
    """

    batch: Batch = field(default_factory=Batch)
    late: frozenset[str] = frozenset()
    addressed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """Tells the engine of people and channels that it does not know, and of what becomes of those that it does."""

    engine: Engine
    register: Register

    async def around(self, workspace: WorkspaceId, facts: Sequence[Incoming]) -> Around:
        """Return the facts that somebody hears, with who and where they are about, as far as that is known in time."""
        heard = await self._heard(workspace, facts) if facts else ()
        return await self._about(workspace, heard, None, LOOK_UP) if heard else Around()

    async def asked(self, workspace: WorkspaceId, fact: Incoming, channel_name: str | None, within: float) -> Around:
        """Return a fact to which somebody waits for an answer, with who and where it is about.

        ``channel_name`` is what Slack calls the channel, for one into which the bot may not look; ``within``: seconds.
        """
        return await self._about(workspace, [fact], channel_name, within)

    async def unknown(self, workspace: WorkspaceId, externals: Collection[str]) -> Sequence[Profile]:
        """Return the profiles of those of whom the engine was not told."""
        async with self.engine.database.view() as unit:
            told = await unit.directory.told_of(workspace, externals)
        return await self.register.profiles(frozenset(externals) - told)

    async def _about(
        self, workspace: WorkspaceId, facts: Sequence[Incoming], channel_name: str | None, within: float
    ) -> Around:
        people = {person for fact in facts for person in _people(fact)}
        places = {str(where) for fact in facts if (where := getattr(fact, "channel", None)) is not None}
        async with self.engine.database.view() as unit:
            addressed = frozenset(await unit.directory.by_external(workspace, people) if people else ())
            others = people - addressed
            told = addressed | (await unit.directory.told_of(workspace, others) if others else frozenset())
            known = {where for where in places if await unit.directory.channel(workspace, where) is not None}
        # To where the bot comes anew, its name may be another one by now.
        known -= {str(fact.channel) for fact in facts if isinstance(fact, Invited)}
        by = {str(getattr(fact, "channel", None)): getattr(fact, "author", None) for fact in facts}
        # A channel kept without its name would never be asked for again.
        channels = tuple(
            _unasked(where, channel_name) for where in sorted(places - known) if channel_name or where.startswith("D")
        )
        people_: tuple[Profile, ...] = ()
        unknown = frozenset(people - told - self.register.strangers)
        try:
            async with asyncio.timeout(within):
                asked = [
                    await self.register.channel(where, channel_name, person=by[where])
                    for where in sorted(places - known)
                ]
                channels = tuple(channel.profile for channel in asked if channel.seen)
                people_ = tuple(await self.register.profiles(unknown))
                unknown = frozenset()
        except (TimeoutError, RetryLaterError):
            log.warning("Slack takes its time to tell of people and channels")
        self.register.note(people_)
        wanted = tuple(fact for fact in facts if getattr(fact, "author", None) not in self.register.strangers)
        kept = tuple(person for person in people_ if person.addressable)
        return Around(Batch(heard=wanted, people=kept, channels=channels), unknown, addressed)

    async def introduce(self, workspace: WorkspaceId, people: Collection[str], places: Collection[str]) -> None:
        """Ask for people who could not be asked for in time, and let what waits for them in these channels go on."""
        found = await self.register.profiles(people)
        self.register.note(found)
        await receive(self.engine, workspace, Batch(people=tuple(found)))
        async with self.engine.database.unit() as unit:
            for place in places:
                await unit.inbox.release(place)
            await unit.commit()

    async def of(self, workspace: WorkspaceId, told: Payload) -> Batch:
        """Return what an event tells of people and channels of whom the engine was told."""
        match told.get("type"):
            case "user_change":
                return await self._person(workspace, told["user"], told)
            case "channel_rename" | "group_rename":
                named = told["channel"]
                self.register.changed(named["id"], name=named["name"])
                return await self._renamed(workspace, named["id"], named["name"])
            case "channel_shared" | "channel_unshared":
                shared = told["type"] == "channel_shared" or bool(told.get("is_ext_shared"))
                self.register.changed(told["channel"], shared=shared)
            case "channel_id_changed":
                old, new = told["old_channel_id"], told["new_channel_id"]
                self.register.channels.pop(old, None)
                return Batch(renumbered=(Renumbered(old=old, new=new),))
            case "channel_left" | "group_left" | "channel_deleted" | "group_deleted":
                self.register.changed(told["channel"], here=False)
            case "member_joined_channel" if told["user"] == self.register.me.user:
                self.register.channels.pop(told["channel"], None)
            case "member_left_channel" if told["user"] == self.register.me.user:
                self.register.changed(told["channel"], here=False)
            case _:
                pass
        return Batch()

    def trouble(self, told: Payload) -> Trouble | None:
        """Return why nothing can be said any more in the channel of an event."""
        match told.get("type"):
            case "channel_archive" | "group_archive" | "channel_deleted" | "group_deleted":
                return Trouble.ARCHIVED
            case "channel_left" | "group_left":
                return Trouble.ABSENT
            case "member_left_channel" if told["user"] == self.register.me.user:
                return Trouble.ABSENT
            case "channel_shared" if not self.register.settings.shared_channels:
                return Trouble.SHARED
            case _:
                return None

    def mended(self, told: Payload) -> bool:
        """Whether something can be said again in the channel of an event."""
        invited = told.get("type") == "member_joined_channel" and told["user"] == self.register.me.user
        return invited or told.get("type") in {"channel_unarchive", "group_unarchive"}

    async def _heard(self, workspace: WorkspaceId, facts: Sequence[Incoming]) -> list[Incoming]:
        """Leave out what nobody hears, so that nobody is asked for whom it does not concern, and what is not for us."""
        heard: list[Incoming] = []
        for fact in await worth(self.engine, workspace, facts):
            where = str(getattr(fact, "channel", None) or "D")
            if self.register.settings.shared_channels or where.startswith("D") or not await self._shared(where):
                heard.append(fact)
        return heard

    async def _shared(self, where: str) -> bool:
        """Whether a channel is shared with others, as far as Slack tells in time."""
        try:
            async with asyncio.timeout(LOOK_UP):
                return (await self.register.channel(where)).shared
        except (TimeoutError, RetryLaterError):
            return False

    async def _renamed(self, workspace: WorkspaceId, external: str, name: str) -> Batch:
        async with self.engine.database.view() as unit:
            known = await unit.directory.channel(workspace, external)
        return Batch(channels=(ChannelProfile(external=external, name=name),)) if known else Batch()

    async def _person(self, workspace: WorkspaceId, user: Payload, told: Payload) -> Batch:
        """Return the new profile of somebody of whom the engine was told; whoever cannot be addressed now has left."""
        profile = self.register.profile(user)
        self.register.note((profile,))
        async with self.engine.database.view() as unit:
            member = await unit.directory.known(workspace, profile.external)
            if member is None:
                return Batch()
            homes: list[Any] = []
            if not profile.addressable:
                theirs = await unit.commons.of_member(member)
                homes = [await unit.directory.channel_external(community.home) for community in theirs]
        at = instant(told["event_ts"]) if told.get("event_ts") else self.engine.clock()
        left = tuple(
            Left(
                fact=Fact(f"slack:{self.register.me.team}:{home}:left:{profile.external}:{told.get('event_ts')}"),
                at=at,
                channel=home,
                author=profile.external,
            )
            for home in homes
        )
        return Batch(heard=left, people=(profile,))


def _unasked(where: str, name: str | None) -> ChannelProfile:
    """Return what there is to say of a channel that Slack could not be asked for in time."""
    direct = where.startswith("D")
    return ChannelProfile(external=where, name="" if direct else name or "", direct=direct)


def _people(fact: Incoming) -> set[str]:
    """Return who is in a fact: its author, and whom its words name."""
    people = {author} if (author := getattr(fact, "author", None)) and not isinstance(fact, Left) else set()
    text = getattr(fact, "text", None)
    if isinstance(text, Text):
        people |= {str(node.member) for node in inlines_of(text) if isinstance(node, Mention | Named)}
    words = getattr(fact, "words", "")
    people |= {word[1:] for word in words.replace(",", " ").split() if _names_somebody(word)}
    return people


def _names_somebody(word: str) -> bool:
    return word[:2] in {"@U", "@W"} and len(word) > len("@U12345") and word[1:].isalnum() and word[1:].isupper()
