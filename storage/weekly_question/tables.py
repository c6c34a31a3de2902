"""The weekly question's tables, with a rule on each column that may hold something of a member's."""

from __future__ import annotations

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.orm import registry, relationship

from bot.core.text import text_codec
from rituals.weekly_question import headings as h
from rituals.weekly_question.bank import Entry, Wording
from rituals.weekly_question.model import Answer, Reader, Round
from rituals.weekly_question.notices import Copy, Notice
from rituals.weekly_question.plan import Plan, Reworded
from rituals.weekly_question.suggestion import Suggestion
from storage.personal import OWN_ID, along, emptied, free, shown, theirs, titled, within
from storage.tables import NAMING
from storage.types import Instant, Json

metadata = MetaData(naming_convention=NAMING)

_NAMES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
_WORDING: TypeAdapter[Wording] = TypeAdapter(Wording)
_REWORDED: TypeAdapter[Reworded] = TypeAdapter(Reworded)

plan = Table(
    "weekly_question_plan",
    metadata,
    Column("binding_id", String(OWN_ID), primary_key=True),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("passed", Json(_NAMES), nullable=False, info=free()),
    Column("skipped", Date),
    Column("asked_on", Date),
    Column("asked_at", Instant),
    Column("rests_until", Instant),
    Column("previewed", Date),
    Column("reworded", Json(_REWORDED), info=within()),
    Column("quiet", Boolean, nullable=False),
)

entry = Table(
    "weekly_question_entry",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("number", Integer, nullable=False),
    Column("key", String(80), nullable=False, info=free()),
    Column("kind", String(20), nullable=False, info=free(h.KIND)),
    Column("stages", Json(_NAMES), nullable=False, info=free()),
    Column("wording", Json(_WORDING), info=within(h.QUESTION)),
    Column("state", String(10), nullable=False),
    Column("queued_at", Instant),
    Column("author", String(OWN_ID), index=True, info=emptied()),
    Column("credited", Boolean, nullable=False, info=shown(h.NAMED)),
    Column("at", Instant, nullable=False, info=shown(h.WHEN)),
    Index(None, "binding_id", "number", unique=True),
    info=titled(h.BANK),
)

suggestion = Table(
    "weekly_question_suggestion",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("number", Integer, nullable=False),
    Column("author", String(OWN_ID), nullable=False, index=True, info=theirs()),
    Column("wording", Json(_WORDING), nullable=False, info=within(h.QUESTION)),
    Column("kind", String(20), info=free(h.KIND)),
    Column("credited", Boolean, nullable=False, info=shown(h.NAMED)),
    Column("state", String(10), nullable=False, info=shown(h.STATE)),
    Column("entry", ForeignKey(entry.c.id, ondelete="SET NULL"), index=True),
    Column("at", Instant, nullable=False, info=shown(h.WHEN)),
    Index(None, "binding_id", "number", unique=True),
    info=titled(h.SUGGESTIONS),
)

round_ = Table(
    "weekly_question_round",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("number", Integer, nullable=False),
    Column("prompt", String(80), nullable=False, info=free()),
    Column("question", Json(_WORDING), nullable=False, info=within(h.QUESTION)),
    Column("author", String(OWN_ID), index=True, info=emptied()),
    Column("asked_at", Instant, nullable=False, info=shown(h.WHEN)),
    Column("closes_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("withdrawn", Boolean, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("reminded", Boolean, nullable=False),
    Column("reminder", Boolean, nullable=False),
    Column("digest", Boolean, nullable=False),
    Column("beside", Json(_NAMES), nullable=False, info=free()),
    Index(None, "binding_id", "number", unique=True),
    info=titled(h.ASKED),
)

answer = Table(
    "weekly_question_answer",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("message", String(OWN_ID), info=along(message=True)),
    Column("label", String, info=along(export=False)),
    Column("round_id", ForeignKey(round_.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("community_id", String(OWN_ID), nullable=False, info=shown(h.COMMUNITY)),
    Column("author", String(OWN_ID), index=True, info=theirs()),
    Column("at", Instant, nullable=False, info=shown(h.WHEN)),
    Column("excerpt", Json(text_codec), nullable=False, info=within(h.BEGINNING)),
    Column("words", Text, nullable=False, info=within(h.WORDS)),
    Column("late", Boolean, nullable=False, info=shown(h.LATE)),
    info=titled(h.ANSWERS),
)

reader = Table(
    "weekly_question_reader",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False, info=shown(h.COMMUNITY)),
    Column("member", String(OWN_ID), nullable=False, index=True, info=theirs()),
    Column("at", Instant, nullable=False, info=shown(h.SINCE)),
    Column("told", Integer),
    Index(None, "binding_id", "member", unique=True),
    info=titled(h.READER),
)

notice = Table(
    "weekly_question_notice",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("name", String(80), nullable=False, info=free(h.OCCASION)),
    Column("at", Instant, nullable=False, info=shown(h.WHEN)),
    Column("decision", String(20), nullable=False, info=free(h.DECISION)),
    Column("decided_by", String(OWN_ID), index=True, info=emptied()),
    Column("about", String(OWN_ID), nullable=False, info=free()),
    Column("shown", String(OWN_ID), nullable=False, info=free()),
    Index(None, "binding_id", "name", unique=True),
    info=titled(h.DECISIONS),
)

copy = Table(
    "weekly_question_copy",
    metadata,
    Column("id", String(OWN_ID), primary_key=True, info=free()),
    Column("notice_id", ForeignKey(notice.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("community_id", String(OWN_ID), nullable=False, info=shown(h.COMMUNITY)),
    Column("number", Integer, nullable=False),
    Column("member", String(OWN_ID), nullable=False, index=True, info=theirs()),
    info=titled(h.COPIES),
)


def map_classes(mapper: registry) -> None:
    """Map the ritual's classes, once."""
    mapper.map_imperatively(Plan, plan)
    mapper.map_imperatively(Entry, entry)
    mapper.map_imperatively(Suggestion, suggestion)
    mapper.map_imperatively(Answer, answer)
    mapper.map_imperatively(Reader, reader)
    mapper.map_imperatively(Copy, copy)
    mapper.map_imperatively(
        Notice,
        notice,
        properties={
            "copies": relationship(Copy, lazy="selectin", cascade="all, delete-orphan", order_by=copy.c.number)
        },
    )
    mapper.map_imperatively(
        Round,
        round_,
        properties={
            "answers": relationship(
                Answer, lazy="selectin", cascade="all, delete-orphan", order_by=(answer.c.at, answer.c.id)
            )
        },
    )
