"""The core's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _platform()
    _community()
    _care()
    _words()
    _said()
    _awaited()
    _agenda()
    _inbox()
    _outbox()


def _platform() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("platform", "external", name=op.f("uq_workspace_platform_external")),
    )
    op.create_table(
        "note",
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_note_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_note")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("external", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("own_language", sa.String(length=8), nullable=True),
        sa.Column("own_zone", sa.Text(), nullable=True),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("addressable", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_to", sa.Time(), nullable=False),
        sa.Column("weekly_budget", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_member_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("workspace_id", "external", name=op.f("uq_member_workspace_id_external")),
    )
    op.create_index(op.f("ix_member_workspace_id_folded"), "member", ["workspace_id", "folded"], unique=False)
    op.create_table(
        "channel",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("external", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["member.id"], name=op.f("fk_channel_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_channel_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("workspace_id", "external", name=op.f("uq_channel_workspace_id_external")),
    )
    op.create_index(op.f("ix_channel_person_id"), "channel", ["person_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("channel_id", sa.String(length=20), nullable=False),
        sa.Column("external", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("channel_id", "external", name=op.f("uq_message_channel_id_external")),
    )


def _community() -> None:
    op.create_table(
        "community",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("home_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("bilingual", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["home_id"], ["channel.id"], name=op.f("fk_community_home_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_community_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
    )
    op.create_index(op.f("ix_community_home_id"), "community", ["home_id"], unique=False)
    op.create_index(
        "uq_community_home",
        "community",
        ["home_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "binding",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("ritual", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_binding_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding")),
    )
    op.create_index(op.f("ix_binding_community_id"), "binding", ["community_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("member_id", sa.String(length=20), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_membership_community_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_member_id")),
        sa.PrimaryKeyConstraint("community_id", "member_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_member_id"), "membership", ["member_id"], unique=False)
    op.create_table(
        "office",
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("member_id", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_office_community_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_office_member_id")),
        sa.PrimaryKeyConstraint("community_id", "name", "member_id", "since", name=op.f("pk_office")),
    )
    op.create_table(
        "journal",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=20), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["member.id"], name=op.f("fk_journal_actor_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_journal_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_community_id_at"), "journal", ["community_id", "at"], unique=False)
    op.create_table(
        "load_entry",
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("member_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("units", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_load_entry_community_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_load_entry_member_id")),
        sa.PrimaryKeyConstraint("community_id", "fact", name=op.f("pk_load_entry")),
    )
    op.create_index(op.f("ix_load_entry_community_id_at"), "load_entry", ["community_id", "at"], unique=False)


def _care() -> None:
    op.create_table(
        "nudge",
        sa.Column("member_id", sa.String(length=20), nullable=False),
        sa.Column("parcel", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_nudge_member_id")),
        sa.PrimaryKeyConstraint("member_id", "parcel", name=op.f("pk_nudge")),
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("member_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=True),
        sa.Column("ritual", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_refusal_community_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_refusal_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
    )
    op.create_index(op.f("ix_refusal_member_id"), "refusal", ["member_id"], unique=False)


def _words() -> None:
    op.create_table(
        "kept",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_kept")),
    )
    op.create_table(
        "wording",
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_wording_community_id")),
        sa.PrimaryKeyConstraint("community_id", "domain", "name", "language", name=op.f("pk_wording")),
    )
    op.create_table(
        "proposal",
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_proposal_community_id")),
        sa.PrimaryKeyConstraint("community_id", "domain", "name", "language", name=op.f("pk_proposal")),
    )


def _said() -> None:
    op.create_table(
        "said",
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["binding_id"], ["binding.id"], name=op.f("fk_said_binding_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_said_community_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_said_workspace_id")),
        sa.PrimaryKeyConstraint("binding_id", "label", "position", name=op.f("pk_said")),
        sa.UniqueConstraint("workspace_id", "channel", "external", name=op.f("uq_said_workspace_id_channel_external")),
    )


def _awaited() -> None:
    op.create_table(
        "awaited",
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=True),
        sa.Column("member_id", sa.String(length=20), nullable=True),
        sa.Column("awaited", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_awaited_community_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_awaited_member_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_awaited_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "thread", name=op.f("pk_awaited")),
    )
    op.create_index(op.f("ix_awaited_at"), "awaited", ["at"], unique=False)
    op.create_index(op.f("ix_awaited_member_id"), "awaited", ["member_id"], unique=False)


def _agenda() -> None:
    op.create_table(
        "wake",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grace", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["binding_id"], ["binding.id"], name=op.f("fk_wake_binding_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_wake_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wake")),
        sa.UniqueConstraint("binding_id", "label", name=op.f("uq_wake_binding_id_label")),
    )
    op.create_index(op.f("ix_wake_at"), "wake", ["at"], unique=False)
    op.create_index(op.f("ix_wake_community_id_at"), "wake", ["community_id", "at"], unique=False)


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("binding_id", sa.String(length=20), nullable=True),
        sa.Column("heard", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_inbox_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("fact", name=op.f("uq_inbox_fact")),
    )
    op.create_index(
        "ix_inbox_about",
        "inbox",
        ["workspace_id", "about"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("ix_inbox_done_at", "inbox", ["done_at"], unique=False)
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["id", "next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "claim",
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fact", "binding_id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_at"), "claim", ["at"], unique=False)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("workspace_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=True),
        sa.Column("binding_id", sa.String(length=20), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.String(length=20), nullable=True),
        sa.Column("under", sa.Text(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("care", sa.String(length=8), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["binding_id"], ["binding.id"], name=op.f("fk_outbox_binding_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_outbox_channel_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_outbox_community_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_outbox_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_binding_id_label"), "outbox", ["binding_id", "label"], unique=False)
    op.create_index("ix_outbox_ended_at", "outbox", ["ended_at"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["destination", "id"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "uq_outbox_one_sender",
        "outbox",
        ["destination"],
        unique=True,
        sqlite_where=sa.text("status = 'sending'"),
        postgresql_where=sa.text("status = 'sending'"),
    )
