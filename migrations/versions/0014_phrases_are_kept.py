"""phrases are kept

Revision ID: 0014
Revises: 0013

People keep what they write again and again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_phrase_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_phrase"),
        sa.UniqueConstraint("person_id", "text", name="uq_phrase_person_id_text"),
    )


def downgrade() -> None:
    op.drop_table("phrase")
