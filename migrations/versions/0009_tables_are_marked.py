"""tables are marked

Revision ID: 0009
Revises: 0008

A decision table on which the two evaluators have differed is to be seen by whoever administers the mechanism.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marked_table",
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("table", sa.String(64), nullable=False),
        sa.Column("record_id", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_marked_table_edition_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_marked_table_record_id"),
        sa.PrimaryKeyConstraint("edition_id", "table", name="pk_marked_table"),
    )


def downgrade() -> None:
    op.drop_table("marked_table")
