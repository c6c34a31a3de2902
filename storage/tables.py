"""The core's tables. A ritual's tables are in its own package.

Every table that belongs to one community has ``community_id``. Each column that can hold an id or words has a rule of
``storage.personal``. ``next_at`` of what waits (inbox, outbox) is NULL once nothing is left.
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
from bot.core.i18n import words
from bot.core.incoming import incoming_codec
from bot.core.text import Translated, text_codec
from storage.personal import OWN_ID, along, emptied, free, placed, remembered, shown, theirs, titled, within
from storage.types import Instant, Json, RowId, Span

t, _ = words("causerie")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that migrations can find them; for the metadata of rituals too."""

metadata = MetaData(naming_convention=NAMING)

JSON_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
_NAMES: TypeAdapter[list[str]] = TypeAdapter(list[str])
_TRANSLATED: TypeAdapter[Translated] = TypeAdapter(Translated)


def _own(name: str, refers: str | None = None, **rest: Any) -> Column[Any]:  # noqa: ANN401 - passed on to Column
    """Return a column of one of our ids."""
    keys = () if refers is None else (ForeignKey(refers),)
    return Column(name, String(OWN_ID), *keys, **rest)


def _instant(name: str, label: Translated | None = None, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Instant(), nullable=nullable, info={} if label is None else shown(label))


workspace = Table(
    "workspace",
    metadata,
    _own("id", primary_key=True, info=free()),
    Column("platform", Text, nullable=False, info=free()),
    Column("external", Text, nullable=False, info=free()),
    Column("cursor", Text, info=free()),
    _instant("frozen_at", nullable=True),
    UniqueConstraint("platform", "external"),
)
"""``frozen_at``: since when its platform is out of reach for good, unless it comes back; NULL while it is at work."""

note = Table(
    "note",
    metadata,
    _own("workspace_id", "workspace.id", primary_key=True),
    Column("key", Text, primary_key=True, info=free()),
    Column("value", Text, nullable=False, info=free()),
    _instant("at"),
)
"""What an adapter remembers beside its cursor."""

channel = Table(
    "channel",
    metadata,
    _own("id", primary_key=True, info=free()),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("external", Text, nullable=False, info=free(t("Its id on the platform"))),
    Column("name", Text, nullable=False, info=free()),
    Column("direct", Boolean, nullable=False),
    _own("person_id", "member.id", index=True, info=theirs()),
    UniqueConstraint("workspace_id", "external"),
    info=titled(t("Your direct conversation with the bot")),
)
"""``person_id`` is who talks with the bot alone there; names of direct conversations are not kept."""

member = Table(
    "member",
    metadata,
    _own("id", primary_key=True, info=theirs()),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("external", Text, nullable=False, info=along(t("Id on the platform"))),
    Column("name", Text, nullable=False, info=along(t("Name"))),
    Column("folded", Text, nullable=False, info=along(export=False)),
    Column("language", String(8), info=shown(t("Language on the platform"))),
    Column("zone", Text, info=along(t("Time zone on the platform"))),
    Column("own_language", String(8), info=shown(t("Language chosen"))),
    Column("own_zone", Text, info=along(t("Time zone chosen"))),
    Column("topics", Json(_NAMES), nullable=False, info=along(t("Topics"))),
    Column("addressable", Boolean, nullable=False, info=shown(t("Can be written to"))),
    Column("quiet_from", Time, nullable=False, info=shown(t("Quiet from"))),
    Column("quiet_to", Time, nullable=False, info=shown(t("Quiet until"))),
    Column("weekly_budget", Integer, nullable=False, info=shown(t("Messages a week at most, not asked for"))),
    _instant("paused_until", t("Paused until"), nullable=True),
    UniqueConstraint("workspace_id", "external"),
    Index(None, "workspace_id", "folded"),
    info=titled(t("You")),
)

message = Table(
    "message",
    metadata,
    _own("id", primary_key=True, info=free()),
    _own("channel_id", nullable=False, info=placed()),
    Column("external", Text, nullable=False, info=free()),
    UniqueConstraint("channel_id", "external"),
)
"""Where members' messages stand; forgotten when no column declared to hold a message's id refers to them."""

