"""papers are tried again

Revision ID: 0007
Revises: 0006

Documents that were ordered and not made yet are due at once.
"""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper") as table:
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("next_try", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("error", sa.Text(), nullable=False, server_default=""))
        table.drop_index("ix_paper_state_id")
    op.execute("UPDATE paper SET next_try = created_at")
    with op.batch_alter_table("paper") as table:  # every later row says itself when it is due
        table.alter_column("attempts", server_default=None)
        table.alter_column("error", server_default=None)
        table.alter_column("next_try", nullable=False)
        table.create_index("ix_paper_state_next_try", ["state", "next_try"])


def downgrade() -> None:
    with op.batch_alter_table("paper") as table:
        table.drop_index("ix_paper_state_next_try")
        for column in ("attempts", "next_try", "error"):
            table.drop_column(column)
        table.create_index("ix_paper_state_id", ["state", "id"])
