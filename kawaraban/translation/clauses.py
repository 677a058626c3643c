"""Cuts a Japanese sentence that is too long for the translator at the best places it has.

Input:  a sentence, a function that counts its pieces, the most pieces a part may have.
Output: parts; joined they give the sentence back.

    >>> split_clauses("雨が降り、風が吹いたため、試合は中止された。", len, max_pieces=12)
    ['雨が降り、', '風が吹いたため、', '試合は中止された。']

From best to worst: after 。 and after 、 outside of quotes, after a closing 」, after 、 inside of
quotes, after a connecting form (〜して市場は), after a particle (政府は新た), between any two
characters. Never inside a number (1兆2,345億円), a Latin or katakana word (NVIDIA, ドル) or an
inline annotation; a word or number longer than the limit is cut all the same, an annotation is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kawaraban.translation.annotation import MARK_CLOSE, MARK_OPEN

# A part far longer than this many characters a piece need not be counted to be known too long.
_MAX_CHARS_PER_PIECE = 16
_MARGIN = 0.15  # no cut in the first and last 15 % while there is another
_STOPS = "。．！？!?"
_PAUSES = "、，；;：:…―"
_ATTACHED = tuple("とがをのはにでもやへ")  # a particle stays with its quote: 「…」と述べ
_OPENERS, _CLOSERS = "「『（(【〈《", "」』）)】〉》"
_UNBROKEN = re.compile(
    r"(?:[0-9０-９][0-9０-９.,．，・/／:：%％〜～―-]* ?[兆億万千百十割分円ドル年月日時つ人個件]*)+"
    r"|[A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ0-9０-９.&'’_/@+-]*"
    r"|[ァ-ヺー]+"
    r"|[〇一二三四五六七八九十百千万億兆]{2,}"
)
_ANNOTATION = re.compile(f"{MARK_OPEN}[^{MARK_CLOSE}]*{MARK_CLOSE}")
_PARTICLE = re.compile(r"(?<=[はがをにのとへも])(?=[^ぁ-ん])")
_CONNECTIVE = re.compile(
    r"(?<=[てでがしばずり])(?=[一-鿿ァ-ヺ])|(?<=ため)|(?<=ので)|(?<=から)|(?<= )"
)


def split_clauses(text: str, count: Callable[[str], int], *, max_pieces: int) -> list[str]:
    """Parts of at most `max_pieces` pieces each, about equally long."""
    fits = len(text) <= max_pieces * _MAX_CHARS_PER_PIECE and count(text) <= max_pieces
    if fits or len(text) < 2:
        return [text]
    cut = _best_cut(text)
    if cut is None:
        return [text]
    parts = []
    for part in (text[:cut], text[cut:]):
        parts += split_clauses(part, count, max_pieces=max_pieces)
    return parts


def _best_cut(text: str) -> int | None:
    """Where to cut in two: the lowest sum of rank of the place and distance from the middle."""
    annotated = _inside(_ANNOTATION, text)
    unbroken = _inside(_UNBROKEN, text)
    ranks = _ranks(text)
    low, high = len(text) * _MARGIN, len(text) * (1 - _MARGIN)
    best: tuple[float, int] | None = None
    for cut in range(1, len(text)):
        if cut in annotated or text[cut] in _CLOSERS + _PAUSES + _STOPS:
            continue
        cost = ranks.get(cut, 1.0) + abs(2 * cut / len(text) - 1) / 2
        cost += 2.0 * (cut in unbroken) + 1.0 * (not low <= cut <= high)
        if best is None or cost < best[0]:
            best = (cost, cut)
    return best[1] if best else None


def _inside(pattern: re.Pattern[str], text: str) -> set[int]:
    """Cuts that would fall inside a match."""
    return {
        cut for match in pattern.finditer(text) for cut in range(match.start() + 1, match.end())
    }


def _ranks(text: str) -> dict[int, float]:
    """Cut → how bad it is, for the places that are better than any."""
    ranks = {match.start(): 0.8 for match in _PARTICLE.finditer(text)}
    ranks.update({match.start(): 0.6 for match in _CONNECTIVE.finditer(text)})
    ranks.update(_punctuation(text))
    return ranks


def _punctuation(text: str) -> Iterator[tuple[int, float]]:
    depth = 0
    for cut, char in enumerate(text, start=1):
        if char in _OPENERS:
            depth += 1
        elif char in _CLOSERS:
            depth = max(0, depth - 1)
            if text[cut : cut + 1] not in _ATTACHED:
                yield cut, 0.5 + 0.2 * (depth > 0)
        elif char in _STOPS:
            yield cut, 0.0 + 0.3 * (depth > 0)
        elif char in _PAUSES:
            yield cut, 0.1 + 0.3 * (depth > 0)
