"""terms by their day

Revision ID: 0018
Revises: 0017

A report asks for what was due within its days: an index finds it.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_clock_term_due_day_record_id", "clock", ["term", "due_day", "record_id"])


def downgrade() -> None:
    op.drop_index("ix_clock_term_due_day_record_id", table_name="clock")
