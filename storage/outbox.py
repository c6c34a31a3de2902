"""The outbox: what is to be done on the platforms, in order per destination, by one sender at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, delete, exists, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.effects import Care
from bot.core.model import BindingId, ChannelId, Label, MemberId, WorkspaceId
from bot.core.text import Text
from bot.engine.ports import OutboxRow, Parcel
from bot.engine.registry import COMMUNITY
from storage.sql import new
from storage.tables import binding, community, nudge, outbox

_MESSAGES = ("post", "direct")
_CHANGES = ("edit", "delete")
_WAITING = outbox.c.next_at.is_not(None)
_OTHER = outbox.alias("other")
_COLUMNS = [c for c in outbox.c if c.name not in {"status", "leased_until", "error", "ended_at"}]


def _may_go(row: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table or an alias of it
    """Whether who speaks goes on: a ritual not ended of an open community, or a closed one's own.

    What changes a message, or may be on the platform already, goes in any case.
    """
    speaks = or_(community.c.state == "open", binding.c.ritual == COMMUNITY)
    goes_on = (
        exists()
        .where(binding.c.id == row.c.binding_id, binding.c.ended_at.is_(None), speaks)
        .where(community.c.id == binding.c.community_id)
    )
    return or_(row.c.binding_id.is_(None), row.c.kind.in_(_CHANGES), row.c.doubt.is_(True), goes_on)


_HEADS = (
    select(func.min(outbox.c.id))
    .where(
        _WAITING,
        _may_go(outbox),
        outbox.c.held.is_(False),
        outbox.c.not_before <= bindparam("now", type_=outbox.c.not_before.type),
        outbox.c.workspace_id.in_(bindparam("workspaces", expanding=True)),
        outbox.c.destination.not_in(bindparam("resting", expanding=True)),
    )
    .group_by(outbox.c.destination)
)
_SENDING = exists().where(_OTHER.c.destination == outbox.c.destination, _OTHER.c.status == "sending")
_LEASABLE = (
    select(*_COLUMNS)
    .where(
        outbox.c.id.in_(_HEADS),
        outbox.c.status == "pending",
        outbox.c.next_at <= bindparam("now", type_=outbox.c.next_at.type),
        ~_SENDING,
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def _instant_of(row: Any) -> ColumnElement[datetime]:  # noqa: ANN401 - a table or an alias of it
    return case((row.c.not_before > row.c.next_at, row.c.not_before), else_=row.c.next_at)


_AHEAD = exists().where(
    _OTHER.c.destination == outbox.c.destination,
    _OTHER.c.next_at.is_not(None),
    _OTHER.c.held.is_(False),
    or_(
        _OTHER.c.status == "sending",
        and_(_OTHER.c.id < outbox.c.id, _OTHER.c.not_before <= _instant_of(outbox), _may_go(_OTHER)),
    ),
)
_OURS = outbox.c.workspace_id.in_(bindparam("workspaces", expanding=True))
_NEXT = (
    select(func.min(_instant_of(outbox))).where(
        _WAITING, outbox.c.held.is_(False), outbox.c.status == "pending", _OURS, _may_go(outbox), ~_AHEAD
    ),
    select(func.min(outbox.c.leased_until)).where(_WAITING, outbox.c.status == "sending", _OURS),
)


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """``ports.OutboxStore`` on a connection."""

    connection: AsyncConnection

    async def put(self, parcel: Parcel) -> bool:
        """Store a parcel once per key.

        One that is to wait for a message looks at that message's row first, locked: confirmed meanwhile, there is
        nothing to wait for; ended unsent, the parcel ends with it.
        """
        row: dict[str, Any] = {
            "key": parcel.key,
            "kind": parcel.kind,
            "workspace_id": parcel.workspace,
            "community_id": parcel.community,
            "binding_id": parcel.binding,
            "label": parcel.label,
            "destination": parcel.destination,
            "to": sorted(parcel.to),
            "channel_id": parcel.channel,
            "under": parcel.under,
            "held": parcel.held,
            "care": parcel.care.value,
            "body": parcel.body,
            "job": dict(parcel.job),
            "until": parcel.until,
            "not_before": parcel.not_before,
            "next_at": parcel.next_at,
            "tries": parcel.tries,
            "doubt": parcel.doubt,
            "status": "pending",
            "error": "",
            "ended_at": None,
        }
        if parcel.held and parcel.binding is not None and parcel.under is not None:
            match await self._status(parcel.binding, parcel.under):
                case "sent":
                    row["held"] = False
                case "pending" | "sending" | "dead":
                    pass
                case None if parcel.kind in _MESSAGES:
                    # A reply may be put before its root.
                    pass
                case ended:
                    # What changes a message that was never put (somebody refused it) has nothing to change.
                    row |= {
                        "status": ended or "withdrawn",
                        "body": None,
                        "job": None,
                        "next_at": None,
                        "ended_at": parcel.next_at,
                    }
        return await new(self.connection, outbox, row, "id")

    async def unsent(self, binding: BindingId, label: Label) -> Parcel | None:
        """Return the parcel that would say this label, locked, so that nobody leases it meanwhile."""
        row = await self._one(
            outbox.c.binding_id == binding,
            outbox.c.label == label,
            outbox.c.kind.in_(_MESSAGES),
            outbox.c.status == "pending",
            outbox.c.doubt.is_(False),
        )
        return None if row is None else _parcel(row)

    async def reword(self, id_: int, body: Text) -> None:
        """Give a parcel other words."""
        await self._set(outbox.c.id == id_, outbox.c.status == "pending", body=body)

    async def drop(self, id_: int, status: Literal["withdrawn", "expired", "refused"], now: datetime) -> None:
        """End a parcel that will not be sent, and what was to go under it."""
        await self._end(await self._follow(id_), status, now)

    async def lease(
        self,
        now: datetime,
        until: datetime,
        limit: int,
        workspaces: Collection[WorkspaceId],
        resting: Collection[str] = (),
    ) -> Sequence[Parcel]:
        """Take the heads of the destinations; on PostgreSQL rivals skip each other's rows."""
        wished = {"now": now, "most": limit, "workspaces": list(workspaces), "resting": list(resting)}
        rows = (await self.connection.execute(_LEASABLE, wished)).all()
        if not rows:
            return ()
        try:
            async with self.connection.begin_nested():
                await self._set(
                    outbox.c.id.in_([r.id for r in rows]),
                    status="sending",
                    leased_until=until,
                    begun_at=func.coalesce(outbox.c.begun_at, bindparam("begun", now, outbox.c.begun_at.type)),
                )
        except IntegrityError:
            # A rival whose clock differs leased another row of one of these destinations: next time.
            return ()
        return [_parcel(row) for row in rows]

    async def leased(self, id_: int) -> Parcel | None:
        """Return a leased parcel, with its row locked."""
        row = await self._one(outbox.c.id == id_, outbox.c.status == "sending")
        return None if row is None else _parcel(row)

    async def postpone(self, id_: int, not_before: datetime) -> None:
        """Give a parcel back: it waits, and holds nobody up."""
        await self._set(
            outbox.c.id == id_,
            outbox.c.status == "sending",
            status="pending",
            leased_until=None,
            begun_at=None,
            not_before=not_before,
        )

    async def doubtless(self, id_: int, now: datetime) -> None:
        """Give a parcel back that was looked for and is not on the platform: it goes first, and is checked anew."""
        await self._set(
            outbox.c.id == id_,
            outbox.c.status == "sending",
            status="pending",
            leased_until=None,
            begun_at=None,
            next_at=now,
            doubt=False,
        )

    async def retry(self, id_: int, at: datetime, error: str, *, doubt: bool) -> None:
        """Give a parcel back after a failure, unless its lease ran out meanwhile and it is in doubt already."""
        await self._set(
            outbox.c.id == id_,
            outbox.c.status == "sending",
            status="pending",
            leased_until=None,
            next_at=at,
            error=error,
            doubt=doubt,
            **({} if doubt else {"begun_at": None}),
            tries=outbox.c.tries + 1,
        )

    async def bury(self, id_: int, error: str, now: datetime) -> None:
        """Keep a parcel, with its words, as a dead letter; what was to go under it ends."""
        first, *rest = await self._follow(id_)
        await self._end(rest, "withdrawn", now)
        await self._set(
            outbox.c.id == first,
            _WAITING,
            status="dead",
            leased_until=None,
            next_at=None,
            error=error,
            ended_at=now,
            tries=outbox.c.tries + 1,
        )

    async def sent(self, id_: int, now: datetime) -> None:
        """Confirm a parcel, forget its words, and release what was held under it."""
        statement = (
            update(outbox)
            .where(outbox.c.id == id_)
            .values(status="sent", body=None, job=None, next_at=None, leased_until=None, error="", ended_at=now)
            .returning(outbox.c.binding_id, outbox.c.label, outbox.c.kind)
        )
        row = (await self.connection.execute(statement)).first()
        if row is not None and row.kind in _MESSAGES:
            await self._set(*_held_under(row.binding_id, [row.label]), held=False)

    async def overdue(self, now: datetime, again: datetime, *, everything: bool = False) -> int:
        """Put leases that ran out in doubt, to be looked for at ``again``."""
        ran_out = true() if everything else outbox.c.leased_until <= now
        result = await self.connection.execute(
            update(outbox)
            .where(_WAITING, outbox.c.status == "sending", ran_out)
            .values(status="pending", leased_until=None, doubt=True, next_at=again)
            .returning(outbox.c.id)
        )
        return len(result.all())

    async def next_at(self, workspaces: Collection[WorkspaceId]) -> datetime | None:
        """Return the earliest instant at which a parcel can be sent, or a lease runs out."""
        ours = {"workspaces": list(workspaces)}
        instants = [(await self.connection.execute(query, ours)).scalar() for query in _NEXT]
        return min((at for at in instants if at is not None), default=None)

    async def in_flight(self, channel: ChannelId) -> bool:
        """Whether a post to this channel is being sent or in doubt."""
        query = select(outbox.c.id).where(
            _WAITING,
            outbox.c.channel_id == channel,
            outbox.c.kind == "post",
            or_(outbox.c.status == "sending", outbox.c.doubt.is_(True)),
        )
        return (await self.connection.execute(query.limit(1))).first() is not None

    async def rows(self, *, all_: bool, limit: int) -> Sequence[OutboxRow]:
        """List rows for the operator; what is over shows when it ended."""
        query = select(outbox).order_by(outbox.c.id.desc()).limit(limit)
        if not all_:
            query = query.where(or_(_WAITING, outbox.c.status == "dead"))
        return [
            OutboxRow(
                id=r.id,
                key=r.key,
                kind=r.kind,
                status=_told(r),
                community=r.community_id,
                label=r.label,
                tries=r.tries,
                next_at=r.ended_at if r.next_at is None else max(r.next_at, r.not_before),
                error=r.error,
            )
            for r in await self.connection.execute(query)
        ]

    async def replay(self, id_: int | None, now: datetime) -> int:
        """Send dead letters anew; one in doubt is still looked for first."""
        return await self._anew(now, true() if id_ is None else outbox.c.id == id_)

    async def replay_in(self, channel: ChannelId, since: datetime, now: datetime) -> int:
        """Send the posts to a channel anew that died since an instant, but for those that are too late."""
        here = (outbox.c.channel_id == channel, outbox.c.kind == "post", outbox.c.ended_at >= since)
        return await self._anew(now, *here, or_(outbox.c.until.is_(None), outbox.c.until > now))

    async def _anew(self, now: datetime, *conditions: ColumnElement[bool]) -> int:
        result = await self.connection.execute(
            update(outbox)
            .where(outbox.c.status == "dead", *conditions)
            .values(
                status="pending",
                next_at=now,
                tries=0,
                error="",
                ended_at=None,
                begun_at=case((outbox.c.doubt.is_(True), outbox.c.begun_at)),
            )
            .returning(outbox.c.id)
        )
        return len(result.all())

    async def prune(self, before: datetime) -> None:
        """Forget what ended before an instant, dead letters and the nudges counted for it too.

        What was held under a message that is forgotten, and never came to be, ends with it.
        """
        await self.connection.execute(delete(outbox).where(outbox.c.ended_at < before, outbox.c.next_at.is_(None)))
        root = exists().where(
            _OTHER.c.binding_id == outbox.c.binding_id,
            _OTHER.c.label == outbox.c.under,
            _OTHER.c.kind.in_(_MESSAGES),
        )
        orphans = (_WAITING, outbox.c.held.is_(True), outbox.c.not_before < before, ~root)
        await self.connection.execute(delete(outbox).where(*orphans))
        await self.connection.execute(delete(nudge).where(nudge.c.at < before))

    async def _one(self, *conditions: ColumnElement[bool]) -> Row[Any] | None:
        query = select(*_COLUMNS).where(*conditions).with_for_update()
        return (await self.connection.execute(query)).first()

    async def _set(self, *conditions: ColumnElement[bool], **values: object) -> None:
        await self.connection.execute(update(outbox).where(*conditions).values(**values))

    async def _status(self, binding: BindingId, label: Label) -> str | None:
        query = select(outbox.c.status).where(
            outbox.c.binding_id == binding, outbox.c.label == label, outbox.c.kind.in_(_MESSAGES)
        )
        status: str | None = (await self.connection.execute(query.with_for_update())).scalar()
        return status

    async def _follow(self, id_: int) -> list[int]:
        """Return a parcel and all that is held under it, directly or not."""
        query = select(outbox.c.binding_id, outbox.c.label, outbox.c.kind).where(outbox.c.id == id_)
        row = (await self.connection.execute(query)).first()
        ids = [id_]
        labels = [row.label] if row is not None and row.kind in _MESSAGES else []
        while row is not None and labels:
            held = select(outbox.c.id, outbox.c.label, outbox.c.kind).where(
                *_held_under(row.binding_id, labels), outbox.c.id.not_in(ids)
            )
            below = (await self.connection.execute(held)).all()
            ids += [r.id for r in below]
            labels = [r.label for r in below if r.kind in _MESSAGES]
        return ids

    async def _end(self, ids: Sequence[int], status: str, now: datetime) -> None:
        if ids:
            await self._set(
                outbox.c.id.in_(ids),
                _WAITING,
                status=status,
                body=None,
                job=None,
                next_at=None,
                leased_until=None,
                ended_at=now,
            )


def _held_under(binding: str, labels: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (outbox.c.binding_id == binding, outbox.c.under.in_(labels), outbox.c.held.is_(True), _WAITING)


def _told(row: Row[Any]) -> str:
    """Return a row's state in the operator's terms: what is pending may be held, or in doubt."""
    if row.status != "pending":
        return str(row.status)
    if row.held:
        return "held"
    return "doubt" if row.doubt else "pending"


def _parcel(row: Row[Any]) -> Parcel:
    return Parcel(
        id=row.id,
        key=row.key,
        kind=row.kind,
        workspace=row.workspace_id,
        community=row.community_id,
        binding=row.binding_id,
        label=row.label,
        destination=row.destination,
        to=frozenset(MemberId(m) for m in row.to),
        channel=row.channel_id,
        under=row.under,
        held=row.held,
        care=Care(row.care),
        body=row.body,
        job=row.job,
        until=row.until,
        not_before=row.not_before,
        next_at=row.next_at,
        tries=row.tries,
        doubt=row.doubt,
        begun=row.begun_at,
    )
