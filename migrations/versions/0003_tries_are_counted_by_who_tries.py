"""tries are counted by who tries

Revision ID: 0003
Revises: 0002

What was locked is open again: a lock lasted a quarter of an hour.
"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name="pk_attempt"),
    )
    op.create_index("ix_attempt_since", "attempt", ["since"])
    for table in ("account", "record_code"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("failed")
            batch.drop_column("locked_until")


def downgrade() -> None:
    for table in ("account", "record_code"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("failed", sa.Integer(), nullable=False, server_default="0"))
            batch.add_column(sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_table("attempt")
