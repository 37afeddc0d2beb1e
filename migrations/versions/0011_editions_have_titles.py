"""An edition is called what its answers call it.

Revision ID: 0011
Revises: 0010

Those that came into force before are called as their version is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("edition") as table:
        table.add_column(sa.Column("title", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE edition SET title = (SELECT title FROM mechanism_version WHERE mechanism_version.digest = edition.digest)"
    )
    with op.batch_alter_table("edition") as table:
        table.alter_column("title", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("edition") as table:
        table.drop_column("title")
