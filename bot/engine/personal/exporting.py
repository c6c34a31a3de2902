"""All that is kept of a member, as two files: one for machines, one for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from bot.core.effects import Effect, Whisper
from bot.core.i18n import Voice, words
from bot.core.model import ChannelId, CommunityId, Label, Member, MemberId
from bot.core.text import File, Text, paragraph
from bot.engine.engine import Engine, derived
from bot.engine.personal.asked import Someone
from bot.engine.personal.page import Known, page
from bot.engine.ports import Held, Parcel, Unit
from bot.engine.record import direct_destination

t, tn = words("causerie")

LENGTH = 20
"""Of our ids."""
JSON_FILE, HTML_FILE = "causerie-data.json", "causerie-data.html"


async def export(asking: Someone) -> Sequence[Effect]:
    """Send both files in a direct message: at once, whatever the hour."""
    json_, html = await files(asking.engine, asking.unit, asking.member, asking.voice, asking.zone)
    body = paragraph(t("All that is kept of you, as a page to read and as a file for machines.")) + Text((html, json_))
    to = frozenset({asking.member.id})
    await asking.unit.outbox.put(
        Parcel(
            key=derived("export", asking.asked.fact),
            kind="direct",
            workspace=asking.asked.workspace,
            label=Label("export"),
            destination=direct_destination(to),
            to=to,
            body=asking.engine.catalogues.resolve(body, asking.voice),
            not_before=asking.now,
            next_at=asking.now,
        )
    )
    return (Whisper(paragraph(t("Two files with all that is kept of you come by direct message."))),)


async def files(engine: Engine, unit: Unit, member: Member, voice: Voice, zone: str) -> tuple[File, File]:
    """Return the file for machines and the page to read, in the member's language, its dates in ``zone``."""
    held, now = await unit.records.held(member.id), engine.clock()
    known = Known(
        catalogues=engine.catalogues,
        voice=voice,
        zone=zone,
        now=now,
        names=await _names(unit, held),
        rituals={name: ritual.title for name, ritual in engine.registry.rituals.items()},
    )
    return (
        File(JSON_FILE, "application/json", _json(held, now)),
        File(HTML_FILE, "text/html", page(member.name, held, known)),
    )


def _json(held: Sequence[Held], now: datetime) -> str:
    tables = {one.table: [_row(one, row) for row in one.rows] for one in held}
    return json.dumps({"exported_at": now.isoformat(), "tables": tables}, ensure_ascii=False, indent=2)


def _row(held: Held, row: Sequence[Any]) -> Mapping[str, Any]:
    return {name: to_jsonable_python(value) for (name, _), value in zip(held.columns, row, strict=True)}


async def _names(unit: Unit, held: Sequence[Held]) -> dict[str, str]:
    """Return what the ids in these rows stand for: people, channels and communities."""
    ids = {one for table in held for row in table.rows for one in _ids(to_jsonable_python(row))}
    people = await unit.directory.members([MemberId(one) for one in ids])
    channels = await unit.directory.channel_names([ChannelId(one) for one in ids])
    names = {str(one): member.name for one, member in people.items()}
    names |= {str(one): f"#{name}" for one, (_, name) in channels.items() if name}
    for one in ids - names.keys():
        with suppress(KeyError):
            names[one] = (await unit.commons.community(CommunityId(one))).name
    return names


def _ids(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield whatever may be one of our ids."""
    match value:
        case str() if len(value) == LENGTH:
            yield value
        case dict():
            for one in value.values():
                yield from _ids(one)
        case list():
            for one in value:
                yield from _ids(one)
        case _:
            pass
