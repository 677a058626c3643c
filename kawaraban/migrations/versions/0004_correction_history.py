"""The history of corrections; those made so far begin it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "correction_history",
        sa.Column("ja_sha256", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ja", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("undone", sa.Integer, nullable=False),
    )
    op.execute(
        "INSERT INTO correction_history "
        '(ja_sha256, number, ja, en, "before", reviewer, made_at, undone) '
        "SELECT ja_sha256, 1, ja, en, '', reviewer, corrected_at, 0 FROM corrections"
    )


def downgrade() -> None:
    op.drop_table("correction_history")
