"""Encoder stage 2: clean pairs and articles → piece ids, ready to be drawn in batches.

Input:  `WORK/clean/NAME.tsv`; `SHARED/articles/wikinews_ja.jsonl.xz`; the encoder's vocabulary.
Output: `WORK/encoder/DOMAIN.npz` (ja and en pieces of every pair), `WORK/encoder/articles.npz`
        (pieces of headline and sentences of every training article).

An article's tail of sources is cut, and a sentence that shares a long n-gram with an evaluation set
or a sample is left out. One article in ten is kept for validation, chosen by a hash of its id.

    『読売新聞『米イリノイ州の大学で銃乱射』。』 → a source line: this and all after it goes
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kawaraban.embedding import prepare
from models.recipe import encoder_tokenizer
from models.recipe.clean import forbidden_ngrams, ngrams, normalize_ja
from models.recipe.files import Pair, read_pairs

Ids = NDArray[np.integer[Any]]
_SOURCE_LINE = re.compile(r"』。?$|^[^、。]{2,40}、\d{4}年\d{1,2}月\d{1,2}日")


@dataclass(frozen=True)
class Texts:
    """Many short id sequences in one row: sequence i is flat[starts[i]:starts[i + 1]]."""

    flat: Ids
    starts: Ids

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> Ids:
        return self.flat[self.starts[index] : self.starts[index + 1]]

    @property
    def lengths(self) -> Ids:
        return np.diff(self.starts)


@dataclass(frozen=True)
class Article:
    headline: str
    sentences: tuple[str, ...]


def texts(pieces: Iterable[list[int]], max_tokens: int) -> Texts:
    cut = [ids[:max_tokens] or [1] for ids in pieces]
    starts = np.concatenate([[0], np.cumsum([len(ids) for ids in cut])]).astype(np.int64)
    return Texts(np.array([i for ids in cut for i in ids], dtype=np.uint16), starts)


def save(path: Path, **named: Texts) -> None:
    arrays: dict[str, Any] = {f"{name}_flat": item.flat for name, item in named.items()}
    arrays |= {f"{name}_starts": item.starts for name, item in named.items()}
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **arrays)
    partial.replace(path)


def load(path: Path, name: str) -> Texts:
    with np.load(path) as arrays:
        return Texts(arrays[f"{name}_flat"], arrays[f"{name}_starts"])


def read_articles(path: Path) -> Iterator[tuple[bool, Article]]:
    """Every article with at least two sentences before its sources; True: for validation."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            sentences: list[str] = []
            for text in raw["text"].split("\n"):
                if _SOURCE_LINE.search(text):
                    break
                sentences.append(normalize_ja(text))
            kept = tuple(text for text in sentences if 8 <= len(text) <= 200)
            if len(kept) >= 2:
                digest = hashlib.sha256(raw["id"].encode()).digest()
                yield digest[0] % 10 == 0, Article(normalize_ja(raw["title"]), kept)


def training_articles(shared: Path, settings: dict[str, Any]) -> list[Article]:
    """Articles not kept for validation, without what overlaps the evaluation sets and samples."""
    size = settings["ja_ngram_chars"]
    forbidden, _ = forbidden_ngrams(shared, size, settings["en_ngram_words"])
    kept = []
    for validation, article in read_articles(shared / "articles" / "wikinews_ja.jsonl.xz"):
        clean = [
            text
            for text in article.sentences
            if forbidden.isdisjoint(ngrams(text, size, words=False))
        ]
        if not validation and len(clean) >= 2:
            kept.append(Article(article.headline, tuple(clean)))
    return kept


def encode_articles(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """`lines`: headline, then sentences, of all articles; `articles`: ordinal of the article."""
    target = work / "encoder" / "articles.npz"
    if target.exists():
        return
    tokenizer = encoder_tokenizer.load(work)
    articles = training_articles(shared, config["clean"])
    lines = [prepare(text) for item in articles for text in (item.headline, *item.sentences)]
    sizes = [1 + len(item.sentences) for item in articles]
    owners = texts(([i] * size for i, size in enumerate(sizes)), max(sizes, default=1))
    save(target, lines=texts(tokenizer.encode(lines), config["data"]["max_tokens"]), owners=owners)
    print(f"articles: {len(articles)}, lines: {len(lines)}", flush=True)


def chosen_pairs(work: Path, name: str, config: dict[str, Any]) -> list[Pair]:
    """The pairs of a domain that are trained on: all, or as many as `max_pairs` allows."""
    pairs = list(read_pairs(work / "clean" / f"{name}.tsv"))
    random.Random(1).shuffle(pairs)
    return pairs[: config["data"].get("max_pairs", {}).get(name)]


def encode_domain(work: Path, name: str, config: dict[str, Any]) -> None:
    target = work / "encoder" / f"{name}.npz"
    if target.exists():
        return
    tokenizer = encoder_tokenizer.load(work)
    max_tokens = config["data"]["max_tokens"]
    pairs = chosen_pairs(work, name, config)
    ja = texts(tokenizer.encode([prepare(ja) for ja, _, _ in pairs]), max_tokens)
    en = texts(tokenizer.encode([prepare(en) for _, en, _ in pairs]), max_tokens)
    save(target, ja=ja, en=en)
    print(
        f"{name}: {len(pairs)} pairs, mean pieces ja {ja.lengths.mean():.1f}, "
        f"en {en.lengths.mean():.1f}",
        flush=True,
    )


def run(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Encodes every domain and the articles; what exists is left alone."""
    encode_articles(shared, work, config)
    for name in config["domains"]:
        encode_domain(work, name, config)
