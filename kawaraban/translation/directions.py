"""A fall that reads as a rise: the figure is right and the sentence is wrong.

Input:  a sentence in both languages and the figures that were matched in them.
Output: a flag for each figure whose direction is turned round.

    28%減の3800億円 · "380 billion yen, up 28%" → a fall reads as a rise

Only words that stand at the figure decide: in Japanese right behind it (減, 下げ, 上昇, 高), in
English before and behind it up to the next figure. Where both directions stand, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kawaraban.types import Flag, NumberCheck

_NEAR_CHARS = 45  # English characters on each side of a figure
_FALL_JA = re.compile(
    r"^(?:の|も|ほど|程度|余り|超|強|弱|近く|以上){0,2}(?:減(?!税|速|災|額措置)|低下|下落|下げ|下回|減少|縮小|値下がり|マイナス)"
)
_RISE_JA = re.compile(
    r"^(?:の|も|ほど|程度|余り|超|強|弱|近く|以上){0,2}(?:増(?!税|資)|上昇|上げ|上回|増加|拡大|値上がり|伸び|プラス)"
)
_FALL_EN = re.compile(
    r"\b(?:down|f[ae]ll(?:s|en|ing)?|drop\w*|declin\w*|decreas\w*|lower\w*|reduc\w*|shr[aiu]nk\w*|"
    r"slid\w*|slump\w*|plung\w*|cut(?:s|ting)?|less(?! than)|fewer(?! than)|minus)\b",
    re.IGNORECASE,
)
_RISE_EN = re.compile(
    r"\b(?:up|rise\w*|rose|rising|increas\w*|grew|grow\w*|gain\w*|higher|climb\w*|jump\w*|surg\w*|"
    r"rais\w*|soar\w*|more(?! than)|expand\w*)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")


def check_directions(ja: str, en: str, numbers: Sequence[NumberCheck]) -> tuple[Flag, ...]:
    """One flag for each matched figure that falls in one language and rises in the other."""
    flags = []
    for number in numbers:
        if number.ja_span is None or number.en_span is None:
            continue
        said, read = _ja_direction(ja, number), _en_direction(en, number)
        if {said, read} == {"a fall", "a rise"}:
            reason = f"{number.ja} is {said} in the Japanese and reads as {read}"
            flags.append(Flag("number", reason))
    return tuple(flags)


def _ja_direction(ja: str, number: NumberCheck) -> str:
    assert number.ja_span is not None
    behind = ja[number.ja_span[1] :]
    if _FALL_JA.match(behind):
        return "a fall"
    return "a rise" if _RISE_JA.match(behind) else ""


def _en_direction(en: str, number: NumberCheck) -> str:
    assert number.en_span is not None
    start, end = number.en_span
    before = en[max(0, start - _NEAR_CHARS) : start]
    behind = en[end : end + _NEAR_CHARS]
    if cut := list(_FIGURE.finditer(before)):
        before = before[cut[-1].end() :]
    if cut_behind := _FIGURE.search(behind):
        behind = behind[: cut_behind.start()]
    near = f"{before} … {behind}"
    falls, rises = _FALL_EN.search(near), _RISE_EN.search(near)
    if bool(falls) == bool(rises):
        return ""
    return "a fall" if falls else "a rise"
