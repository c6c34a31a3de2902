"""The jar's first table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "jar_note",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("binding_id", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.String(length=20), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jar_note")),
    )
    op.create_index(op.f("ix_jar_note_binding_id"), "jar_note", ["binding_id"])
