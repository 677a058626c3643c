"""Figures of a Japanese sentence: `parse_ja(text)` → quantities in reading order.

    >>> [(q.surface, q.value, q.unit) for q in parse_ja("時価総額は約5兆ドル、3.2%安。")]
    [('約5兆ドル', '5000000000000', 'USD'), ('3.2%', '3.2', 'percent')]

Names that hold digits (H200, GPT-5, 5G, RTX Pro 6000D) and numerals inside words (三菱, 四国,
五輪, 十分) are not figures.
"""

from __future__ import annotations

import re

from kawaraban.translation.numerals.digits import ARABIC
from kawaraban.translation.numerals.ja_context import with_context
from kawaraban.translation.numerals.ja_dates import read_date
from kawaraban.translation.numerals.ja_numbers import (
    HALVES,
    UNIT,
    read_compound,
    read_fraction,
    read_half,
    read_number,
    read_signed,
    read_wari,
)
from kawaraban.translation.numerals.ja_text import KEPT, flatten, moved
from kawaraban.translation.numerals.quantity import Quantity
from kawaraban.translation.numerals.units import UNITS

_START = re.compile(
    r"\.(?=\d)|[0-9〇一二三四五六七八九十百千万数半過倍$¥€£令平昭大明午西紀正未早朝夕夜深]"
)
_LATIN_TAIL = re.compile(r"[A-Za-z](?:[-–.+]| )?$")
_WORDS = re.compile(
    r"過半数|大半|十分(?!の|間)|百度|四日市|五日市|八日市|廿日市|二日酔|三日月|二階(?=氏|派|俊"
    r"|元|幹)|六本木|八百長|八百屋|三条市|三本柱?松|"
    r"一人ひとり|一人一人|一つ一つ|万人(?=受け|の認|に)|百人一首|二人三脚|三角|一石二鳥"
    r"|十人十色|千人針|一部|一時|一度|"
    r"一本化|一種|一円(?=で|に|の)|一軒家|四条|五条(?!の)|二度と|三者|一丁目|六甲|四半期"
    r"|四半世紀|万一|千代|千葉|千島|千歳|"
    r"五島|九州|四国|三重|八戸|七夕|五輪|二十四節気|百貨|百合|十和田|十勝|八王子|三菱|三井|三越"
    r"|三星|一橋|一宮|億万|"
    r"五戸|三戸|十字|十両|\d{2,5}-\d{1,4}-\d{3,4}|(?<!\d)0\d{1,3}-\d{2,4}-\d{3,4}|三原|三田"
    r"|三木|三好|三浦|三島|三鷹|三沢|三陸|三次市|三権|五十嵐|五百旗|八丈|八幡|九十九里|二宮"
    r"|二本松|十日町|"
    r"二の丸|八代|三笠|三笠宮|六代目|七尾|七飯|一関|一連|一貫|一般|一方|一致|一層|一斉|一環"
    r"|一因|一段|一転|一定|一気|一覧"
    r"|一戸|一期一会|三役|百年河清|千差万別|四球|三塁|二塁|一塁|四年制|三振|九条(?=[、・]|駅|通り)"
)


def parse_ja(text: str) -> list[Quantity]:
    """All figures of `text`, in order, none overlapping."""
    kept = [m.start() for m in KEPT.finditer(text)]
    if len(kept) == len(text):
        return _parse(text)
    kept.append(len(text))
    return [moved(text, kept, q) for q in _parse("".join(text[i] for i in kept[:-1]))]


def _parse(text: str) -> list[Quantity]:
    flat = flatten(text)
    found: list[Quantity] = []
    pos = 0
    while (start := _START.search(flat, pos)) is not None:
        pos = start.start()
        if word := _WORDS.match(flat, pos):
            pos = word.end()
            continue
        quantity = _read_at(text, flat, pos)
        if quantity is None:
            pos = _skip(flat, pos)
            continue
        pos = quantity.end
        found.append(with_context(text, flat, quantity, floor=found[-1].end if found else 0))
    return found


def _skip(flat: str, pos: int) -> int:
    """Past the digits that were refused; a kanji numeral is refused one character at a time."""
    number = re.compile(ARABIC).match(flat, pos)
    return number.end() if number else pos + 1


def _read_at(text: str, flat: str, pos: int) -> Quantity | None:
    if flat[pos] in "$¥€£":
        return read_signed(text, flat, pos)
    if halves := HALVES.match(flat, pos):
        return read_half(text, halves)
    if _named(flat, pos):
        return None
    if (date := read_date(text, flat, pos)) is not None:
        return date
    return (
        read_compound(text, flat, pos)
        or read_fraction(text, flat, pos)
        or read_wari(text, flat, pos)
        or read_number(text, flat, pos)
    )


def _named(flat: str, pos: int) -> bool:
    """Digits that belong to a Latin name: H200, GPT-5, Claude 4, 5G, RTX Pro 6000D."""
    match = re.compile(ARABIC).match(flat, pos)
    if match is None:
        return False
    end = match.end()
    before, after = flat[max(0, pos - 24) : pos], flat[end:]
    unit = UNIT.match(flat, end)
    kind = UNITS[unit[1]][1] if unit else None
    latin_unit = unit is not None and re.fullmatch(r"[A-Za-z]+", unit[1]) is not None
    if latin_unit and unit and re.match(r"[A-Za-z0-9]", flat[unit.end() : unit.end() + 1]):
        kind, latin_unit = None, False
    if re.match(r"[A-Za-z]", after) and not latin_unit:
        return re.match(r"(?:trillion|billion|million|st|nd|rd|th|mn|bn|tn)\b|-", after) is None
    if re.match(r"-[A-Za-z]", after) and re.match(r"-(?:century|year|day|month)", after) is None:
        return True
    if re.match(r"[-–][0-9]", after) and re.search(r"[A-Za-z]$", before):
        return True
    if _LATIN_TAIL.search(before) is None or re.search(r"(?:\bM|No\.?|約|FY)$", before):
        return False
    if re.match(r" ?[万億兆千百]", after) or re.match(r"[月日年](?!目)", after):
        return False
    return kind not in ("amount", "rate", "times", "duration", "level") and not (
        unit is not None
        and unit[1] in ("人", "社", "カ国", "位", "件", "台", "歳", "票", "議席", "店", "店舗")
    )
