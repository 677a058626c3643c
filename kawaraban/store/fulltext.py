"""SQLite's trigram index over `search_entries`, and how a text and a query become its form.

    terms("日銀　利上げ RATE")  →  ("日銀", "利上げ", "rate")

The index is FTS5 with the trigram tokenizer: it finds any three characters or more in a row, in
Japanese as in English, without knowing words. Triggers keep it equal to the table. PostgreSQL has
no such table and looks with ILIKE.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

TRIGRAM_CHARS = 3  # shorter terms cannot be looked up in the index
MAX_TERMS = 8

STATEMENTS = (
    "DROP TABLE IF EXISTS search_index",
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "ja, en, content='search_entries', content_rowid='id', tokenize='trigram')",
    "CREATE TRIGGER search_inserted AFTER INSERT ON search_entries BEGIN "
    "INSERT INTO search_index (rowid, ja, en) VALUES (new.id, new.ja, new.en); END",
    "CREATE TRIGGER search_deleted AFTER DELETE ON search_entries BEGIN "
    "INSERT INTO search_index (search_index, rowid, ja, en) "
    "VALUES ('delete', old.id, old.ja, old.en); END",
    "CREATE TRIGGER search_changed AFTER UPDATE ON search_entries BEGIN "
    "INSERT INTO search_index (search_index, rowid, ja, en) "
    "VALUES ('delete', old.id, old.ja, old.en); "
    "INSERT INTO search_index (rowid, ja, en) VALUES (new.id, new.ja, new.en); END",
)


def normal(text: str) -> str:
    """NFKC: ＧＤＰ and GDP are one. Large and small letters stay: a snippet is cut from it."""
    return unicodedata.normalize("NFKC", text)


def terms(query: str) -> tuple[str, ...]:
    """The words of a query, each of which must be found; at most eight."""
    words = re.split(r"[\s\x00]+", normal(query).lower())
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_TERMS]


def match_expression(words: tuple[str, ...]) -> str:
    """FTS5: every word as it stands, its quotation marks doubled."""
    return " AND ".join('"{}"'.format(word.replace('"', '""')) for word in words)


def like_pattern(word: str) -> str:
    """LIKE: the word anywhere; `!` makes the next character plain."""
    return "%{}%".format(re.sub(r"([%_!])", r"!\1", word))


def row_id(article_id: str) -> int:
    """A row number that is the same on every machine: 60 bits of a hash."""
    return int(hashlib.sha256(article_id.encode("utf-8", "replace")).hexdigest()[:15], 16)