community = Table(
    "community",
    metadata,
    _own("id", primary_key=True, info=free()),
    _own("workspace_id", "workspace.id", nullable=False),
    _own("home_id", "channel.id", nullable=False, index=True),
    Column("name", Text, nullable=False, info=free()),
    Column("language", String(8), nullable=False),
    Column("address", String(8), nullable=False),
    Column("zone", Text, nullable=False, info=free()),
    Column("region", Text, info=free()),
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
    _own("id", primary_key=True, info=free()),
    _own("community_id", "community.id", nullable=False),
    Column("ritual", Text, nullable=False, info=free()),
    Column("name", Text, nullable=False, info=free()),
    Column("position", Integer, nullable=False),
    Column("settings", Json(JSON_OBJECT), nullable=False, info=within()),
    _instant("ended_at", nullable=True),
    Index(None, "community_id"),
)

said = Table(
    "said",
    metadata,
    _own("binding_id", "binding.id", primary_key=True),
    Column("label", Text, primary_key=True, info=theirs(export=False)),
    Column("position", Integer, primary_key=True),
    _own("community_id", "community.id", nullable=False),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("channel", Text, nullable=False, info=placed()),
    Column("external", Text, nullable=False, info=free()),
    UniqueConstraint("workspace_id", "channel", "external"),
)

awaited = Table(
    "awaited",
    metadata,
    _own("workspace_id", "workspace.id", primary_key=True),
    Column("channel", Text, primary_key=True, info=placed()),
    Column("thread", Text, primary_key=True, info=free()),
    _own("community_id", "community.id"),
    _own("member_id", "member.id", index=True, info=theirs()),
    Column("awaited", Json(awaited_codec), nullable=False, info=within(t("Asked, and answered so far"))),
    Column("at", Instant(), nullable=False, index=True, info=shown(t("When"))),
    info=titled(t("What the bot waits for an answer to")),
)

membership = Table(
    "membership",
    metadata,
    _own("community_id", "community.id", primary_key=True, info=shown(t("Community"))),
    _own("member_id", "member.id", primary_key=True, index=True, info=theirs()),
    _instant("joined_at", t("Since")),
    _instant("left_at", t("Until"), nullable=True),
    info=titled(t("Your communities")),
)

office = Table(
    "office",
    metadata,
    _own("community_id", "community.id", primary_key=True, info=shown(t("Community"))),
    Column("name", String(16), primary_key=True, info=shown(t("Office"))),
    _own("member_id", "member.id", primary_key=True, info=theirs()),
    Column("since", Instant(), primary_key=True, info=shown(t("Since"))),
    _instant("until", t("Until"), nullable=True),
    info=titled(t("Your offices")),
)

journal = Table(
    "journal",
    metadata,
    Column("id", RowId, primary_key=True),
    _own("community_id", "community.id", nullable=False, info=shown(t("Community"))),
    _instant("at", t("When")),
    _own("actor_id", "member.id", info=emptied()),
    Column("line", Json(_TRANSLATED), nullable=False, info=within(t("What"))),
    Index(None, "community_id", "at"),
    info=titled(t("What you changed in a community")),
)

load_entry = Table(
    "load_entry",
    metadata,
    _own("community_id", "community.id", primary_key=True, info=shown(t("Community"))),
    Column("fact", Text, primary_key=True, info=within()),
    _own("member_id", "member.id", nullable=False, info=theirs()),
    Column("role", Text, nullable=False, info=free(t("As what"))),
    Column("units", Float, nullable=False, info=shown(t("Quarters of an hour, about"))),
    _instant("at", t("When")),
    Index(None, "community_id", "at"),
    info=titled(t("What you did for a community")),
)

nudge = Table(
    "nudge",
    metadata,
    _own("member_id", "member.id", primary_key=True, info=theirs()),
    Column("parcel", Text, primary_key=True, info=free()),
    _instant("at", t("When")),
    info=titled(t("Messages sent to you that you did not ask for")),
)

