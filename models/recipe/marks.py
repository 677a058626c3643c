"""Small changes of a pair that are right by construction: names, list marks, missing full stops.

Input:  a pair, a random generator. Output: the changed pair, or None where nothing can be changed.

    DeepSeekが発表 / DeepSeek said  →  Qwen-VLが発表 / Qwen-VL said
    日銀が利上げ。 / The BOJ raised rates.  →  ・日銀が利上げ / • The BOJ raised rates
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterable, Sequence

from kawaraban.translation.latin import latin_names

_LIST_MARKS = {"・": "• ", "●": "• ", "■": "• ", "◆": "• "} | {
    chr(ord("①") + n): f"({n + 1}) " for n in range(9)
}
_STARTS = [
    *"bcdfghjklmnprstvwxyz",
    "qu",
    "br",
    "ch",
    "cl",
    "dr",
    "fl",
    "kr",
    "pl",
    "sh",
    "st",
    "tr",
]
_ENDS = ["", "", "n", "r", "s", "x", "k", "l", "tech", "soft", "AI"]


def names_of(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Names in Latin letters that stand on both sides of some pair, sorted."""
    found = set()
    for ja, en in pairs:
        found |= {ja[start:end] for start, end in latin_names(ja) if ja[start:end] in en}
    return sorted(found)


def made_up(rng: random.Random) -> str:
    """A name that no one has: Velnoka, TR-480, Sirqo 3. Only copying gets it right."""
    if rng.random() < 0.3:
        letters = "".join(rng.choice(string.ascii_uppercase) for _ in range(rng.randint(1, 3)))
        return f"{letters}{rng.choice(['', '-'])}{rng.randrange(2, 9000)}"
    parts = [rng.choice(_STARTS) + rng.choice("aeiou") for _ in range(rng.randint(2, 3))]
    name = "".join(parts).capitalize() + rng.choice(_ENDS)
    return f"{name} {rng.randint(2, 9)}" if rng.random() < 0.15 else name


def swap_latin(
    ja: str, en: str, rng: random.Random, names: Sequence[str]
) -> tuple[str, str] | None:
    """Another name on both sides for one that the English has once, as the Japanese writes it."""
    choices = []
    for start, end in latin_names(ja):
        name = ja[start:end]
        whole = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
        places = [match.span() for match in re.finditer(whole, en)]
        if ja.count(name) == len(places) == 1:
            choices.append((name, places[0]))
    if not choices or not names:
        return None
    name, (begin, stop) = rng.choice(choices)
    other = made_up(rng) if rng.random() < 0.5 else rng.choice(names)
    if en[:begin].endswith(("a ", "an ", "A ", "An ")):
        return None
    return ja.replace(name, other), en[:begin] + other + en[stop:]


def as_list_item(ja: str, en: str, rng: random.Random) -> tuple[str, str]:
    """The pair with a mark of a list on both sides."""
    mark = rng.choice(list(_LIST_MARKS))
    return mark + ja, _LIST_MARKS[mark] + en


def without_stop(ja: str, en: str) -> tuple[str, str] | None:
    """The pair without its full stops, where both sides end with one."""
    return (ja[:-1], en[:-1]) if ja.endswith("。") and en.endswith(".") else None
