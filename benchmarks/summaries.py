"""Summaries: default summarizer against lead-3, on gold extracts and on headline coverage.

    python benchmarks/summaries.py --shared ../shared
    python benchmarks/summaries.py --half tune --weight centrality=0.4

* samples: share of the three gold sentences that is chosen, share of the key points that the
  chosen sentences cover. The key points are not shown to the summarizer, then they are.
* articles: share of the headline's character pairs, and of its content terms, that three chosen
  sentences hold; the same within the number of characters of lead-3. Articles with fewer than six
  sentences are left out, and lines that are source references. Weights are found on the half
  "tune" (CRC-32 of the id is odd); "test" is what counts.

Intervals are 95 %, bootstrap over articles; "difference" is paired.
"""

from __future__ import annotations

import argparse
import csv
import json
import lzma
import os
import re
import unicodedata
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kawaraban.segmentation import split_sentences
from kawaraban.summarization import Summarizer, SummaryInput, centrality, lead
from kawaraban.summarization.content import terms
from kawaraban.types import Sentence

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
SAMPLES = ("000", "002", "003")
_REFERENCE = re.compile(r".{0,30}[『「\"“].*[』」\"”]。?|.*\d{4}年\d{1,2}月\d{1,2}日。?")
_REFERENCE_LINE = re.compile(r"[『「\"].*|.{0,40}\d{4}年\d{1,2}月\d{1,2}日[^、]{0,12}。?|[^ぁ-ん]*")


@dataclass(frozen=True)
class Case:
    """One article with what a good extract is measured by."""

    inputs: SummaryInput
    best: frozenset[int] = frozenset()
    key_points: tuple[frozenset[int], ...] = ()  # sentences that cover each


