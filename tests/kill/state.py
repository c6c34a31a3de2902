"""All that a story leaves behind, in a form in which two plays of it can be compared.

Left out is what may differ: numbers of rows, the bot's whispers (given at most once), and when something was retried.
Instants are told to five minutes: on PostgreSQL a command whose process died is taken up by another within one.
Messages are named by their place among the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Select, select

from bot.engine.engine import derived
from storage import tables
from storage.database import SqlDatabase
from storage.ritual import installed
from storage.unit import SqlUnit
from storage.weekly_question import tables as weekly
from tests.kill.place import Place

State = dict[str, list[Any]]
MOST_IDS = 100
"""More than are made of one fact."""

_KEPT: dict[str, Select[Any]] = {
    "said": select(tables.said.c.label, tables.said.c.channel, tables.said.c.external),
    "wakes": select(tables.wake.c.binding_id, tables.wake.c.label, tables.wake.c.at, tables.wake.c.grace),
    # Keys derive from what may differ: that as many facts were taken, by whom, and ended alike, is what can be told.
    "inbox": select(tables.inbox.c.status, tables.inbox.c.tries, tables.inbox.c.error),
    "claims": select(tables.claim.c.binding_id),
    "outbox": select(tables.outbox.c.label, tables.outbox.c.kind, tables.outbox.c.status, tables.outbox.c.error),
    "load": select(
        tables.load_entry.c.fact, tables.load_entry.c.member_id, tables.load_entry.c.role, tables.load_entry.c.units
    ),
    "members": select(tables.membership.c.member_id, tables.membership.c.left_at.is_(None)),
    "offices": select(tables.office.c.name, tables.office.c.member_id, tables.office.c.since, tables.office.c.until),
    "settings": select(tables.binding.c.ritual, tables.binding.c.settings),
    "cursor": select(tables.workspace.c.cursor),
    "plan": select(weekly.plan.c.passed, weekly.plan.c.skipped, weekly.plan.c.asked_on, weekly.plan.c.previewed),
    "rounds": select(weekly.round_),
    # An answer's id derives from its message's number on the platform.
    "answers": select(*(column for column in weekly.answer.c if column.name != "id")),
    "readers": select(weekly.reader.c.member, weekly.reader.c.told),
    "notices": select(weekly.notice.c.name, weekly.notice.c.decision, weekly.copy.c.number, weekly.copy.c.member).join(
        weekly.copy, weekly.copy.c.notice_id == weekly.notice.c.id
    ),
}
_IN_ORDER: dict[str, Select[Any]] = {
    "journal": select(tables.journal.c.actor_id, tables.journal.c.line).order_by(tables.journal.c.id),
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)")
_ID = re.compile(
    r"[!$][\w-]{20,}(?::localhost)?|\bslack:\w+:\w+:command:\w+:[\w.]+|\bm\d+\b|\b\d{10}\.\d{6}\b|\b[0-9a-f]{20}\b"
)
_READING = re.compile(r"(?<=/beside/)[0-9a-f]{20}|(?<=fetched:)[0-9a-f]{20}|(?<=\")s\d+(?:_[~.\d]+)+(?=\")")
"""Ids that derive from the number of the message that was read, and how far Matrix was read."""


async def state(url: str, place: Place) -> State:
    """Return what stands on the platform, in its order, and in the database."""
    posted, names, commands = place.standing()
    database = await SqlDatabase.open(url, storages=installed(), migrate=False)
    try:
        async with database.view() as unit:
            places = await unit.connection.execute(select(tables.message.c.id, tables.message.c.external))
            channels = await unit.connection.execute(select(tables.channel.c.id, tables.channel.c.external))
            names |= {row.id: names[row.external] for row in (*places, *channels) if row.external in names}
            names |= _derived((await unit.connection.scalars(select(tables.binding.c.id))).all(), commands)
            kept = {name: sorted(await _rows(unit, query, names), key=repr) for name, query in _KEPT.items()}
            ordered = {name: await _rows(unit, query, names) for name, query in _IN_ORDER.items()}
    finally:
        await database.close()
    return {"posted": _named(posted, names), **kept, **ordered}


def _derived(bindings: Iterable[str], commands: Sequence[str]) -> dict[str, str]:
    """Return a name for each command, and for each id that a handler may have made of one."""
    every = product(bindings, enumerate(commands), range(1, MOST_IDS))
    ids = {derived(b, fact, str(n)): f"id {n} of command {place}" for b, (place, fact), n in every}
    return ids | {fact: f"command {place}" for place, fact in enumerate(commands)}


async def _rows(unit: SqlUnit, query: Select[Any], names: dict[str, str]) -> list[Any]:
    rows = [[_plain(value) for value in row] for row in await unit.connection.execute(query)]
    return _named(rows, names)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _about(value)
    if isinstance(value, int | float | None):
        return value
    return _INSTANT.sub(lambda found: _about(datetime.fromisoformat(found[0])), str(value))


def _about(at: datetime) -> str:
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0).isoformat()


def _named(rows: list[Any], names: dict[str, str]) -> list[Any]:
    renamed: list[Any] = json.loads(
        _ID.sub(lambda found: names.get(found[0], found[0]), _READING.sub("…", json.dumps(rows)))
    )
    return renamed
