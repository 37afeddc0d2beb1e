"""units come to an end

Revision ID: 0017
Revises: 0016

After a reorganisation a unit is picked no more; what it had stays its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("last_day", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("unit") as table:
        table.drop_column("last_day")
