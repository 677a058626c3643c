"""Articles that say the same: verbatim copies, light edits, rewrites.

In: articles in reading order. Out: the same articles, `duplicate_of` set to the id of the first of
its kind. Character 3-grams and MinHash find candidates, the exact overlap decides; with an encoder,
rewrites too. An update with new figures is no duplicate: 「3人けが」 is not 「12人けが」.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from datasketch import MinHash, MinHashLSH

from kawaraban.pipeline import Encoder
from kawaraban.types import Article

N_PERMUTATIONS = 64
BANDS = (21, 3)  # bands and rows of the look-up: a pair of Jaccard 0.4 is found with 0.75
CANDIDATE_JACCARD = 0.4
NEAR_JACCARD = 0.7  # shared 3-grams of all: at least this for a near copy
NEAR_CONTAINMENT = 0.85  # shared 3-grams of the shorter: a cut copy of the longer
REWRITE_SIMILARITY = 0.92  # cosine of mean sentence vectors
REWRITE_CONTAINMENT = 0.3
SAME_FIGURES = 0.8  # figures of the shorter that the longer has too
_MAX_CHARS = 20_000
_MIN_CHARS = 40


@dataclass(frozen=True, slots=True)
class _Print:
    grams: frozenset[int]
    figures: frozenset[str]
    exact: str
    minhash: MinHash


def article_id(title: str, paragraphs: Sequence[str]) -> str:
    """16 hex digits of the SHA-256 of title and text; the same on every machine."""
    text = title + "\n" + "\n".join(paragraphs)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def link_duplicates(
    articles: Sequence[Article], *, encoder: Encoder | None = None
) -> list[Article]:
    """Same order; a copy points to the first article that says the same.

    A verbatim copy under the same title has the same id as the first: `duplicate_of` is its own.
    """
    prints = [_print(article) for article in articles]
    vectors = _vectors(articles, encoder) if encoder is not None and len(articles) > 1 else None
    index = MinHashLSH(num_perm=N_PERMUTATIONS, params=BANDS)
    linked: list[Article] = []
    for i, article in enumerate(articles):
        near = sorted(int(key) for key in index.query(prints[i].minhash))
        if vectors is not None:
            close = np.flatnonzero(vectors[:i] @ vectors[i] >= REWRITE_SIMILARITY)
            near = sorted({*near, *map(int, close)})
        first = next((k for k in near if _same(prints[k], prints[i], _cosine(vectors, k, i))), None)
        if first is None:
            index.insert(str(i), prints[i].minhash)
            linked.append(article)
        else:
            root = linked[first]
            linked.append(replace(article, duplicate_of=root.duplicate_of or root.id))
    return linked


def _print(article: Article) -> _Print:
    text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", article.text[:_MAX_CHARS]))
    data = text.encode("utf-32-le", "surrogatepass")
    grams = frozenset(hash_gram(data[i : i + 12]) for i in range(0, max(len(data) - 8, 4), 4))
    minhash = MinHash(num_perm=N_PERMUTATIONS, hashfunc=_identity)
    minhash.update_batch(sorted(grams))
    return _Print(grams, frozenset(_figures(article.text[:_MAX_CHARS])), text, minhash)


def hash_gram(gram: bytes) -> int:
    """32 bits of a 3-gram, the same in every process."""
    return int.from_bytes(hashlib.blake2b(gram, digest_size=4).digest(), "little")


def _identity(value: int) -> int:
    return value


def _figures(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)*", unicodedata.normalize("NFKC", text))


def _same(a: _Print, b: _Print, similarity: float) -> bool:
    if a.exact == b.exact:
        return True
    shorter, longer = sorted((a, b), key=lambda p: len(p.grams))
    n_shared = len(shorter.grams & longer.grams)
    if not shorter.grams or len(shorter.exact) < _MIN_CHARS or not _same_figures(a, b):
        return False
    containment = n_shared / len(shorter.grams)
    jaccard = n_shared / (len(a.grams) + len(b.grams) - n_shared)
    copy = jaccard >= NEAR_JACCARD or (
        containment >= NEAR_CONTAINMENT and jaccard >= CANDIDATE_JACCARD
    )
    return copy or (similarity >= REWRITE_SIMILARITY and containment >= REWRITE_CONTAINMENT)


def _same_figures(a: _Print, b: _Print) -> bool:
    """Neither side has figures of its own, beyond what shortening explains."""
    if not a.figures or not b.figures:
        return True
    shorter, longer = sorted((a.figures, b.figures), key=len)
    return len(shorter & longer) >= SAME_FIGURES * len(shorter)


def _vectors(articles: Sequence[Article], encoder: Encoder) -> np.ndarray:
    """float32, shape (n_articles, dim), unit rows: the mean of title and first paragraphs."""
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    for article in articles:
        parts = [article.title, *(p[:300] for p in article.paragraphs[:4])]
        spans.append((len(texts), len(texts) + len(parts)))
        texts.extend(parts)
    embedded = encoder.embed(texts)
    means = np.stack([embedded[a:b].mean(axis=0) for a, b in spans])
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.maximum(norms, 1e-9), dtype=np.float32)


def _cosine(vectors: np.ndarray | None, a: int, b: int) -> float:
    return 0.0 if vectors is None else float(vectors[a] @ vectors[b])
