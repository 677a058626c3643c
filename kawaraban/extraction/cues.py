"""Words that give a block away: the table of cues.toml, and what disclaimers have in common.

In: the text of one block. Out: the first cue that matches, or None; its rule id goes into the drop
report. Example: 「無断転載を禁じます」 → `disclaimer.copyright`. To teach the program a new kind of
noise, add a cue with its example to cues.toml; the tests read the examples.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import cast

from kawaraban.types import BlockClass

MAX_CUE_CHARS = 600  # longer blocks are never decided by a single word


@dataclass(frozen=True, slots=True)
class Cue:
    """If one of `patterns` is found in a block of at most `max_chars`, it is of class `label`."""

    rule: str
    label: BlockClass
    max_chars: int
    patterns: tuple[re.Pattern[str], ...]
    example: str
    not_for: tuple[str, ...] = ()

    def matches(self, text: str) -> bool:
        """Is it short enough, and one of the patterns in it?"""
        return len(text) <= self.max_chars and any(p.search(text) for p in self.patterns)


@lru_cache(maxsize=1)
def load_cues() -> tuple[Cue, ...]:
    """The rows of cues.toml, in order."""
    table = tomllib.loads(resources.files(__package__).joinpath("cues.toml").read_text("utf-8"))
    words = {f"{{{name}}}": "|".join(parts) for name, parts in table["words"].items()}
    return tuple(
        Cue(
            rule=row["rule"],
            label=cast(BlockClass, row["rule"].split(".")[0]),
            max_chars=row["max_chars"],
            patterns=tuple(_compile(pattern, words) for pattern in row["patterns"]),
            example=row["example"],
            not_for=tuple(row.get("not_for", ())),
        )
        for row in table["cue"]
    )


def _compile(pattern: str, words: dict[str, str]) -> re.Pattern[str]:
    for name, alternatives in words.items():
        pattern = pattern.replace(name, alternatives)
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=4096)
def match_cue(text: str) -> Cue | None:
    """The first cue that fits."""
    if len(text) > MAX_CUE_CHARS:
        return None
    return next((cue for cue in load_cues() if cue.matches(text)), None)


_WEAK = re.compile(
    r"責任を?負(?:い(?:ません|かね)|う?もの(?:では|で)|わない)|保証する(?:もの|こと)|"
    r"勧誘(?:を|する)|投資(?:判断|の最終)|最終(?:的な)?(?:判断|決定)|ご?自身(?:の|で)|"
    r"情報(?:の)?提供(?:のみ)?を?目的|第三者(?:へ|に)|正確性|完全性|(?:損害|損失)(?:に|は|が|を)|予告なく|"
    r"転載|複製|再配信|信頼(?:できる|性)|お客(?:様|さま)|ご(?:了承|注意|留意|利用)ください|"
    r"元本(?:割れ|保証)|手数料(?:等|が)|目論見書|リスク(?:が|を)"
)
_STRONG = re.compile(
    r"勧誘を(?:目的|意図)(?:と)?(?:し(?:た|て)(?:もの)?(?:では|で|い)|する(?:もの)?(?:では|で))|"
    r"情報(?:の)?(?:ご)?提供(?:のみ)?を(?:唯一の)?目的(?:と|に)"
)
_NO_LIABILITY = re.compile(r"責任を負(?:い(?:ません|かねます)|うものではありません)")
_OWN_VOICE = re.compile(
    r"当社|弊社|当行|お客(?:様|さま)|皆(?:様|さま)|"
    r"[本当](?:資料|レポート|サイト|メール|記事|コンテンツ|情報|ページ|コラム|稿|誌|サービス)"
)


def is_disclaimer_prose(text: str) -> bool:
    """「本資料は情報提供を目的とし、当社は責任を負いません。」: several cues, close together."""
    sample = text[:2_000]
    kinds = {found[:3] for found in _WEAK.findall(sample)}
    if len(kinds) * 250 < len(sample):
        return False
    needed = 4
    if _NO_LIABILITY.search(sample) and _OWN_VOICE.search(sample):
        needed = 1
    elif _OWN_VOICE.search(sample) or _STRONG.search(sample):
        needed = 2
    return len(kinds) >= needed


def has_disclaimer_word(text: str) -> bool:
    """One weak cue: enough below a heading 「免責事項」."""
    return bool(_WEAK.search(text[:2_000]))
