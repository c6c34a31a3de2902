"""The inbox: facts received and not yet handled, the keys of those that were, and who took which."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.incoming import Commanded, Deleted, Incoming, Internal, Pressed, Reacted, Said, Submitted
from bot.core.model import Fact, WorkspaceId
from bot.engine.engine import derived
from bot.engine.ports import DeadFact, Stored
from storage.sql import chunks, insert_new, new
from storage.tables import channel, claim, inbox, message

HOLD = timedelta(seconds=60)
"""How long a reply that came before its root waits at most; and, where several processes work on one database, how long
a fact for whose answer somebody waits is left to the process that received it."""

_STORED = (inbox.c.id, inbox.c.workspace_id, inbox.c.heard, inbox.c.tries, inbox.c.status)
_EARLIER = inbox.alias()
_BEHIND = exists().where(
    _EARLIER.c.workspace_id == inbox.c.workspace_id,
    _EARLIER.c.about == inbox.c.about,
    _EARLIER.c.next_at.is_not(None),
    _EARLIER.c.id < inbox.c.id,
)
"""What is said of a message (an edit, a deletion) waits until what was said of it before is handled."""
_DIRECT = exists().where(
    channel.c.workspace_id == inbox.c.workspace_id, channel.c.external == inbox.c.channel, channel.c.direct.is_(True)
)
_READY = (
    select(*_STORED)
    .where(inbox.c.next_at <= bindparam("now", type_=inbox.c.next_at.type), inbox.c.id > bindparam("after"), ~_BEHIND)
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_ONE = select(*_STORED).where(
    inbox.c.fact == bindparam("fact"), inbox.c.workspace_id == bindparam("workspace"), inbox.c.next_at.is_not(None)
)


@dataclass(frozen=True, slots=True)
class SqlInbox:
    """``ports.Inbox`` on a connection."""

    connection: AsyncConnection

    async def put(self, workspace: WorkspaceId, facts: Sequence[tuple[Incoming, bool]], now: datetime) -> set[Fact]:
        """Store facts, and where the messages stand that they are about."""
        if not facts:
            return set()
        shared = self.connection.dialect.name == "postgresql"
        rows = [
            {
                "workspace_id": workspace,
                "fact": _key(heard.fact),
                "channel": None if isinstance(heard, Internal) else heard.channel,
                "about": f"{heard.channel}/{heard.message}" if isinstance(heard, Said | Deleted | Reacted) else None,
                "binding_id": heard.binding if isinstance(heard, Internal) else None,
                "heard": heard,
                "status": "held" if held else "ready",
                "at": now,
                "next_at": now + HOLD if held or (shared and _asked(heard)) else now,
                "tries": 0,
                "error": "",
            }
            for heard, held in facts
        ]
        dialect = self.connection.dialect.name
        result = await self.connection.execute(insert_new(dialect, inbox, "fact"), rows)
        keys = set(result.scalars())
        fresh = {heard.fact for heard, _ in facts if _key(heard.fact) in keys}
        told = [heard for heard, _ in facts if isinstance(heard, Said | Reacted) and heard.fact in fresh]
        places = await self._channels(workspace, {heard.channel for heard in told if heard.channel})
        messages = [
            {"id": message_id(place, said.message), "channel_id": place, "external": said.message}
            for said in told
            if (place := places.get(said.channel or ""))
        ]
        if messages:
            # In one order for everybody, so that two writers cannot wait for each other.
            messages.sort(key=lambda m: m["id"])
            await self.connection.execute(insert_new(dialect, message, "id"), messages)
        return fresh

    async def ready(self, now: datetime, limit: int, after: int = 0) -> Sequence[Stored]:
        """Return facts whose instant has come; held ones too when they waited long enough."""
        rows = await self.connection.execute(_READY, {"now": now, "after": after, "most": limit})
        return [_stored(row) for row in rows]

    async def get(self, workspace: WorkspaceId, fact: Fact) -> Stored | None:
        """Return one fact that is still to be handled."""
        row = (await self.connection.execute(_ONE, {"fact": _key(fact), "workspace": workspace})).first()
        return None if row is None else _stored(row)

    async def knows(self, fact: Fact) -> bool:
        """Whether a fact was stored."""
        return await self.connection.scalar(select(inbox.c.id).where(inbox.c.fact == _key(fact))) is not None

    async def passed(self, workspace: WorkspaceId, fact: Fact, now: datetime) -> None:
        """Keep the key of a fact that was taken in without being stored."""
        row = {
            "workspace_id": workspace,
            "fact": _key(fact),
            "heard": None,
            "status": "done",
            "at": now,
            "next_at": None,
            "tries": 0,
            "error": "",
            "done_at": now,
        }
        await self.connection.execute(insert_new(self.connection.dialect.name, inbox, "fact"), row)

    async def claim(self, fact: Fact, binding: str, now: datetime) -> bool:
        """Take a fact for a binding; on PostgreSQL a rival waits here until the first has decided."""
        return await new(self.connection, claim, {"fact": _key(fact), "binding_id": binding, "at": now}, "fact")

    async def done(self, id_: int, now: datetime) -> None:
        """Forget what the fact said, and of what was said in private also where; keep its key."""
        places = {
            "channel": case((_DIRECT, None), else_=inbox.c.channel),
            "about": case((_DIRECT, None), else_=inbox.c.about),
        }
        await self._set(id_, status="done", heard=None, next_at=None, error="", done_at=now, **places)

    async def hold(self, id_: int, until: datetime) -> None:
        """Let a reply wait."""
        await self._set(id_, status="held", next_at=until)

    async def release(self, channel: str) -> None:
        """Let the held replies of a channel be looked at again."""
        await self.connection.execute(
            update(inbox)
            .where(inbox.c.next_at.is_not(None), inbox.c.channel == channel, inbox.c.status == "held")
            .values(status="ready", next_at=inbox.c.at)
        )

    async def failed(self, id_: int, at: datetime | None, error: str) -> None:
        """Note a failure."""
        status = "dead" if at is None else "ready"
        await self._set(id_, status=status, next_at=at, error=error, tries=inbox.c.tries + 1)

    async def next_at(self) -> datetime | None:
        """Return the earliest instant at which a fact waits to be tried."""
        query = select(func.min(inbox.c.next_at)).where(inbox.c.next_at.is_not(None), ~_BEHIND)
        at: datetime | None = (await self.connection.execute(query)).scalar()
        return at

    async def dead(self) -> Sequence[DeadFact]:
        """List the facts whose handling failed too often, with when they came."""
        query = select(inbox.c.id, inbox.c.fact, inbox.c.heard, inbox.c.at, inbox.c.error).where(
            inbox.c.status == "dead"
        )
        rows = await self.connection.execute(query.order_by(inbox.c.id))
        return [DeadFact(id=r.id, fact=r.heard.fact if r.heard else r.fact, at=r.at, error=r.error) for r in rows]

    async def revive(self, id_: int | None) -> int:
        """Let dead facts be tried anew, as often as a new one."""
        statement = update(inbox).where(inbox.c.status == "dead")
        if id_ is not None:
            statement = statement.where(inbox.c.id == id_)
        result = await self.connection.execute(
            statement.values(status="ready", tries=0, error="", next_at=inbox.c.at).returning(inbox.c.id)
        )
        return len(result.all())

    async def prune(self, before: datetime) -> None:
        """Forget what was done, or failed for good, and the claims on it."""
        await self.connection.execute(
            delete(inbox).where(
                or_(inbox.c.done_at < before, (inbox.c.status == "dead") & (inbox.c.at < before)),
                inbox.c.next_at.is_(None),
            )
        )
        open_ = exists().where(inbox.c.fact == claim.c.fact)
        await self.connection.execute(delete(claim).where(claim.c.at < before, ~open_))

    async def _channels(self, workspace: WorkspaceId, externals: Collection[str]) -> dict[str, str]:
        """Return our ids of the channels that we were told of, by the platform's."""
        found: dict[str, str] = {}
        for some in chunks(externals):
            query = select(channel.c.id, channel.c.external).where(
                channel.c.workspace_id == workspace, channel.c.external.in_(some)
            )
            found |= {r.external: r.id for r in await self.connection.execute(query)}
        return found

    async def _set(self, id_: int, **values: object) -> None:
        # A fact that somebody else has handled meanwhile stays handled.
        waiting = (inbox.c.id == id_, inbox.c.next_at.is_not(None))
        await self.connection.execute(update(inbox).where(*waiting).values(**values))


def _key(fact: Fact) -> str:
    """Return what a fact is known by: its own words may tell who did it, and are kept no longer than what it says."""
    return derived("fact", fact)


def _asked(heard: Incoming) -> bool:
    return isinstance(heard, Commanded | Pressed | Submitted) or (isinstance(heard, Said) and heard.direct)


def channel_id(workspace: str, external: str) -> str:
    """Return our id of a channel that is new."""
    return derived("channel", workspace, external)


def message_id(channel: str, external: str) -> str:
    """Return our id of a message that is new, in a channel of ours."""
    return derived("message", channel, external)


def _stored(row: Any) -> Stored:  # noqa: ANN401 - a row of any width
    return Stored(id=row.id, workspace=row.workspace_id, heard=row.heard, tries=row.tries, held=row.status == "held")
