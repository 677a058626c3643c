"""Keys of the HTTP service, and the texts that its search looks through."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.Text),
    )
    op.create_index("api_keys_sha256", "api_keys", ["sha256"], unique=True)
    op.create_table(
        "search_entries",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("moment", sa.Text, nullable=False),
        sa.Column("day", sa.Text),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("ja", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
    )
    op.create_index("search_entries_moment", "search_entries", ["moment"])
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        from kawaraban.store.fulltext import STATEMENTS

        for statement in STATEMENTS:
            connection.exec_driver_sql(statement)
    fill(connection)


def fill(connection: Connection) -> None:
    """What is in the archive can be found from now on."""
    from kawaraban.store.fulltext import normal, row_id

    insert = sa.text(
        "INSERT INTO search_entries (id, article_id, moment, day, title_ja, title_en, ja, en) "
        "VALUES (:id, :article_id, :moment, :day, :title_ja, :title_en, :ja, :en) "
        "ON CONFLICT (id) DO UPDATE SET day = :day, title_en = :title_en, en = :en"
    )
    for row in _articles(connection):
        ja = normal("\n".join([row["title_ja"], *row.pop("paragraphs")]))
        connection.execute(insert, row | {"id": row_id(row["article_id"]), "ja": ja})


def _articles(connection: Connection) -> Iterator[dict[str, Any]]:
    from kawaraban.store.fulltext import normal

    query = sa.text("SELECT id, published_at, seen_at, body FROM articles ORDER BY seen_at")
    for article_id, published_at, seen_at, body in connection.execute(query).all():
        article = json.loads(body)
        yield {
            "article_id": article_id,
            "moment": published_at or seen_at,
            "day": None,
            "title_ja": article["title"],
            "title_en": "",
            "paragraphs": article["paragraphs"],
            "en": "",
        }
    query = sa.text("SELECT day, created_at, body FROM digests ORDER BY day, created_at")
    for day, created_at, body in connection.execute(query).all():
        for entry in (e for story in json.loads(body)["stories"] for e in story["entries"]):
            english = [entry["title"]["en"]]
            english += [chosen["translation"]["en"] for chosen in entry["sentences"]]
            article = entry["article"]
            yield {
                "article_id": article["id"],
                "moment": article["published_at"] or created_at,
                "day": day,
                "title_ja": article["title"],
                "title_en": entry["title"]["en"],
                "paragraphs": article["paragraphs"],
                "en": normal("\n".join(english)),
            }


def downgrade() -> None:
    for trigger in ("inserted", "changed", "deleted"):
        op.execute(f"DROP TRIGGER IF EXISTS search_{trigger}")
    op.execute("DROP TABLE IF EXISTS search_index")
    op.drop_table("search_entries")
    op.drop_table("api_keys")
