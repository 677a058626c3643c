"""What a site's robots.txt lets this program fetch, read as RFC 9309 says.

Input: the text of a robots.txt. Output: rules that answer `allows(path)`. The longest matching
rule wins, `Allow` wins a tie, `*` and a closing `$` are understood, and no rule means yes.

    rules = parse_robots("User-agent: *\\nDisallow: /private/", "kawaraban")
    rules.allows("/private/x.html")   # False
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

MAX_ROBOTS_BYTES = 500_000  # RFC 9309, 2.5: at least 500 KiB must be read
MAX_CRAWL_DELAY_S = 30.0

_UNRESERVED = "/?&=;:@!$'()*+,~-._%#[]"


@dataclass(frozen=True, slots=True)
class Rule:
    """One `Allow` or `Disallow` line."""

    allow: bool
    path: str


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that apply to this program."""

    rules: tuple[Rule, ...] = ()
    crawl_delay_s: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether the path (with query) may be fetched."""
        path = _normal(path)
        if path == "/robots.txt":
            return True
        best = max(
            ((len(rule.path), rule.allow) for rule in self.rules if _matches(rule.path, path)),
            default=(0, True),
        )
        return best[1]


@dataclass(slots=True)
class _Group:
    agents: set[str]
    rules: list[Rule]
    delay_s: float = 0.0


def parse_robots(text: str, product: str) -> Robots:
    """Rules of the groups that name `product`, or else of those that name `*`."""
    groups = _groups(text)
    product = product.lower()
    mine = [group for group in groups if product in group.agents]
    mine = mine or [group for group in groups if "*" in group.agents]
    rules = tuple(rule for group in mine for rule in group.rules)
    return Robots(rules, max((group.delay_s for group in mine), default=0.0))


def _groups(text: str) -> list[_Group]:
    groups: list[_Group] = []
    naming = False
    for key, value in _lines(text):
        if key == "user-agent":
            if not naming:
                groups.append(_Group(set(), []))
            groups[-1].agents.add(value.split("/")[0].strip().lower())
            naming = True
        elif groups and key in ("allow", "disallow"):
            naming = False
            if value:
                groups[-1].rules.append(Rule(key == "allow", _normal(value)))
        elif groups and key == "crawl-delay":
            naming = False
            groups[-1].delay_s = _delay(value)
    return groups


def _lines(text: str) -> list[tuple[str, str]]:
    pairs = []
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            pairs.append((key.strip().lower(), value.strip()))
    return pairs


def _delay(value: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value):
        return 0.0
    return min(float(value), MAX_CRAWL_DELAY_S)


def _normal(path: str) -> str:
    """One spelling for each path: `/ニュース` and `/%e3%83%8b…` are the same."""
    kept = re.sub(r"%(2F|3F|25|2A|24)", lambda match: f"%25{match[1].upper()}", path, flags=re.I)
    return quote(unquote(kept), safe=_UNRESERVED)


def _matches(pattern: str, path: str) -> bool:
    """Greedy left-to-right match of `*` pieces: linear, so no pattern can stall the run."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for n, piece in enumerate(rest, start=1):
        if anchored and n == len(rest):
            return len(path) - at >= len(piece) and path.endswith(piece)
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not anchored or at == len(path)
