"""The core's tables. A ritual's tables are in its own package.

Every table that belongs to one community has ``community_id``. ``info["member"]`` says, where a table holds something
of a member, how it is exported and erased. ``next_at`` of what waits (inbox, outbox) is NULL once nothing is left.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
)

from bot.core.awaited import awaited_codec
from bot.core.incoming import incoming_codec
from bot.core.text import Translated, text_codec
from storage.types import Instant, Json, RowId, Span

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that migrations can find them; for the metadata of rituals too."""

metadata = MetaData(naming_convention=NAMING)

OWN_ID = 20
"""The length of our ids."""
JSON_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
_NAMES: TypeAdapter[list[str]] = TypeAdapter(list[str])
_TRANSLATED: TypeAdapter[Translated] = TypeAdapter(Translated)


def _own(name: str, refers: str | None = None, **rest: Any) -> Column[Any]:  # noqa: ANN401 - passed on to Column
    """Return a column of one of our ids."""
    keys = () if refers is None else (ForeignKey(refers),)
    return Column(name, String(OWN_ID), *keys, **rest)


def _instant(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Instant(), nullable=nullable)


workspace = Table(
    "workspace",
    metadata,
    _own("id", primary_key=True),
    Column("platform", Text, nullable=False),
    Column("external", Text, nullable=False),
    Column("cursor", Text),
    UniqueConstraint("platform", "external"),
)

