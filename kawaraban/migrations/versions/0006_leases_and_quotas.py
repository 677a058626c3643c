"""Runs that are held by a lease, with what they were started with; characters per key and month."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


_RUNS = (
    sa.Column("lease_until", sa.Text),
    sa.Column("stage", sa.Text, nullable=False, server_default=""),
    sa.Column("done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer, nullable=False, server_default="0"),
    sa.Column("day", sa.Text),
    sa.Column("sources", sa.Text, nullable=False, server_default="[]"),
    sa.Column("watch_words", sa.Text, nullable=False, server_default="[]"),
)


def upgrade() -> None:
    """A run that is still marked as running has no lease: it counts as lost."""
    for column in _RUNS:
        op.add_column("runs", column._copy())
    op.add_column("api_keys", sa.Column("character_limit", sa.BigInteger))
    op.create_table(
        "key_usage",
        sa.Column("key_id", sa.Text, primary_key=True),
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("n_characters", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("key_usage")
    op.drop_column("api_keys", "character_limit")
    for column in reversed(_RUNS):
        op.drop_column("runs", column.name)
