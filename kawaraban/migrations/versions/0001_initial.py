"""The first schema: documents, articles, sentences, translations, digests, runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("location", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("charset", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("outlet", sa.Text),
        sa.Column("published_at", sa.Text),
        sa.Column("fetched_at", sa.Text, nullable=False),
    )
    op.create_index("documents_fetched_at", "documents", ["fetched_at"])
    op.create_table(
        "articles",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("location", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("published_at", sa.Text),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("duplicate_of", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("articles_published_at", "articles", ["published_at"])
    op.create_index("articles_seen_at", "articles", ["seen_at"])
    op.create_table(
        "sentences",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("start_char", sa.Integer, nullable=False),
        sa.Column("end_char", sa.Integer, nullable=False),
        sa.Column("paragraph", sa.Integer, nullable=False),
    )
    op.create_table(
        "translations",
        sa.Column("ja_sha256", sa.Text, primary_key=True),
        sa.Column("model", sa.Text, primary_key=True),
        sa.Column("log_prob", sa.Float, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "corrections",
        sa.Column("ja_sha256", sa.Text, primary_key=True),
        sa.Column("ja", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("corrected_at", sa.Text, nullable=False),
    )
    op.create_table(
        "digests",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("n_stories", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("finished_at", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("params_hash", sa.Text, nullable=False),
        sa.Column("counters", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )
    op.create_index("runs_started_at", "runs", ["started_at"])


def downgrade() -> None:
    tables = "documents articles sentences translations corrections digests runs"
    for name in tables.split():
        op.drop_table(name)
