"""How well pages are taken apart: the three gold dumps, boundaries at scale, speed.

    python -m benchmarks.extraction [--shared DIR] [--encoder DIR | --no-encoder]

Input:  `SHARED/samples` (dumps with gold), `SHARED/articles` (articles put together to dumps).
Output: tables on stdout: body sentences, boilerplate let through, titles, key points, confusion of
        classes; articles found again in dumps of six, with and without headlines; CPU seconds a MB
        and the ratio to trafilatura's plain extraction of the same pages. Once without and once
        with the sentence encoder. Scores are of whole texts, white space aside.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import lzma
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kawaraban.extraction import extract
from kawaraban.pipeline import Encoder
from kawaraban.segmentation import split_sentences
from kawaraban.types import Document, Extraction

SEED = 7
N_DUMPS = 25
ARTICLES_PER_DUMP = 6
_SOURCE_LINE = re.compile(
    r".{2,60}\d{4}年\d{1,2}月\d{1,2}日.{0,30}$"
)  # 「毎日新聞、2009年10月16日。」


@dataclass(frozen=True)
class Sample:
    """One gold dump."""

    name: str
    text: str
    articles: list[dict[str, Any]]
    boilerplate: list[dict[str, Any]]
    sentences: list[list[str]]  # of each article's body


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def read_samples(shared: Path) -> list[Sample]:
    samples = []
    for path in sorted((shared / "samples").glob("[0-9]*.json")):
        gold = json.loads(path.read_text("utf-8"))
        sentences: list[list[str]] = [[] for _ in gold["articles"]]
        for row in path.with_suffix(".tsv").read_text("utf-8").splitlines():
            article, index, ja = row.split("\t")[:3]
            if int(index) >= 0:
                sentences[int(article)].append(bare(ja))
        text = (path.parent / gold["file"]).read_text("utf-8")
        samples.append(Sample(path.stem, text, gold["articles"], gold["boilerplate"], sentences))
    return samples


def document(text: str, media_type: str = "text/plain") -> Document:
    body = text.encode()
    digest = hashlib.sha256(body).hexdigest()
    return Document(digest, "benchmark", "dump", media_type, body, datetime.now(UTC))


def found_sentences(extraction: Extraction) -> list[list[str]]:
    return [
        [bare(a.text[start:end]) for start, end in split_sentences(a.text)]
        for a in extraction.articles
    ]


def f1(found: Iterable[str], gold: Iterable[str]) -> tuple[float, float, float]:
    """Precision, recall, F1 of two multisets."""
    f, g = Counter(found), Counter(gold)
    shared = sum((f & g).values())
    precision = shared / max(1, f.total())
    recall = shared / max(1, g.total())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def scores(found: Iterable[str], gold: Iterable[str]) -> str:
    precision, recall, f = f1(found, gold)
    return f"P {precision:.4f} R {recall:.4f} F1 {f:.4f}"


def keyed(sentences: Sequence[Sequence[str]]) -> list[str]:
    """A sentence in the wrong article is wrong."""
    return [f"{i}|{s}" for i, article in enumerate(sentences) for s in article]


def let_through(sample: Sample, extraction: Extraction) -> tuple[int, int]:
    """Output sentences that are boilerplate, and all of them; key points and titles count."""
    noise = "\n".join(bare(b["text"]) for b in sample.boilerplate)
    output = [s for article in found_sentences(extraction) for s in article]
    output += [bare(k) for a in extraction.articles for k in (a.title, *a.key_points)]
    gold = {s for article in sample.sentences for s in article}
    gold |= {bare(k) for a in sample.articles for k in (a["title"], *a["lead_bullets"])}
    return sum(s not in gold and s in noise for s in output), len(output)


def confusion(sample: Sample, extraction: Extraction) -> Counter[tuple[str, str]]:
    given = {bare(d.text): d.label for d in extraction.dropped}
    return Counter((b["class"], given.get(bare(b["text"]), "kept")) for b in sample.boilerplate)


def report_samples(samples: Sequence[Sample], encoder: Encoder | None) -> None:
    found: list[str] = []
    gold: list[str] = []
    titles: list[str] = []
    found_points: list[str] = []
    gold_points: list[str] = []
    noise = total = 0
    classes: Counter[tuple[str, str]] = Counter()
    for sample in samples:
        extraction = extract(document(sample.text), encoder=encoder)
        mark = f"{sample.name}:"
        sentences = found_sentences(extraction)
        found += [mark + s for s in keyed(sentences)]
        gold += [mark + s for s in keyed(sample.sentences)]
        n, of = let_through(sample, extraction)
        noise, total = noise + n, total + of
        classes += confusion(sample, extraction)
        want = [bare(a["title"]) for a in sample.articles]
        have = [bare(a.title) for a in extraction.articles]
        titles.append(f"{sample.name} {'exact' if want == have else f'{have} ≠ {want}'}")
        have_points = [[mark + bare(k) for k in a.key_points] for a in extraction.articles]
        want_points = [[mark + bare(k) for k in a["lead_bullets"]] for a in sample.articles]
        found_points += keyed(have_points)
        gold_points += keyed(want_points)
    print(f"  body sentences    {scores(found, gold)}")
    print(f"  key points        {scores(found_points, gold_points)}")
    print(f"  boilerplate       {noise} of {total} output sentences ({noise / total:.2%})")
    print(f"  titles and order  {', '.join(titles)}")
    for (want, have), n in sorted(classes.items()):
        print(f"  {want:>12} → {have:<12} {n}")


def read_articles(shared: Path) -> list[tuple[str, list[str]]]:
    """Title and paragraphs of two sentences, without lists of sources."""
    with lzma.open(shared / "articles" / "wikinews_ja.jsonl.xz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    articles = []
    for row in rows:
        lines = [line for line in row["text"].split("\n") if 30 <= len(line) <= 250]
        lines = [line for line in lines if line.endswith("。") and not _SOURCE_LINE.match(line)]
        if 5 <= len(lines) <= 20 and 12 <= len(row["title"]) <= 45:
            paragraphs = ["".join(lines[i : i + 2]) for i in range(0, len(lines), 2)]
            articles.append((row["title"], paragraphs))
    return articles


def report_boundaries(
    articles: Sequence[tuple[str, list[str]]], encoder: Encoder | None, *, headlines: bool
) -> None:
    """Starts of articles found in dumps of six whose paragraphs are all set apart alike."""
    generator = random.Random(SEED)
    found: list[str] = []
    gold: list[str] = []
    for dump in range(N_DUMPS):
        chosen = generator.sample(articles, ARTICLES_PER_DUMP)
        lines = [line for title, body in chosen for line in ([title] * headlines + body)]
        extraction = extract(document("\n\n".join(lines)), encoder=encoder)
        gold += [f"{dump}|{bare(body[0])}" for _, body in chosen]
        found += [f"{dump}|{bare(a.paragraphs[0])}" for a in extraction.articles]
    kind = "with headlines" if headlines else "without headlines"
    print(f"  starts, {kind:<18} {scores(found, gold)}")


def report_speed(samples: Sequence[Sample], encoder: Encoder | None) -> None:
    import trafilatura

    pages = [as_html(sample.text) for sample in samples] * 5
    size = sum(len(page.encode()) for page in pages) / 1e6
    ours = cpu_s(lambda page: extract(document(page, "text/html"), encoder=encoder), pages)
    plain = cpu_s(lambda page: trafilatura.extract(page), pages)
    dumps = [sample.text for sample in samples] * 5
    text_size = sum(len(text.encode()) for text in dumps) / 1e6
    text_s = cpu_s(lambda text: extract(document(text), encoder=encoder), dumps)
    print(f"  dumps             {text_s / text_size:.2f} CPU s/MB")
    print(f"  simple HTML       {ours / size:.2f} CPU s/MB; trafilatura {plain / size:.2f}")
    print(f"  ratio             {ours / plain:.2f} times trafilatura's plain extraction")


def as_html(text: str) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.splitlines() if line.strip())
    return f"<!DOCTYPE html><html lang='ja'><body><article>{lines}</article></body></html>"


def cpu_s(work: Any, pages: Sequence[str]) -> float:
    work(pages[0])
    start = time.process_time()
    for page in pages:
        work(page)
    return time.process_time() - start


def main() -> None:
    checkout = Path(__file__).resolve().parents[1]
    shared = os.environ.get("KAWARABAN_SHARED", str(checkout.parent / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--encoder", type=Path, default=checkout / "models" / "sentence-encoder")
    parser.add_argument("--no-encoder", action="store_true")
    options = parser.parse_args()
    encoders: list[tuple[str, Encoder | None]] = [("without encoder", None)]
    if not options.no_encoder and (options.encoder / "manifest.json").exists():
        from kawaraban.embedding import OnnxEncoder

        loaded = OnnxEncoder(options.encoder)
        encoders.append((f"with encoder {loaded.model}", loaded))
    samples, articles = read_samples(options.shared), read_articles(options.shared)
    for name, encoder in encoders:
        print(name)
        report_samples(samples, encoder)
        report_boundaries(articles, encoder, headlines=True)
        report_boundaries(articles, encoder, headlines=False)
        report_speed(samples, encoder)


if __name__ == "__main__":
    main()
