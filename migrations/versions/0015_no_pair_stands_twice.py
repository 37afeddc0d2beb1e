"""No two stand in a matching twice.

Revision ID: 0015
Revises: 0014

Where they did, the pair that began first stays and the others end today: they stay on file.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STANDING = sa.text("last_day IS NULL")


def upgrade() -> None:
    op.execute(
        "UPDATE pair SET last_day = CURRENT_DATE WHERE last_day IS NULL AND EXISTS ("
        "SELECT 1 FROM pair AS kept WHERE kept.installation_id = pair.installation_id"
        ' AND kept.matching = pair.matching AND kept."left" = pair."left" AND kept."right" = pair."right"'
        " AND kept.last_day IS NULL AND kept.id <> pair.id AND ("
        "kept.first_day IS NULL AND pair.first_day IS NOT NULL OR kept.first_day < pair.first_day"
        " OR kept.id < pair.id AND (kept.first_day = pair.first_day"
        " OR kept.first_day IS NULL AND pair.first_day IS NULL)))"
    )
    with op.batch_alter_table("pair") as table:
        table.create_index(
            "ix_pair_standing",
            ["installation_id", "matching", "left", "right"],
            unique=True,
            postgresql_where=_STANDING,
            sqlite_where=_STANDING,
        )


def downgrade() -> None:
    with op.batch_alter_table("pair") as table:
        table.drop_index("ix_pair_standing")
