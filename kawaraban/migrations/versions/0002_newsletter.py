"""The newsletter: mailings, the outbox, subscribers, and the keys of this installation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "mailings",
        sa.Column("list_name", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("digest_key", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("list_name", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
    )
    op.create_table(
        "subscribers",
        sa.Column("list_name", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("left_at", sa.Text),
        sa.Column("left_by", sa.Text, nullable=False),
    )
    op.create_index("subscribers_token", "subscribers", ["token"], unique=True)
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for name in ("mailings", "outbox", "subscribers", "secrets"):
        op.drop_table(name)