refusal = Table(
    "refusal",
    metadata,
    _own("id", primary_key=True, info=along(export=False)),
    _own("member_id", "member.id", nullable=False, index=True, info=remembered("community_id", "ritual")),
    _own("community_id", "community.id", info=shown(t("Community"))),
    Column("ritual", Text, info=free(t("Ritual"))),
    _instant("at", t("Since")),
    info=titled(t("What you refused")),
)
"""An empty community stands for all of them, an empty ritual for every ritual."""

kept = Table(
    "kept",
    metadata,
    Column("hash", String(64), primary_key=True, info=free()),
    _instant("at"),
)
"""Keyed hashes of what is still honoured of people who were erased."""

wording = Table(
    "wording",
    metadata,
    _own("community_id", "community.id", primary_key=True),
    Column("domain", String(64), primary_key=True, info=free()),
    Column("name", String(64), primary_key=True, info=free()),
    Column("language", String(8), primary_key=True),
    Column("words", Text, nullable=False, info=free()),
)
"""Texts that a community says in its own words."""

proposal = Table(
    "proposal",
    metadata,
    _own("community_id", "community.id", primary_key=True),
    Column("domain", String(64), primary_key=True, info=free()),
    Column("name", String(64), primary_key=True, info=free()),
    Column("language", String(8), primary_key=True),
    Column("words", Text, nullable=False, info=free()),
    _instant("at"),
)
"""Words for such texts that were shown to whoever wrote them, and are not in use yet."""

wake = Table(
    "wake",
    metadata,
    Column("id", RowId, primary_key=True),
    _own("binding_id", "binding.id", nullable=False),
    Column("label", Text, nullable=False, info=theirs(export=False)),
    _own("community_id", "community.id", nullable=False),
    Column("at", Instant(), nullable=False, index=True),
    Column("grace", Span(), nullable=False),
    Column("what", Json(_TRANSLATED), info=within()),
    UniqueConstraint("binding_id", "label"),
    Index(None, "community_id", "at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    _own("workspace_id", "workspace.id", nullable=False),
    Column("fact", Text, nullable=False, unique=True, info=theirs(export=False)),
    Column("channel", Text, info=emptied(export=False, place=True)),
    Column("about", Text, info=emptied(export=False, place=True)),
    _own("binding_id"),
    Column("heard", Json(incoming_codec), info=within(t("What was heard"))),
    Column("status", String(8), nullable=False),
    _instant("at", t("When")),
    _instant("next_at", nullable=True),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False, info=free()),
    _instant("done_at", nullable=True),
    info=titled(t("Heard from you and not handled yet")),
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
    Column("fact", Text, primary_key=True, info=theirs(export=False)),
    _own("binding_id", primary_key=True),
    Column("at", Instant(), nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", Text, nullable=False, unique=True, info=free()),
    Column("kind", String(8), nullable=False),
    _own("workspace_id", "workspace.id", nullable=False),
    _own("community_id", "community.id", info=shown(t("Community"))),
    _own("binding_id", "binding.id"),
    Column("label", Text, nullable=False, info=theirs(export=False)),
    Column("destination", Text, nullable=False, info=theirs(export=False)),
    Column("to", Json(_NAMES), nullable=False, info=theirs()),
    _own("channel_id", "channel.id"),
    Column("under", Text, info=theirs(export=False)),
    Column("held", Boolean, nullable=False),
    Column("care", String(8), nullable=False),
    Column("body", Json(text_codec), info=within(t("What"))),
    Column("job", Json(JSON_OBJECT), info=within()),
    _instant("until", nullable=True),
    _instant("not_before", t("When")),
    _instant("next_at", nullable=True),
    Column("tries", Integer, nullable=False),
    Column("doubt", Boolean, nullable=False),
    Column("status", String(10), nullable=False),
    _instant("leased_until", nullable=True),
    _instant("begun_at", nullable=True),
    Column("error", Text, nullable=False, info=free()),
    _instant("ended_at", nullable=True),
    Index(None, "binding_id", "label"),
    info=titled(t("Messages to you")),
)
"""What concerns one member and nobody's community has neither community nor binding. ``begun_at``: since when it may be
on the platform, NULL while it cannot be."""
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
