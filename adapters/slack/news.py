"""What the engine is told beside the facts: who the people in them are, and what became of channels and people."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.people import Register
from adapters.slack.values import Payload, instant
from bot.core.incoming import Batch, ChannelProfile, Incoming, Invited, Left, Profile, Renumbered
from bot.core.model import Fact, WorkspaceId
from bot.core.text import Mention, Named, Text, inlines_of
from bot.engine.engine import Engine
from bot.engine.platform import Trouble
from bot.engine.receive import worth

log = logging.getLogger("causerie.slack")


@dataclass(frozen=True, slots=True)
class News:
    """Tells the engine of people and channels that it does not know, and of what becomes of those that it does."""

    engine: Engine
    register: Register

    async def around(self, workspace: WorkspaceId, facts: Sequence[Incoming]) -> Batch:
        """Return the facts that somebody hears, with who and where they are about."""
        return (await self._about(workspace, await self._heard(workspace, facts)))[0] if facts else Batch()

    async def asked(self, workspace: WorkspaceId, fact: Incoming, channel_name: str | None) -> tuple[Batch, bool]:
        """Return a fact to which somebody waits for an answer, with who and where it is about.

        Beside it: whether the engine knew and addressed already whom it is from. ``channel_name`` is what Slack calls
        the channel, for one into which the bot may not look.
        """
        batch, addressed = await self._about(workspace, [fact], channel_name)
        return batch, getattr(fact, "author", None) in addressed

    async def unknown(self, workspace: WorkspaceId, externals: Collection[str]) -> Sequence[Profile]:
        """Return the profiles of those of whom the engine was not told."""
        async with self.engine.database.view() as unit:
            told = await unit.directory.told_of(workspace, externals)
        return await self.register.profiles(frozenset(externals) - told)

    async def _about(
        self, workspace: WorkspaceId, facts: Sequence[Incoming], channel_name: str | None = None
    ) -> tuple[Batch, Collection[str]]:
        """Return facts with who and where they are about, and whom of these people the engine addresses."""
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
        channels = [
            (await self.register.channel(where, channel_name, person=by[where])).profile
            for where in sorted(places - known)
        ]
        profiles = await self.register.profiles(people - told)
        return Batch(heard=tuple(facts), people=tuple(profiles), channels=tuple(channels)), addressed

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
                await self.register.channel(told["channel"], anew=True)
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

    async def _heard(self, workspace: WorkspaceId, facts: Sequence[Incoming]) -> list[Incoming]:
        """Leave out what nobody hears, so that nobody is asked for whom it does not concern, and what is not for us."""
        heard: list[Incoming] = []
        for fact in await worth(self.engine, workspace, facts):
            where = getattr(fact, "channel", None)
            barred = where is not None and not self.register.settings.shared_channels
            if not (barred and (await self.register.channel(str(where), person=getattr(fact, "author", None))).shared):
                heard.append(fact)
        return heard

    async def _renamed(self, workspace: WorkspaceId, external: str, name: str) -> Batch:
        async with self.engine.database.view() as unit:
            known = await unit.directory.channel(workspace, external)
        return Batch(channels=(ChannelProfile(external=external, name=name),)) if known else Batch()

    async def _person(self, workspace: WorkspaceId, user: Payload, told: Payload) -> Batch:
        """Return the new profile of somebody of whom the engine was told; whoever cannot be addressed now has left."""
        profile = self.register.profile(user)
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
