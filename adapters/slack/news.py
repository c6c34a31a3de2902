"""What the engine is told beside the facts: who the people in them are, and what became of channels and people."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from adapters.slack.people import Register
from adapters.slack.values import Payload, instant
from bot.core.incoming import Batch, ChannelProfile, Incoming, Invited, Left, Profile, Renumbered
from bot.core.model import Fact, WorkspaceId
from bot.core.text import Mention, Named, Text, inlines_of
from bot.engine.engine import Engine
from bot.engine.receive import worth

log = logging.getLogger("causerie.slack")


class News:
    """Tells the engine of people and channels, once a process, and again when they change."""

    def __init__(self, engine: Engine, register: Register) -> None:
        """Take the engine and what is known of the workspace."""
        self._engine = engine
        self._register = register
        self._channels: set[str] = set()
        self._asking = asyncio.Lock()

    async def around(self, workspace: WorkspaceId, facts: Sequence[Incoming], *, prompted: bool = False) -> Batch:
        """Return the facts that somebody hears, with who and where they are about.

        ``prompted``: somebody waits for an answer to them, whoever hears them.
        """
        heard = list(facts) if prompted else await self._heard(workspace, facts)
        channels = [c for fact in heard if (c := await self._place(fact)) is not None]
        unknown = await self.unknown(workspace, {person for fact in heard for person in _people(fact)})
        return Batch(heard=tuple(heard), people=tuple(unknown), channels=tuple(channels))

    async def unknown(self, workspace: WorkspaceId, externals: Iterable[str]) -> list[Profile]:
        """Return the profiles of those of whom the engine was not told yet."""
        wanted = set(externals) - self._register.people
        if not wanted:
            return []
        async with self._asking:
            wanted -= self._register.people
            async with self._engine.database.view() as unit:
                told = {one for one in wanted if await unit.directory.known(workspace, one) is not None}
            self._register.people |= told
            return await self._register.profiles(wanted - told)

    def stored(self, batch: Batch) -> None:
        """Note of whom and of what the engine knows now; what was not stored is asked for again."""
        self._register.people |= {person.external for person in batch.people}
        self._channels |= {channel.external for channel in batch.channels}

    async def of(self, workspace: WorkspaceId, told: Payload) -> Batch:
        """Return what an event tells of people and channels of whom the engine was told."""
        match told.get("type"):
            case "user_change":
                return await self._person(workspace, told["user"], told)
            case "channel_rename" | "group_rename":
                named = told["channel"]
                self._register.changed(named["id"], name=named["name"])
                return await self._renamed(workspace, named["id"], named["name"])
            case "channel_archive" | "group_archive" | "channel_deleted" | "group_deleted":
                self._register.changed(told["channel"], archived=True)
            case "channel_unarchive" | "group_unarchive":
                self._register.changed(told["channel"], archived=False)
            case "channel_shared" | "channel_unshared":
                shared = told["type"] == "channel_shared" or bool(told.get("is_ext_shared"))
                self._register.changed(told["channel"], shared=shared)
            case "channel_id_changed":
                old, new = told["old_channel_id"], told["new_channel_id"]
                self._register.channels.pop(old, None)
                self._channels.discard(old)
                return Batch(renumbered=(Renumbered(old=old, new=new),))
            case "channel_left" | "group_left":
                self._register.changed(told["channel"], here=False)
            case "member_joined_channel" if told["user"] == self._register.me.user:
                await self._register.channel(told["channel"], anew=True)
            case "member_left_channel" if told["user"] == self._register.me.user:
                self._register.changed(told["channel"], here=False)
            case _:
                pass
        return Batch()

    async def _heard(self, workspace: WorkspaceId, facts: Sequence[Incoming]) -> list[Incoming]:
        """Leave out what nobody hears, so that nobody is asked for whom it does not concern, and what is not for us."""
        heard: list[Incoming] = []
        for fact in await worth(self._engine, workspace, facts) if facts else ():
            where = getattr(fact, "channel", None)
            barred = where is not None and not self._register.settings.shared_channels
            if not (barred and (await self._register.channel(str(where))).shared):
                heard.append(fact)
        return heard

    async def _place(self, fact: Incoming) -> ChannelProfile | None:
        """Return the channel of a fact, where the engine was not told of it yet."""
        where = getattr(fact, "channel", None)
        if where is None or (where in self._channels and not isinstance(fact, Invited)):
            return None
        return (await self._register.channel(where)).profile

    async def _renamed(self, workspace: WorkspaceId, external: str, name: str) -> Batch:
        async with self._engine.database.view() as unit:
            known = await unit.directory.channel(workspace, external)
        return Batch(channels=(ChannelProfile(external=external, name=name),)) if known else Batch()

    async def _person(self, workspace: WorkspaceId, user: Payload, told: Payload) -> Batch:
        """Return the new profile of somebody of whom the engine was told; whoever cannot be addressed now has left."""
        profile = self._register.profile(user)
        async with self._engine.database.view() as unit:
            member = await unit.directory.known(workspace, profile.external)
            if member is None:
                return Batch()
            homes: list[Any] = []
            if not profile.addressable:
                theirs = await unit.commons.of_member(member)
                homes = [await unit.directory.channel_external(community.home) for community in theirs]
        at = instant(told["event_ts"]) if told.get("event_ts") else self._engine.clock()
        left = tuple(
            Left(
                fact=Fact(f"slack:{self._register.me.team}:{home}:left:{profile.external}:{told.get('event_ts')}"),
                at=at,
                channel=home,
                author=profile.external,
            )
            for home in homes
        )
        return Batch(heard=left, people=(profile,))


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
