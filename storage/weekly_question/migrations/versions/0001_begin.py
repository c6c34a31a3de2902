"""The weekly question's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "weekly_question_plan",
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.Column("skipped", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previewed", sa.Date(), nullable=True),
        sa.Column("reworded", sa.Text(), nullable=True),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("binding_id", name=op.f("pk_weekly_question_plan")),
    )
    op.create_table(
        "weekly_question_entry",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("stages", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.String(length=20), nullable=True),
        sa.Column("credited", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_question_entry")),
    )
    op.create_index(
        op.f("ix_weekly_question_entry_binding_id_number"),
        "weekly_question_entry",
        ["binding_id", "number"],
        unique=True,
    )
    op.create_index(op.f("ix_weekly_question_entry_author"), "weekly_question_entry", ["author"])
    op.create_table(
        "weekly_question_suggestion",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("credited", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("entry", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"],
            ["weekly_question_entry.id"],
            name=op.f("fk_weekly_question_suggestion_entry"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_question_suggestion")),
    )
    op.create_index(
        op.f("ix_weekly_question_suggestion_binding_id_number"),
        "weekly_question_suggestion",
        ["binding_id", "number"],
        unique=True,
    )
    op.create_index(op.f("ix_weekly_question_suggestion_author"), "weekly_question_suggestion", ["author"])
    op.create_index(op.f("ix_weekly_question_suggestion_entry"), "weekly_question_suggestion", ["entry"])
    op.create_table(
        "weekly_question_round",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("reminder", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_question_round")),
    )
    op.create_index(
        op.f("ix_weekly_question_round_binding_id_number"),
        "weekly_question_round",
        ["binding_id", "number"],
        unique=True,
    )
    op.create_index(op.f("ix_weekly_question_round_author"), "weekly_question_round", ["author"])
    op.create_table(
        "weekly_question_answer",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=20), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["weekly_question_round.id"],
            name=op.f("fk_weekly_question_answer_round_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_question_answer")),
    )
    op.create_index(op.f("ix_weekly_question_answer_round_id"), "weekly_question_answer", ["round_id"])
    op.create_index(op.f("ix_weekly_question_answer_author"), "weekly_question_answer", ["author"])
    op.create_table(
        "weekly_question_reader",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("member", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_question_reader")),
    )
    op.create_index(
        op.f("ix_weekly_question_reader_binding_id_member"),
        "weekly_question_reader",
        ["binding_id", "member"],
        unique=True,
    )
    op.create_index(op.f("ix_weekly_question_reader_member"), "weekly_question_reader", ["member"])
    op.create_table(
        "weekly_question_notice",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=20), nullable=True),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("shown", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_question_notice")),
    )
    op.create_index(
        op.f("ix_weekly_question_notice_binding_id_name"),
        "weekly_question_notice",
        ["binding_id", "name"],
        unique=True,
    )
    op.create_index(op.f("ix_weekly_question_notice_decided_by"), "weekly_question_notice", ["decided_by"])
    op.create_table(
        "weekly_question_copy",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("notice_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["weekly_question_notice.id"],
            name=op.f("fk_weekly_question_copy_notice_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_question_copy")),
    )
    op.create_index(op.f("ix_weekly_question_copy_notice_id"), "weekly_question_copy", ["notice_id"])
    op.create_index(op.f("ix_weekly_question_copy_member"), "weekly_question_copy", ["member"])
