"""The weekly question's tables.

A member's data here: who wrote an answer and, until the next question, how it begins. Erasing a member deletes their
answers; exporting gives them. Who reads the digest in direct messages, and who was asked to decide, is deleted too.
"""

from __future__ import annotations

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.orm import registry, relationship

from bot.core.text import text_codec
from rituals.weekly_question.bank import Entry, Wording
from rituals.weekly_question.model import Answer, Reader, Round
from rituals.weekly_question.notices import Copy, Notice
from rituals.weekly_question.plan import Plan, Reworded
from rituals.weekly_question.suggestion import Suggestion
from storage.personal import OWN_ID
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
    Column("passed", Json(_NAMES), nullable=False),
    Column("skipped", Date),
    Column("asked_on", Date),
    Column("asked_at", Instant),
    Column("rests_until", Instant),
    Column("previewed", Date),
    Column("reworded", Json(_REWORDED)),
    Column("quiet", Boolean, nullable=False),
)

entry = Table(
    "weekly_question_entry",
    metadata,
    Column("id", String(OWN_ID), primary_key=True),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("number", Integer, nullable=False),
    Column("key", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("stages", Json(_NAMES), nullable=False),
    Column("wording", Json(_WORDING)),
    Column("state", String(10), nullable=False),
    Column("queued_at", Instant),
    Column("author", String(OWN_ID), index=True, info={"member": "empty"}),
    Column("credited", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "binding_id", "number", unique=True),
)

suggestion = Table(
    "weekly_question_suggestion",
    metadata,
    Column("id", String(OWN_ID), primary_key=True),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("number", Integer, nullable=False),
    Column("author", String(OWN_ID), nullable=False, index=True, info={"member": "erase"}),
    Column("wording", Json(_WORDING), nullable=False),
    Column("kind", String(20)),
    Column("credited", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("entry", ForeignKey(entry.c.id, ondelete="SET NULL"), index=True),
    Column("at", Instant, nullable=False),
    Index(None, "binding_id", "number", unique=True),
)

round_ = Table(
    "weekly_question_round",
    metadata,
    Column("id", String(OWN_ID), primary_key=True),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("number", Integer, nullable=False),
    Column("prompt", String(80), nullable=False),
    Column("question", Json(_WORDING), nullable=False),
    Column("author", String(OWN_ID), index=True, info={"member": "empty"}),
    Column("asked_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("withdrawn", Boolean, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("reminded", Boolean, nullable=False),
    Column("digest", Boolean, nullable=False),
    Column("beside", Json(_NAMES), nullable=False),
    Index(None, "binding_id", "number", unique=True),
)

answer = Table(
    "weekly_question_answer",
    metadata,
    Column("id", String(OWN_ID), primary_key=True),
    Column("message", String(OWN_ID)),
    Column("label", String),
    Column("round_id", ForeignKey(round_.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("author", String(OWN_ID), index=True, info={"member": "erase"}),
    Column("at", Instant, nullable=False),
    Column("excerpt", Json(text_codec), nullable=False),
    Column("words", Text, nullable=False),
    Column("late", Boolean, nullable=False),
)

reader = Table(
    "weekly_question_reader",
    metadata,
    Column("id", String(OWN_ID), primary_key=True),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("member", String(OWN_ID), nullable=False, index=True, info={"member": "erase"}),
    Column("at", Instant, nullable=False),
    Column("told", Integer),
    Index(None, "binding_id", "member", unique=True),
)

notice = Table(
    "weekly_question_notice",
    metadata,
    Column("id", String(OWN_ID), primary_key=True),
    Column("binding_id", String(OWN_ID), nullable=False),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("name", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("decided_by", String(OWN_ID), index=True, info={"member": "empty"}),
    Column("shown", String(OWN_ID), nullable=False),
    Index(None, "binding_id", "name", unique=True),
)

copy = Table(
    "weekly_question_copy",
    metadata,
    Column("id", String(OWN_ID), primary_key=True),
    Column("notice_id", ForeignKey(notice.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("community_id", String(OWN_ID), nullable=False),
    Column("number", Integer, nullable=False),
    Column("member", String(OWN_ID), nullable=False, index=True, info={"member": "erase"}),
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
