import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.codec import from_json, to_json, to_plain
from kawaraban.errors import ParseError
from kawaraban.types import (
    Article,
    Coverage,
    Digest,
    DigestEntry,
    DigestSentence,
    Document,
    Flag,
    NumberCheck,
    Sentence,
    Skipped,
    Story,
    Translation,
)


@dataclass(frozen=True)
class Mixed:
    items: tuple[Article | Skipped, ...]
    body: bytes = b""
    pair: tuple[int, str] | None = None


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MAYBE_TEXT = st.none() | TEXT
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC]))
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SPANS = st.none() | st.tuples(st.integers(), st.integers())


def tuples(of: "st.SearchStrategy[object]") -> "st.SearchStrategy[tuple[object, ...]]":
    return st.lists(of, max_size=2).map(tuple)


ARTICLES = st.builds(
    Article,
    id=TEXT,
    title=TEXT,
    paragraphs=tuples(TEXT),
    source=TEXT,
    location=TEXT,
    key_points=tuples(TEXT),
    outlet=MAYBE_TEXT,
    url=MAYBE_TEXT,
    published_at=st.none() | MOMENTS,
    document_id=TEXT,
    duplicate_of=MAYBE_TEXT,
)
NUMBERS = st.builds(
    NumberCheck,
    ja=TEXT,
    en=MAYBE_TEXT,
    value=TEXT,
    unit=TEXT,
    verdict=st.sampled_from(["ok", "approximate", "missing", "wrong", "repaired"]),
    ja_span=SPANS,
    en_span=SPANS,
)
TRANSLATIONS = st.builds(
    Translation,
    ja=TEXT,
    en=TEXT,
    log_prob=FINITE,
    model=TEXT,
    flags=tuples(st.builds(Flag, kind=st.sampled_from(["number", "cut"]), reason=TEXT)),
    numbers=tuples(NUMBERS),
)
SENTENCES = st.builds(
    Sentence,
    index=st.integers(),
    text=TEXT,
    start=st.integers(),
    end=st.integers(),
    paragraph=st.integers(),
)
ENTRIES = st.builds(
    DigestEntry,
    article=ARTICLES,
    title=TRANSLATIONS,
    sentences=tuples(
        st.builds(DigestSentence, sentence=SENTENCES, translation=TRANSLATIONS, salience=FINITE)
    ),
    n_sentences=st.integers(),
)
STORIES = st.builds(
    Story,
    id=TEXT,
    entries=tuples(ENTRIES),
    duplicates=tuples(ARTICLES),
    rank=FINITE,
    reasons=tuples(TEXT),
)
SKIPPED = st.builds(
    Skipped, location=TEXT, stage=st.sampled_from(["extract", "export"]), reason=TEXT
)
DIGESTS = st.builds(
    Digest,
    day=st.dates(),
    created_at=MOMENTS,
    stories=tuples(STORIES),
    coverage=st.builds(Coverage, n_articles=st.integers(), skipped=tuples(SKIPPED)),
    brief=tuples(st.tuples(st.integers(), st.integers())),
    models=st.dictionaries(TEXT, TEXT, max_size=2),
)

SKIPPED_JSON = '{"location":"a.html","stage":"extract","reason":"空のページ"}'
# class, JSON, what the error says
BROKEN = [
    (Skipped, "", "expected JSON of a Skipped"),
    (Skipped, "[]", "Skipped: found []; expected an object"),
    (Skipped, '{"location":"a","stage":"extract"}', "expected a field 'reason'"),
    (Skipped, SKIPPED_JSON.replace("}", ',"why":1}'), "found ['why']; expected only location"),
    (Skipped, SKIPPED_JSON.replace("extract", "sing"), "Skipped.stage: found 'sing'"),
    (Skipped, SKIPPED_JSON.replace('"a.html"', "1"), "Skipped.location: found 1; expected str"),
    (Sentence, '{"index":true,"text":"","start":0,"end":0,"paragraph":0}', "Sentence.index"),
    (Sentence, '{"index":1.0,"text":"","start":0,"end":0,"paragraph":0}', "Sentence.index"),
    (Mixed, '{"items":[{"type":"Story"}]}', "items[0].type: found 'Story'; expected Article or"),
    (Mixed, '{"items":[],"body":"%"}', "Mixed.body: found '%'; expected text of a bytes"),
    (Mixed, '{"items":[],"pair":[1]}', "Mixed.pair: found [1]; expected an array of 2"),
    (Mixed, '{"items":[],"pair":["1","a"]}', "Mixed.pair[0]: found '1'; expected int"),
]


@settings(max_examples=60, deadline=None)
@given(DIGESTS)
def test_digest_when_written_and_read_then_is_equal(digest: Digest) -> None:
    text = to_json(digest)
    assert from_json(Digest, text) == digest
    assert to_json(from_json(Digest, text)) == text


@given(st.binary(max_size=30), st.lists(ARTICLES | SKIPPED, max_size=3))
def test_union_when_written_and_read_then_each_item_keeps_its_class(
    body: bytes, items: "list[Article | Skipped]"
) -> None:
    value = Mixed(tuple(items), body, (3, "円"))
    assert from_json(Mixed, to_json(value)) == value


def test_document_when_written_and_read_then_bytes_are_equal() -> None:
    moment = datetime(2026, 11, 26, 3, 4, 5, 678901, tzinfo=UTC)
    document = Document("ab", "nhk", "a.html", "text/html", bytes(range(256)), moment)
    assert from_json(Document, to_json(document)) == document


def test_to_json_when_fields_hold_dates_then_they_are_iso_text() -> None:
    digest = Digest(date(2026, 11, 26), datetime(2026, 11, 26, tzinfo=UTC), (), Coverage())
    plain = json.loads(to_json(digest))
    assert plain["day"] == "2026-11-26"
    assert plain["created_at"] == "2026-11-26T00:00:00+00:00"
    assert plain == to_plain(digest)


def test_from_json_when_a_field_with_default_is_missing_then_takes_the_default() -> None:
    assert from_json(Mixed, '{"items":[]}') == Mixed(())


def test_to_json_when_a_float_is_not_a_number_then_refuses() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(Translation("", "", float("nan"), "m"))


@pytest.mark.parametrize(("cls", "text", "message"), BROKEN)
def test_from_json_when_json_is_of_another_shape_then_says_where(
    cls: type, text: str, message: str
) -> None:
    with pytest.raises(ParseError) as caught:
        from_json(cls, text)
    assert message in str(caught.value)