def hashed_ngrams(texts: Sequence[str], dim: int = 512) -> NDArray[np.float32]:
    """Stand-in for the sentence encoder: hashed character pairs, unit rows."""
    vectors = np.zeros((len(texts), dim), dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for pair in _pairs(text):
            row[zlib.crc32(pair.encode()) % dim] += 1.0
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def load_encoder(name: str) -> Embed:
    if name == "hashing":
        return hashed_ngrams
    from kawaraban.embedding import OnnxEncoder

    return OnnxEncoder(Path(name)).embed


def _pairs(text: str) -> list[str]:
    folded = "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())
    return [folded[i : i + 2] for i in range(len(folded) - 1)]


def _case(
    title: str, texts: Sequence[str], embed: Embed, points: Sequence[str] = ()
) -> SummaryInput:
    vectors = embed([title, *points, *texts])
    n_points = len(points)
    offset = 0
    sentences = []
    for index, text in enumerate(texts):
        sentences.append(Sentence(index, text, offset, offset + len(text), 0))
        offset += len(text)
    return SummaryInput(
        title=title,
        sentences=sentences,
        vectors=vectors[1 + n_points :],
        title_vector=vectors[0],
        key_point_vectors=vectors[1 : 1 + n_points] if n_points else None,
        key_points=points,
    )


def load_samples(shared: Path, embed: Embed) -> list[Case]:
    folder = shared / "samples"
    gold = json.loads((folder / "summaries.json").read_text(encoding="utf-8"))
    cases = []
    for name in SAMPLES:
        with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        for number, wanted in gold[name].items():
            of_article = [(int(row[1]), row[2]) for row in rows if row[0] == number]
            title = next(text for index, text in of_article if index == -1)
            points = [text for index, text in of_article if index < -1]
            texts = [text for index, text in of_article if index >= 0]
            bullets = tuple(frozenset(found) for found in wanted.get("bullets", {}).values())
            inputs = _case(title, texts, embed, points)
            cases.append(Case(inputs, frozenset(wanted["best3"]), bullets))
    return cases


def load_articles(shared: Path, embed: Embed, *, half: str, limit: int) -> list[Case]:
    cases = []
    with lzma.open(shared / "articles" / "wikinews_ja.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            if zlib.crc32(article["id"].encode()) % 2 != (half == "tune"):
                continue
            kept = [x for x in article["text"].split("\n") if not _REFERENCE_LINE.fullmatch(x)]
            body = "".join(kept)
            texts = [body[start:end].strip() for start, end in split_sentences(body)]
            texts = [text for text in texts if not _REFERENCE.fullmatch(text)]
            if len(texts) >= 6 and len(cases) < limit:
                cases.append(Case(_case(article["title"], texts, embed)))
    return cases


def headline_pairs(case: Case, indices: Sequence[int]) -> float:
    wanted = set(_pairs(case.inputs.title))
    found = {pair for index in indices for pair in _pairs(case.inputs.sentences[index].text)}
    return len(wanted & found) / max(len(wanted), 1)


def headline_terms(case: Case, indices: Sequence[int]) -> float:
    wanted = terms(case.inputs.title)
    found = frozenset().union(*(terms(case.inputs.sentences[index].text) for index in indices))
    return len(wanted & found) / max(len(wanted), 1)


def body_terms(case: Case, indices: Sequence[int]) -> float:
    """Share of all term occurrences of the article whose term the extract holds."""
    each = [terms(sentence.text) for sentence in case.inputs.sentences]
    found = frozenset().union(*(each[index] for index in indices))
    return sum(len(one & found) for one in each) / max(sum(len(one) for one in each), 1)


def n_chars(case: Case, indices: Sequence[int]) -> float:
    return float(sum(len(case.inputs.sentences[index].text) for index in indices))


def gold_overlap(case: Case, indices: Sequence[int]) -> float:
    return len(case.best & set(indices)) / len(case.best)


def key_points(case: Case, indices: Sequence[int]) -> float:
    return sum(bool(covers & set(indices)) for covers in case.key_points) / len(case.key_points)


def compare(
    label: str,
    cases: Sequence[Case],
    measure: Callable[[Case, Sequence[int]], float],
    *,
    ours: Sequence[Sequence[int]],
    base: Sequence[Sequence[int]],
) -> None:
    mine = np.array([measure(case, chosen) for case, chosen in zip(cases, ours, strict=True)])
    lead = np.array([measure(case, chosen) for case, chosen in zip(cases, base, strict=True)])
    rng = np.random.default_rng(0)
    rows = rng.integers(0, len(cases), (2000, len(cases)))

    def shown(values: NDArray[np.float64], sign: str = "") -> str:
        low, high = np.percentile(values[rows].mean(axis=1), [2.5, 97.5])
        digits = 1 if values.max() > 2 else 3
        return f"{values.mean():{sign}.{digits}f} [{low:{sign}.{digits}f}, {high:{sign}.{digits}f}]"

    print(f"{label:34} {shown(mine):24} {shown(lead):24} {shown(mine - lead, '+')}")


def choose(cases: Sequence[Case], summarize: Summarizer, *, blind: bool = False) -> list[list[int]]:
    chosen = []
    for case in cases:
        inputs = case.inputs
        if blind:
            inputs = replace(inputs, key_points=(), key_point_vectors=None)
        chosen.append(list(summarize(inputs, n_sentences=3, max_chars=None).indices))
    return chosen


def same_length(cases: Sequence[Case], summarize: Summarizer) -> list[list[int]]:
    """Extracts no longer than lead-3 in characters, any number of sentences."""
    return [
        list(
            summarize(case.inputs, n_sentences=None, max_chars=int(n_chars(case, range(3)))).indices
        )
        for case in cases
    ]


def report_samples(cases: Sequence[Case], summarize: Summarizer) -> None:
    base = choose(cases, lead.summarize)
    with_points = [number for number, case in enumerate(cases) if case.key_points]
    pointed = [cases[number] for number in with_points]
    for blind, note in ((True, "key points hidden"), (False, "key points given")):
        ours = choose(cases, summarize, blind=blind)
        compare(f"gold overlap, {note}", cases, gold_overlap, ours=ours, base=base)
        ours, theirs = ([side[number] for number in with_points] for side in (ours, base))
        compare(f"key point coverage, {note}", pointed, key_points, ours=ours, base=theirs)


def report_articles(cases: Sequence[Case], summarize: Summarizer) -> None:
    base = choose(cases, lead.summarize)
    ours = choose(cases, summarize)
    short = same_length(cases, summarize)
    compare("headline character pairs", cases, headline_pairs, ours=ours, base=base)
    compare("headline terms", cases, headline_terms, ours=ours, base=base)
    compare("article terms", cases, body_terms, ours=ours, base=base)
    compare("characters", cases, n_chars, ours=ours, base=base)
    compare("same length: character pairs", cases, headline_pairs, ours=short, base=base)
    compare("same length: headline terms", cases, headline_terms, ours=short, base=base)
    compare("same length: article terms", cases, body_terms, ours=short, base=base)


def main() -> None:
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    default = os.environ.get("KAWARABAN_SHARED", str(root.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(default))
    parser.add_argument("--encoder", default=str(root / "models" / "sentence-encoder"))
    parser.add_argument("--half", choices=("tune", "test"), default="test")
    parser.add_argument("--limit", type=int, default=100_000, help="articles at most")
    parser.add_argument("--weight", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    changed = {name: float(value) for name, value in (x.split("=") for x in options.weight)}
    weights = replace(centrality.DEFAULT_WEIGHTS, **changed)
    summarize = partial(centrality.summarize, weights=weights)
    embed = load_encoder(options.encoder)
    print(f"encoder: {options.encoder}\n{weights}\n")
    print(f"{'':34} {'centrality':24} {'lead':24} difference")
    samples = load_samples(options.shared, embed)
    print(f"samples ({len(samples)} articles)")
    report_samples(samples, summarize)
    articles = load_articles(options.shared, embed, half=options.half, limit=options.limit)
    print(f"articles, half {options.half!r} ({len(articles)} articles)")
    report_articles(articles, summarize)


if __name__ == "__main__":
    main()
