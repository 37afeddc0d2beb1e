"""what cannot ring is parked

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parked",
        sa.Column("record_id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=False),
        sa.Column("installation_id", sa.String(64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_parked_record_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_parked_organisation_id"),
        sa.ForeignKeyConstraint(["installation_id"], ["installation.id"], name="fk_parked_installation_id"),
        sa.PrimaryKeyConstraint("record_id", name="pk_parked"),
    )
    op.create_index("ix_parked_organisation_id", "parked", ["organisation_id"])
    op.create_index("ix_parked_installation_id", "parked", ["installation_id"])


def downgrade() -> None:
    op.drop_table("parked")
