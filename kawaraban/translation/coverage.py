"""Whether the English has room for all of the Japanese, and which part of it may be missing.

Two signs. The length: Japanese lets the English length be foreseen, by kind of character. And the
meaning: if the Japanese comes nearer to the English when a stretch of it is left out, the English
does not say that stretch.

    >>> round(expected_chars("政府は対策を急ぐ方針だ。"))
    42
    >>> round(length_score("政府は対策を急ぐ方針だ。", "The government is to hurry measures."), 1)
    -0.6

Input:  a sentence, its English, an encoder.
Output: numbers, which `checks.Limits` bounds. Both were fitted to true translations and to the same
        with a stretch of words left out (benchmarks/corruptions.py says how well they part them).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kawaraban.pipeline import Encoder

# English characters for each Japanese one, by least squares over 30,000 pairs of news.
_KINDS = (
    (re.compile(r"[㐀-鿿々]"), 4.2),
    (re.compile(r"[ぁ-ん]"), 2.0),
    (re.compile(r"[ァ-ヺー]"), 1.4),
    (re.compile(r"[0-9０-９A-Za-zＡ-Ｚａ-ｚ.,]"), 0.9),
)
_OTHER_CHARS, _BASE_CHARS = 1.9, 3.1
_SPREAD = 1.7  # standard deviation of the log ratio, times the root of the expected length

_PLACE = re.compile(r"(?<=[、。」])|(?<=[はがをにで])(?=[^ぁ-ん、。」])")
_MIN_PART_CHARS = 5
_MAX_PARTS = 8
_LEAST_SHARE, _MOST_SHARE = 0.15, 0.7  # of the sentence that a stretch may take


@dataclass(frozen=True, slots=True)
class Meaning:
    """How near two sentences are (cosine), and how much nearer without `part`."""

    similarity: float
    gain: float = 0.0
    part: str = ""


def expected_chars(ja: str) -> float:
    """How long the English of a sentence usually is."""
    text = re.sub(r"\s", "", ja)
    counts = [(len(pattern.findall(text)), chars) for pattern, chars in _KINDS]
    other = len(text) - sum(count for count, _ in counts)
    return _BASE_CHARS + _OTHER_CHARS * other + sum(count * chars for count, chars in counts)


def length_score(ja: str, en: str) -> float:
    """Standard deviations by which the English is longer (above 0) or shorter than usual."""
    expected = expected_chars(ja)
    length = max(1, len(re.sub(r"\s+", " ", en.strip())))
    return math.log(length / expected) * math.sqrt(expected) / _SPREAD


def missing_score(length: float, meaning: Meaning) -> float:
    """Log odds, up to a constant, that a stretch is missing: a logistic regression's."""
    return -0.5 - 1.5 * length + 14.7 * meaning.gain - 4.7 * meaning.similarity


def leave_outs(ja: str) -> list[tuple[str, str]]:
    """(the rest, the stretch left out) for stretches between pauses and particles."""
    parts = _parts(ja)
    found = []
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            stretch = "".join(parts[first:last])
            if _LEAST_SHARE <= len(stretch) / len(ja) <= _MOST_SHARE:
                found.append(("".join(parts[:first] + parts[last:]), stretch))
    return found


def _parts(ja: str) -> list[str]:
    least = max(_MIN_PART_CHARS, len(ja) / _MAX_PARTS)
    parts: list[str] = []
    for part in filter(None, _PLACE.split(ja)):
        if parts and len(parts[-1]) < least:
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def meanings(encoder: Encoder, pairs: Sequence[tuple[str, str]]) -> list[Meaning]:
    """One for each pair (Japanese, English), from one call of the encoder."""
    outs = {ja: leave_outs(ja) for ja, _ in pairs}
    texts = [text for pair in pairs for text in pair]
    texts += [rest for found in outs.values() for rest, _ in found]
    unique = list(dict.fromkeys(texts))
    vectors = dict(zip(unique, encoder.embed(unique), strict=True))
    result = []
    for ja, en in pairs:
        near = float(vectors[ja] @ vectors[en])
        gains = [(float(vectors[rest] @ vectors[en]) - near, part) for rest, part in outs[ja]]
        result.append(Meaning(near, *max(gains, default=(0.0, ""))))
    return result
