"""The notes' table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes_tally",
        sa.Column("binding_id", sa.String(20), nullable=False),
        sa.Column("community_id", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.PrimaryKeyConstraint("binding_id", name=op.f("pk_notes_tally")),
    )
