"""what happened is found by day

Revision ID: 0008
Revises: 0007

Reports ask which records an event happened to in a period.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_key_happened_record_id", "event", ["key", "happened", "record_id"])


def downgrade() -> None:
    op.drop_index("ix_event_key_happened_record_id", "event")
