"""The shape of a line of Japanese: is it a sentence, a headline, a row of figures?

In: one line of text. Out: booleans and small numbers that the rules and the assembly read.
`is_prose("日銀は31日、政策金利を据え置いた。")` is True, `is_prose("日銀、金利据え置き")` is False.
All functions look at a bounded part of a line, so a line of 10 MB costs what a page costs.
"""

from __future__ import annotations

import re
import unicodedata

EDGE_CHARS = 400  # how much of either end of a line the patterns may see

_CLOSERS = "」』）)】〉》”’\"'］]"
_SENTENCE_END = re.compile(rf"[。．！？!?][{re.escape(_CLOSERS)}]*$")
_FULL_STOP_END = re.compile(rf"[。．][{re.escape(_CLOSERS)}]*$")
_FINITE = re.compile(
    r"(?:ます|ました|ません|です|でした|だろう|でしょう|である|であった|だった|ている|ていた|"
    r"という|とした|と述べた|と語った|された|なった|となる|れる|できる|かった|ようだ|そうだ|"
    r"見通しだ|方針だ|考えだ|ためだ|していく|してきた|になる)$"
)
_QUOTED = re.compile(r"「[^「」]{0,300}」|『[^『』]{0,300}』")
_NUMBER = re.compile(
    r"[+\-−▲△▼±]?[¥$€£]?\d[\d,.]*(?:[:/]\d[\d.]*)*\s*"
    r"(?:%|％|円|銭|ドル|ユーロ|ポイント|pt|万|億|兆|件|人|倍|株|年|月|日|時|分|bp|高|安|位|千|百万)*"
)
_BLANK_CELL = re.compile(r"[-−―–—*＊※★☆◎○●△▲▼]{1,5}")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー々〆一-鿿㐀-䶿ｦ-ﾟ]|[\U00020000-\U0003ffff]")
_ORNAMENT = re.compile(r"^[\s　]*[■□◆◇●○◎▼▽▲△★☆►▶▷⇒→・•※◉▪▫＊*✓✔‣⁃–—\-]+[\s　]*(?=[^\d\s.])")
_TITLE_MARK = re.compile(r"^[\s　]*[■□◆◇●○◎▼▽★☆▶【＜<《]")
_BULLET = re.compile(r"^[\s　]*(?:[・•‣⁃▪▫✓✔►▷⇒○●\-＊*]\s*(?=[^\d\s\-*])|[①-⑳])")
_NUMBERED = re.compile(r"^[\s　]*(?:第?[\d０-９一二三四五六七八九十]{1,3}\s*[.．、)）:：位]|[①-⑳])")


def head(text: str) -> str:
    """The first characters of a line, where cue words stand."""
    return text[:EDGE_CHARS]


def tail(text: str) -> str:
    """The last characters of a line, where its form shows."""
    return text[-EDGE_CHARS:]


def ends_sentence(text: str) -> bool:
    """「据え置いた。」 and 「本当か？」 end; 「日銀、金利据え置き」 does not."""
    return bool(_SENTENCE_END.search(tail(text.rstrip())))


def ends_full_stop(text: str) -> bool:
    """Like `ends_sentence`, by 。 alone: 「日銀、利上げか？」 is still a headline."""
    return bool(_FULL_STOP_END.search(tail(text.rstrip())))


def ends_finite(text: str) -> bool:
    """A verb that closes a sentence although 。 is missing: 「金利を据え置いたという」."""
    return bool(_FINITE.search(tail(text.rstrip()).rstrip(_CLOSERS)))


def n_full_stops(text: str) -> int:
    """Sentence ends outside 「」: 「「はい。」と述べた。」 has one."""
    if len(text) > 20_000:
        return text.count("。")
    return _QUOTED.sub("", text).count("。")


def is_prose(text: str) -> bool:
    """A line that can stand in a body: 「株価は上昇した。」, or long text without its last 。."""
    stops = n_full_stops(text)
    if ends_full_stop(text):
        return len(text) >= 12 or stops >= 1
    if text.startswith(("「", "『")) and "。" in text and text.rstrip().endswith(("」", "』")):
        return True
    if len(text) >= 100 or stops >= 2 or (stops == 1 and len(text) >= 60):
        return True
    return len(text) >= 25 and (ends_finite(text) or (ends_sentence(text) and "、" in text[20:]))


def is_headline(text: str) -> bool:
    """A line that can be a title or key point: 「日銀、利上げ見送り 円安進む」."""
    return 2 <= len(text) <= 110 and not is_prose(text) and has_japanese(text)


def has_japanese(text: str) -> bool:
    """At least one kana or kanji."""
    return bool(_JAPANESE.search(text))


def japanese_share(text: str) -> float:
    """Share of kana and kanji among all characters that are not space, 0 to 1."""
    sample = text[:5_000]
    n_chars = sum(not c.isspace() for c in sample)
    return len(_JAPANESE.findall(sample)) / n_chars if n_chars else 0.0


def is_numeric_cell(text: str) -> bool:
    """One cell of a table: 「+0.31%」「21:30」「39,500円」「―」."""
    text = unicodedata.normalize("NFKC", text.strip().strip("()（）[]［］"))
    return len(text) <= 24 and bool(_NUMBER.fullmatch(text) or _BLANK_CELL.fullmatch(text))


def n_numeric_cells(text: str) -> int:
    """Figures that stand alone between spaces or tabs: 「日経平均 39,500 +120」 has two."""
    return sum(is_numeric_cell(cell) for cell in re.split(r"[\s　|｜]+", head(text)) if cell)


def strip_ornament(text: str) -> str:
    """「■日銀、利上げ見送り」 → 「日銀、利上げ見送り」: what a reader wants of a marked line."""
    return _ORNAMENT.sub("", text, count=1) if text[:1] in _ORNAMENT_FIRST else text


_ORNAMENT_FIRST = frozenset("■□◆◇●○◎▼▽▲△★☆►▶▷⇒→・•※◉▪▫＊*✓✔‣⁃–—- 　")


def title_mark(text: str) -> str:
    """The sign that sets a line apart as a title: 「■日銀…」 → 「■」, 「【日銀】…」 → 「【」."""
    found = _TITLE_MARK.match(text)
    return found.group().strip() if found else ""


def is_bullet(text: str) -> bool:
    """「・対中輸出協議への期待」, 「① 金利」."""
    return bool(_BULLET.match(text))


def is_numbered(text: str) -> bool:
    """「1. 日銀が利上げ見送り」, 「3位 …」."""
    return bool(_NUMBERED.match(text))


def is_open(text: str) -> bool:
    """A quotation or bracket is opened and not closed: 「『序章に過ぎない（is just」."""
    return any(
        text.count(opener) > text.count(closer) for opener, closer in ("「」", "『』", "（）", "()")
    )


def width_cells(text: str) -> int:
    """Columns on a terminal: a kanji takes two, a Latin letter one."""
    return sum(2 if unicodedata.east_asian_width(c) in "FWA" else 1 for c in text)


def joint(left: str, right: str) -> str:
    """What stands between two joined lines: a space between Latin words, else nothing."""
    latin = left[-1:].isascii() and right[:1].isascii() and not left.endswith("-")
    return " " if latin and left[-1:].strip() and right[:1].strip() else ""
