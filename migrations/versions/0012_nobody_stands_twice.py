"""No credit code stands in a directory twice.

Revision ID: 0012
Revises: 0011

Where one did, one entry stays and the others are closed: what names them still does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STANDING = sa.text("last_day IS NULL")


def upgrade() -> None:
    op.execute(
        "UPDATE party SET last_day = CURRENT_DATE WHERE last_day IS NULL AND EXISTS ("
        "SELECT 1 FROM party AS kept WHERE kept.organisation_id = party.organisation_id"
        " AND kept.credit_code = party.credit_code AND kept.last_day IS NULL AND kept.id < party.id)"
    )
    with op.batch_alter_table("party") as table:
        table.create_index(
            "ix_party_standing",
            ["organisation_id", "credit_code"],
            unique=True,
            postgresql_where=_STANDING,
            sqlite_where=_STANDING,
        )


def downgrade() -> None:
    with op.batch_alter_table("party") as table:
        table.drop_index("ix_party_standing")
