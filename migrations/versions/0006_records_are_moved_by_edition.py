"""records are moved by edition

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_record_edition_id_done_ordinal", "record", ["edition_id", "done", "ordinal"])


def downgrade() -> None:
    op.drop_index("ix_record_edition_id_done_ordinal", table_name="record")