channel = Table(
    "channel",
    metadata,
    _own("id", primary_key=True),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("external", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("direct", Boolean, nullable=False),
    UniqueConstraint("workspace_id", "external"),
)

member = Table(
    "member",
    metadata,
    _own("id", primary_key=True),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("external", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("language", String(8)),
    Column("zone", Text),
    Column("own_language", String(8)),
    Column("own_zone", Text),
    Column("topics", Json(_NAMES), nullable=False),
    Column("addressable", Boolean, nullable=False),
    Column("quiet_from", Time, nullable=False),
    Column("quiet_to", Time, nullable=False),
    Column("weekly_budget", Integer, nullable=False),
    Column("paused_until", Instant()),
    UniqueConstraint("workspace_id", "external"),
    Index(None, "workspace_id", "folded"),
    info={"member": "exported whole; erased by emptying external and name and making it unaddressable"},
)

message = Table(
    "message",
    metadata,
    _own("id", primary_key=True),
    _own("channel_id", nullable=False),
    Column("external", Text, nullable=False),
    UniqueConstraint("channel_id", "external"),
    info={"member": "where a member's message stands, no words; erased with the rows of rituals that refer to it"},
)

community = Table(
    "community",
    metadata,
    _own("id", primary_key=True),
    _own("workspace_id", "workspace.id", nullable=False),
    _own("home_id", "channel.id", nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("address", String(8), nullable=False),
    Column("zone", Text, nullable=False),
    Column("region", Text),
    Column("bilingual", Boolean, nullable=False),
    Column("stage", String(16)),
    Column("paused_until", Instant()),
    Column("state", String(8), nullable=False),
    _instant("since", nullable=True),
    _instant("founded_at"),
)
Index(
    "uq_community_home",
    community.c.home_id,
    unique=True,
    sqlite_where=text("state <> 'closed'"),
    postgresql_where=text("state <> 'closed'"),
)

binding = Table(
    "binding",
    metadata,
    _own("id", primary_key=True),
    _own("community_id", "community.id", nullable=False),
    Column("ritual", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("settings", Json(JSON_OBJECT), nullable=False),
    _instant("ended_at", nullable=True),
    Index(None, "community_id"),
)

said = Table(
    "said",
    metadata,
    _own("binding_id", "binding.id", primary_key=True),
    Column("label", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    _own("community_id", "community.id", nullable=False),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("channel", Text, nullable=False),
    Column("external", Text, nullable=False),
    UniqueConstraint("workspace_id", "channel", "external"),
)

awaited = Table(
    "awaited",
    metadata,
    _own("workspace_id", "workspace.id", primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("thread", Text, primary_key=True),
    Column("awaited", Json(awaited_codec), nullable=False),
    info={"member": "what a person has answered so far in a form asked as a dialogue; erased by deleting the rows"},
)

membership = Table(
    "membership",
    metadata,
    _own("community_id", "community.id", primary_key=True),
    _own("member_id", "member.id", primary_key=True, index=True),
    _instant("joined_at"),
    _instant("left_at", nullable=True),
    info={"member": "exported whole; erased by deleting the row"},
)

office = Table(
    "office",
    metadata,
    _own("community_id", "community.id", primary_key=True),
    Column("name", String(16), primary_key=True),
    _own("member_id", "member.id", primary_key=True),
    Column("since", Instant(), primary_key=True),
    _instant("until", nullable=True),
    info={"member": "exported whole; erased by deleting the row"},
)

journal = Table(
    "journal",
    metadata,
    Column("id", RowId, primary_key=True),
    _own("community_id", "community.id", nullable=False),
    _instant("at"),
    _own("actor_id", "member.id"),
    Column("line", Json(_TRANSLATED), nullable=False),
    Index(None, "community_id", "at"),
    info={"member": "exported: the lines of the actor; erased by emptying actor_id, names go with the member's row"},
)

load_entry = Table(
    "load_entry",
    metadata,
    _own("community_id", "community.id", primary_key=True),
    Column("fact", Text, primary_key=True),
    _own("member_id", "member.id", nullable=False),
    Column("role", Text, nullable=False),
    Column("units", Float, nullable=False),
    _instant("at"),
    Index(None, "community_id", "at"),
    info={"member": "exported whole; erased by deleting the rows"},
)

nudge = Table(
    "nudge",
    metadata,
    _own("member_id", "member.id", primary_key=True),
    Column("parcel", Text, primary_key=True),
    _instant("at"),
    info={"member": "instants of nudges, forgotten with the outbox's history; erased by deleting the rows"},
)

refusal = Table(
    "refusal",
    metadata,
    _own("id", primary_key=True),
    _own("member_id", "member.id", nullable=False, index=True),
    _own("community_id", "community.id"),
    Column("ritual", Text),
    _instant("at"),
    info={"member": "exported whole; on erasure one keyed hash is kept, so that the refusal goes on being honoured"},
)

kept = Table(
    "kept",
    metadata,
    Column("hash", String(64), primary_key=True),
    _instant("at"),
)
"""Keyed hashes of what is still honoured of people who were erased."""

wording = Table(
    "wording",
    metadata,
    _own("community_id", "community.id", primary_key=True),
    Column("domain", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("words", Text, nullable=False),
)
"""Texts that a community says in its own words."""

proposal = Table(
    "proposal",
    metadata,
    _own("community_id", "community.id", primary_key=True),
    Column("domain", String(64), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("words", Text, nullable=False),
)
"""Words for such texts that were shown to whoever wrote them, and are not in use yet."""

wake = Table(
    "wake",
    metadata,
    Column("id", RowId, primary_key=True),
    _own("binding_id", "binding.id", nullable=False),
    Column("label", Text, nullable=False),
    _own("community_id", "community.id", nullable=False),
    Column("at", Instant(), nullable=False, index=True),
    Column("grace", Span(), nullable=False),
    Column("what", Json(_TRANSLATED)),
    UniqueConstraint("binding_id", "label"),
    Index(None, "community_id", "at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("fact", Text, nullable=False, unique=True),
    Column("channel", Text),
    Column("about", Text),
    _own("binding_id"),
    Column("heard", Json(incoming_codec)),
    Column("status", String(8), nullable=False),
    _instant("at"),
    _instant("next_at", nullable=True),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False),
    _instant("done_at", nullable=True),
    info={
        "member": "words until handled, at most the history's days when handling failed; erased by deleting the rows"
    },
)
Index(
    "ix_inbox_about",
    inbox.c.workspace_id,
    inbox.c.about,
    sqlite_where=text("next_at IS NOT NULL"),
    postgresql_where=text("next_at IS NOT NULL"),
)
Index(
    "ix_inbox_waiting",
    inbox.c.id,
    inbox.c.next_at,
    sqlite_where=text("next_at IS NOT NULL"),
    postgresql_where=text("next_at IS NOT NULL"),
)
Index("ix_inbox_done_at", inbox.c.done_at)

claim = Table(
    "claim",
    metadata,
    Column("fact", Text, primary_key=True),
    _own("binding_id", primary_key=True),
    Column("at", Instant(), nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    _own("workspace_id", "workspace.id", nullable=False),
    _own("community_id", "community.id", nullable=False),
    _own("binding_id", "binding.id", nullable=False),
    Column("label", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("to", Json(_NAMES), nullable=False),
    _own("channel_id", "channel.id"),
    Column("under", Text),
    Column("held", Boolean, nullable=False),
    Column("care", String(8), nullable=False),
    Column("body", Json(text_codec)),
    Column("job", Json(JSON_OBJECT)),
    _instant("until", nullable=True),
    _instant("not_before"),
    _instant("next_at", nullable=True),
    Column("tries", Integer, nullable=False),
    Column("doubt", Boolean, nullable=False),
    Column("status", String(10), nullable=False),
    _instant("leased_until", nullable=True),
    Column("error", Text, nullable=False),
    _instant("ended_at", nullable=True),
    Index(None, "binding_id", "label"),
    info={
        "member": "words until sent or ended, and a dead letter's for the history's days; erased by deleting the rows"
    },
)
Index(
    "ix_outbox_waiting",
    outbox.c.destination,
    outbox.c.id,
    sqlite_where=text("next_at IS NOT NULL"),
    postgresql_where=text("next_at IS NOT NULL"),
)
Index(
    "uq_outbox_one_sender",
    outbox.c.destination,
    unique=True,
    sqlite_where=text("status = 'sending'"),
    postgresql_where=text("status = 'sending'"),
)
Index("ix_outbox_ended_at", outbox.c.ended_at)
