"""Sentence splitting: boundary F1 on the samples, seconds per MB, growth with the input.

    python benchmarks/segmentation.py --shared ../shared

Beside our rules stands a one-line regex (after 。！？ with no closing bracket behind), in the same
run on the same text; pysbd too where it is installed. A boundary is the number of characters,
white space not counted, before it in the article; the end of an article counts as one.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import lzma
import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from kawaraban.segmentation import split_sentences

SAMPLES = ("000", "002", "003")
Split = Callable[[str], list[str]]
_LOOKAROUND = re.compile(r"(?<=[。！？])(?![」』）)])|\n")
# Where the dump breaks a sentence: the next line goes on with it.
_WHOLE = re.compile(r"[。！？」』）)]\s*$")


def ours(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def lookaround(text: str) -> list[str]:
    return [part for part in _LOOKAROUND.split(text) if part.strip()]


def splitters() -> dict[str, Split]:
    found: dict[str, Split] = {"rules": ours, "regex lookaround": lookaround}
    if importlib.util.find_spec("pysbd"):
        import pysbd

        segmenter = pysbd.Segmenter(language="ja", clean=False)
        found["pysbd"] = lambda text: list(segmenter.segment(text))
    return found


def boundaries(sentences: Sequence[str]) -> set[int]:
    places: set[int] = set()
    n_chars = 0
    for sentence in sentences:
        n_chars += len("".join(sentence.split()))
        places.add(n_chars)
    return places


def load_gold(shared: Path) -> list[tuple[str, list[str]]]:
    """(text of the body, its sentences) of each article of the samples."""
    articles = []
    for name in SAMPLES:
        with (shared / "samples" / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        structure = json.loads((shared / "samples" / f"{name}.json").read_text(encoding="utf-8"))
        for number, article in enumerate(structure["articles"]):
            gold = [row[2] for row in rows if row[0] == str(number) and int(row[1]) >= 0]
            text = ""
            for paragraph in article["body"]:
                text += ("\n" if not text or _WHOLE.search(text) else " ") + paragraph
            if gold:
                articles.append((text.strip(), gold))
    return articles


def report_accuracy(articles: Sequence[tuple[str, list[str]]]) -> None:
    n_gold = sum(len(gold) for _, gold in articles)
    print(f"samples: {len(articles)} articles, {n_gold} sentences")
    for name, split in splitters().items():
        right = found = wanted = 0
        for text, gold in articles:
            mine, theirs = boundaries(split(text)), boundaries(gold)
            right += len(mine & theirs)
            found += len(mine)
            wanted += len(theirs)
        print(f"  {name:18} boundary F1 {2 * right / (found + wanted):.4f}")


def report_speed(text: str) -> None:
    """CPU seconds per MB; the best of three runs."""
    n_bytes = len(text.encode())
    print(f"speed: {n_bytes / 1e6:.2f} MB of news in {len(text)} characters, CPU seconds per MB")
    for name, split in splitters().items():
        part = text[:20_000] if name == "pysbd" else text
        seconds = min(_cpu_seconds(split, part) for _ in range(3))
        print(f"  {name:18} {seconds / len(part.encode()) * 1e6:.3f}")


def report_growth(text: str) -> None:
    """Seconds for ten times the input over seconds for the input: 10 is linear."""
    hard = {
        "news": text[:35_000],
        "news in one line": text[:35_000].replace("\n", ""),
        "unclosed brackets": "「円が（上がる。" * 4_000,
        "closed late": "（" * 15_000 + "。" + "）" * 15_000,
        "quote after quote": "「上がる。」" * 5_000,
        "full stops": "A. b " * 6_000,
        "marks": "円？ " * 10_000,
    }
    print("growth for ten times the input (10 is linear)")
    for name, part in hard.items():
        once = min(_cpu_seconds(ours, part) for _ in range(3))
        ten = min(_cpu_seconds(ours, part * 10) for _ in range(2))
        print(f"  {name:18} {ten / once:5.1f} x, {ten / len(part.encode()) * 1e5:.3f} s per MB")


def _cpu_seconds(split: Split, text: str) -> float:
    start = time.process_time()
    split(text)
    return time.process_time() - start


def load_news(shared: Path, n_chars: int) -> str:
    parts: list[str] = []
    with lzma.open(shared / "articles" / "wikinews_ja.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            parts.append(json.loads(line)["text"].replace("\n", ""))
            if sum(map(len, parts)) >= n_chars:
                break
    return "\n".join(parts)


def main() -> None:
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    default = os.environ.get("KAWARABAN_SHARED", str(root.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(default))
    options = parser.parse_args()
    report_accuracy(load_gold(options.shared))
    news = load_news(options.shared, 380_000)
    report_speed(news)
    report_growth(news)


if __name__ == "__main__":
    main()
