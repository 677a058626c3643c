"""Figures of a Japanese sentence: `parse_ja(text)` → quantities in reading order.

    >>> [(q.surface, q.value, q.unit) for q in parse_ja("時価総額は約5兆ドル、3.2%安。")]
    [('約5兆ドル', '5000000000000', 'USD'), ('3.2%', '3.2', 'percent')]

Names that hold digits (H200, GPT-5, 5G, RTX Pro 6000D) and numerals inside words (三菱, 四国,
五輪, 十分) are not figures.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from kawaraban.translation.numerals.digits import (
    ARABIC,
    NUMERAL,
    Numeral,
    exact,
    magnitude,
    read,
)
from kawaraban.translation.numerals.ja_dates import read_date
from kawaraban.translation.numerals.quantity import Kind, Quantity, plain
from kawaraban.translation.numerals.units import CURRENCIES, UNITS

_WIDE = {
    ord(wide): ord(narrow)
    for wide, narrow in zip("％．，＄￥：／－＋（）㍉", "%.,$¥:/-+()ミ", strict=True)
}
_WIDE |= {0xFF10 + i: 0x30 + i for i in range(10)}
_WIDE |= {0xFF21 + i: 0x41 + i for i in range(26)} | {0xFF41 + i: 0x61 + i for i in range(26)}
_WIDE |= {ord("憶"): ord("億"), ord("−"): ord("-"), ord("拾"): ord("十"), ord("　"): ord(" ")}
_CJK = r"[぀-ヿ一-龥％%第約]"
_KEPT = re.compile(rf"[^ \u3000]|[ \u3000](?![ \u3000]?(?:(?<=\d.){_CJK}|(?<={_CJK}.)\d))", re.S)
_POINT = re.compile(r"(?<=\d)・(?=\d{1,3}(?![月日世号期次年人\d]))")
_WHAT = re.compile(r"何(?=[十百千万億])")
_KA = re.compile(r"(?<=[0-9〇一二三四五六七八九十百千万数])(?: ?)[ヶケヵか箇個](?=[月国所村年条])")

_START = re.compile(
    r"\.(?=\d)|[0-9〇一二三四五六七八九十百千万数半過倍$¥€£令平昭大明午西正未早朝夕夜深]"
)
_NUM = re.compile(NUMERAL)
_UNIT = re.compile(" ?(" + "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True)) + ")")
_SIGN = re.compile(r"(?:[▲△]|マイナス|(?<![0-9A-Za-z%円年月日人〜~])-)$")
_PREFIX = re.compile(
    r"(?:約|およそ|おおよそ|概算|ほぼ|推定|ざっと|最大で|最大|最高で|最高|少なくとも|最低でも|最低|計)$"
)
_SUFFIX = re.compile(
    r"以上|以下|未満|以内|超|余り|あまり|余|前後|程度|ほど|近く|弱|強(?![いくさ化調豪])|足らず|くらい|ぐらい|を超|を上回|を下回"
)
_RANGE = re.compile(r" ?(?:[~〜～―–—‐・、-]|から|ないし|ー|または|または) ?")
_FRACTION = re.compile(rf"({NUMERAL}) ?分の ?({NUMERAL})")
_SLASHED = re.compile(r"(\d)/(\d{1,2})(?![\d/年月])")
_WARI = re.compile(rf"({ARABIC}|[一二三四五六七八九])割(?:({ARABIC}|[一二三四五六七八九])分)?(半)?")
_COMPOUND = re.compile(
    rf"(?:(?P<yen>{NUMERAL})円)?(?P<sen>\d{{1,2}}(?:\.\d+)?)銭"
    r"|(?P<min>\d{1,2})分(?P<sec>\d{1,2})秒(?P<frac>\d{1,3})?(?![\d間])|(?P<sec2>\d{1,2})秒(?P<frac2>\d{1,3})(?!\d)"
)
_HALVES = re.compile(
    r"半数|半分|半減|半額|半年間?|半世紀|半日|半月(?!板)|四半世紀|倍増|倍額|半期(?=に一度)"
)
_LATIN_TAIL = re.compile(r"[A-Za-z](?:[-–.+]| )?$")
_MONEY_SIGN = {"$": "USD", "¥": "JPY", "€": "EUR", "£": "GBP"}
_SIGNED = re.compile(
    rf"(?:(US|HK|NT|A|C|S|NZ) ?)?\\?([$¥€£]) ?({ARABIC}) ?(trillion|billion|million|tn|bn|mn|[兆億万]+)?",
    re.I,
)
_LATIN_SCALE = {
    "trillion": 10**12,
    "tn": 10**12,
    "billion": 10**9,
    "bn": 10**9,
    "million": 10**6,
    "mn": 10**6,
}
_KANJI_UNITS = frozenset(
    ["人", "名", "社", "件", "台", "基", "個", "枚", "冊", "回", "度", "機", "隻", "両", "頭", "匹", "羽", "株", "カ国", "カ所", "箇所", "つ", "年", "年間", "カ月", "カ月間", "週間", "日間", "時間", "倍", "割", "円", "ドル", "ユーロ", "%", "パーセント", "ポイント", "位", "番目", "回目", "度目", "人目", "年目", "日目", "つ目", "世紀", "周年", "歳", "代", "議席", "票", "点", "種類", "段階", "都市", "校", "店", "店舗", "団体", "組", "世帯", "戸", "棟", "軒", "室", "席", "品目", "項目", "者", "勝", "敗", "試合", "発", "号", "条", "項", "章", "次", "等", "級", "階級", "メートル", "キロ", "トン", "ヘクタール", "平方メートル", "平方キロメートル", "平方キロ", "語", "字", "本", "カ条", "か条", "自治体", "施設", "作品", "作", "部", "期", "期目", "代目", "冠", "チーム", "クラブ", "カ年", "人組", "つ星", "期連続", "カ国語", "社目", "件目"]
)  # fmt: skip
_WORDS = re.compile(
    r"過半数|大半|十分(?!の|間)|百度|四日市|五日市|八日市|廿日市|二日酔|三日月|二階(?=氏|派|俊|元|幹)|六本木|八百長|八百屋|三条市|三本柱?松|"
    r"一人ひとり|一人一人|一つ一つ|万人(?=受け|の認|に)|百人一首|二人三脚|三角|一石二鳥|十人十色|千人針|一部|一時|一度|"
    r"一本化|一種|一円(?=で|に|の)|一軒家|四条|五条(?!の)|二度と|三者|一丁目|六甲|四半期|四半世紀|万一|千代|千葉|千島|千歳|"
    r"五島|九州|四国|三重|八戸|七夕|五輪|二十四節気|百貨|百合|十和田|十勝|八王子|三菱|三井|三越|三星|一橋|一宮|億万|"
    r"五戸|三戸|十字|十両|\d{2,5}-\d{1,4}-\d{3,4}|(?<!\d)0\d{1,3}-\d{2,4}-\d{3,4}|三原|三田|三木|三好|三浦|三島|三鷹|三沢|三陸|三次市|三権|五十嵐|五百旗|八丈|八幡|九十九里|二宮|二本松|十日町|"
    r"二の丸|八代|三笠|三笠宮|六代目|七尾|七飯|一関|一連|一貫|一般|一方|一致|一層|一斉|一環|一因|一段|一転|一定|一気|一覧"
    r"|一戸|一期一会|三役|百年河清|千差万別|四球|三塁|二塁|一塁|四年制|三振"
)


# 2年生 (a sophomore), 8強 (the quarterfinals), 24時間のバス (around the clock), 3社 after a list
_LOOSE = re.compile(r"生(?![産命活き])|強(?!い|く|化)|日?制")


def parse_ja(text: str) -> list[Quantity]:
    """All figures of `text`, in order, none overlapping."""
    kept = [m.start() for m in _KEPT.finditer(text)]
    if len(kept) == len(text):
        return _parse(text)
    kept.append(len(text))
    return [_moved(text, kept, q) for q in _parse("".join(text[i] for i in kept[:-1]))]


def _moved(text: str, kept: list[int], quantity: Quantity) -> Quantity:
    start, end = kept[quantity.start], kept[quantity.end - 1] + 1
    return replace(quantity, start=start, end=end, surface=text[start:end])


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
        found.append(_with_context(text, flat, quantity, floor=found[-1].end if found else 0))
    return found


def flatten(text: str) -> str:
    """Full-width digits, letters and marks made ASCII, ヶ/ヵ/ケ/か made カ; same length."""
    text = _WHAT.sub("数", text)
    return _POINT.sub(".", _KA.sub(lambda m: m[0][:-1] + "カ", text.translate(_WIDE)))


def _skip(flat: str, pos: int) -> int:
    """Past the digits that were refused; a kanji numeral is refused one character at a time."""
    number = re.compile(ARABIC).match(flat, pos)
    return number.end() if number else pos + 1


def _read_at(text: str, flat: str, pos: int) -> Quantity | None:
    if flat[pos] in "$¥€£":
        return _read_signed(text, flat, pos)
    if halves := _HALVES.match(flat, pos):
        return _read_half(text, halves)
    if _named(flat, pos):
        return None
    if (date := read_date(text, flat, pos)) is not None:
        return date
    return (
        _read_compound(text, flat, pos)
        or _read_fraction(text, flat, pos)
        or _read_wari(text, flat, pos)
        or _read_number(text, flat, pos)
    )


def _named(flat: str, pos: int) -> bool:
    """Digits that belong to a Latin name: H200, GPT-5, Claude 4, 5G, RTX Pro 6000D."""
    match = re.compile(ARABIC).match(flat, pos)
    if match is None:
        return False
    end = match.end()
    before, after = flat[max(0, pos - 24) : pos], flat[end:]
    unit = _UNIT.match(flat, end)
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


def _read_signed(text: str, flat: str, pos: int) -> Quantity | None:
    back = re.search(r"(?:US|HK|NT|A|C|S|NZ)?\\?$", flat[:pos])
    start = back.start() if back else pos
    match = _SIGNED.match(flat, start)
    if match is None:
        return None
    number = Decimal(match[3].replace(",", ""))
    scale = (match[4] or "").lower()
    if scale:
        number *= _LATIN_SCALE.get(scale) or (read("1" + scale) or exact(Decimal(1))).low
    unit = {"HK": "HKD", "NT": "TWD", "A": "AUD", "C": "CAD", "S": "SGD", "NZ": "NZD"}.get(
        match[1] or "", _MONEY_SIGN[match[2]]
    )
    end = match.end() - (len(match[0]) - len(match[0].rstrip()))
    return Quantity(text[start:end], start, end, plain(number), number, number, unit, "amount")


def _read_half(text: str, match: re.Match[str]) -> Quantity:
    number, unit, kind = {
        "半年": ("0.5", "year", "duration"), "半年間": ("0.5", "year", "duration"),
        "半世紀": ("50", "year", "duration"), "四半世紀": ("25", "year", "duration"),
        "半日": ("0.5", "day", "duration"), "半月": ("0.5", "month", "duration"),
        "倍増": ("2", "times", "times"), "倍額": ("2", "times", "times"),
    }.get(match[0], ("0.5", "fraction", "fraction"))  # fmt: skip
    value = Decimal(number)
    return Quantity(
        match[0], match.start(), match.end(), number, value, value, unit, _kind(kind),
        approximate=match[0] in ("倍増", "半減"), weak=match[0] in ("半分", "倍増", "半日", "半期"),
    )  # fmt: skip


def _kind(name: str) -> Kind:
    return name  # type: ignore[return-value]


def _read_compound(text: str, flat: str, pos: int) -> Quantity | None:
    """164円80銭 → 164.8, 30銭 → 0.3, 10秒15 → 10.15, 2分34秒17 → 154.17 seconds."""
    match = _COMPOUND.match(flat, pos)
    if match is None:
        return None
    if match["sen"]:
        whole = read(match["yen"]) if match["yen"] else exact(Decimal(0))
        number = (whole or exact(Decimal(0))).low + Decimal(match["sen"]) / 100
        unit, kind = "JPY", "amount"
    else:
        seconds = f"{match['sec'] or match['sec2']}.{match['frac'] or match['frac2'] or 0}"
        number = Decimal(match["min"] or 0) * 60 + Decimal(seconds)
        unit, kind = "second", "duration"
    value = plain(number)
    return Quantity(
        text[pos : match.end()], pos, match.end(), value, number, number, unit, _kind(kind)
    )


def _read_fraction(text: str, flat: str, pos: int) -> Quantity | None:
    slashed = _SLASHED.match(flat, pos)
    match = slashed or _FRACTION.match(flat, pos)
    if match is None:
        return None
    below, above = (
        (read(match[1]), read(match[2])) if slashed is None else (read(match[2]), read(match[1]))
    )
    if below is None or above is None or not below.low:
        return None
    number = (above.low / below.low).quantize(Decimal("1.000000")).normalize()
    vague = above.vague or below.vague
    return Quantity(
        text[pos : match.end()], pos, match.end(), plain(number), number, number, "fraction", "fraction",
        weak=vague or slashed is not None,
    )  # fmt: skip


def _read_wari(text: str, flat: str, pos: int) -> Quantity | None:
    match = _WARI.match(flat, pos)
    if match is None or (first := read(match[1])) is None:
        return None
    number = first.low * 10
    if match[2] and (second := read(match[2])) is not None:
        number += second.low
    if match[3]:
        number += 5
    end = match.end()
    if tail := _RANGE.match(flat, end):
        other = _WARI.match(flat, tail.end())
        if other is not None and tail[0].strip() in "〜~～―–—-":
            high = (read(other[1]) or first).low * 10
            value = f"{plain(number)}..{plain(high)}"
            return Quantity(
                text[pos : other.end()], pos, other.end(), value, number, high, "percent", "rate"
            )
    return Quantity(text[pos:end], pos, end, plain(number), number, number, "percent", "rate")


def _read_number(text: str, flat: str, pos: int) -> Quantity | None:
    match = _NUM.match(flat, pos)
    if match is None:
        return None
    token = match[0]
    if (
        re.match(r"数(?![十百千万億])", token)
        and re.search(r"[一-龥々]$", flat[:pos])
        and not re.search(r"[約計間後前十百千約上下内今月日中近直更]$", flat[:pos])
    ):
        return None
    first = read(token)
    if first is None:
        return None
    ranged = _read_range(flat, match, first)
    low, high, end = ranged if ranged else (first, None, match.end())
    unit_match = _UNIT.match(flat, end)
    if high is None and ranged is None:
        unit_match = _UNIT.match(flat, match.end())
    return _assemble(text, flat, pos, end, low, high, unit_match)


def _read_range(
    flat: str, match: re.Match[str], first: Numeral
) -> tuple[Numeral, Numeral, int] | None:
    """2〜3年, 11―19%, 10%〜20%, 2、3倍, 500〜1000万円."""
    end = match.end()
    unit = _UNIT.match(flat, end)
    joint = _RANGE.match(flat, end)
    if joint is None and unit is not None:
        joint = _RANGE.match(flat, unit.end())
        if joint is None or joint[0].strip() not in tuple("~〜～―–—"):
            return None
    if joint is None:
        return None
    second_match = _NUM.match(flat, joint.end())
    second = read(second_match[0]) if second_match else None
    if second is None or second_match is None or second.vague or first.vague:
        return None
    mark = joint[0].strip()
    second_unit = _UNIT.match(flat, second_match.end())
    if (
        unit is not None
        and joint.start() >= unit.end()
        and (second_unit is None or second_unit[1] != unit[1])
    ):
        return None
    if mark in ("、", "・") and not (
        second_unit
        and second.low - first.low == 1
        and (first.low < 10 or second_unit[1] == "日")
        and match[0].isdigit() == second_match[0].isdigit()
    ):
        return None
    if mark in ("-", "ー", "・", "または") and second_unit is None:
        return None
    lent = magnitude(second_match[0])
    if magnitude(match[0]) == 1 and lent > 1 and first.low * 1 < second.low and first.low < 10000:
        first = exact(first.low * lent)
    if first.low >= second.low:
        return None
    return first, second, second_match.end()


def _assemble(
    text: str, flat: str, pos: int, end: int, low: Numeral, high: Numeral | None,
    unit_match: re.Match[str] | None,
) -> Quantity | None:  # fmt: skip
    token = flat[pos:end]
    word = unit_match[1] if unit_match else ""
    if (
        unit_match
        and re.fullmatch(r"[A-Za-z]+", word)
        and re.match(r"[A-Za-z0-9]", flat[unit_match.end() :])
    ):
        word = ""
    if not re.search(r"\d", token) and not _kanji_figure(flat, pos, end, word):
        return None
    unit, kind = UNITS.get(word, ("", "number"))
    if word and unit_match:
        end = unit_match.end()
    lower, upper = low.low, (high.high if high else low.high)
    value = f"{plain(lower)}..{plain(high.low)}" if high else low.value
    if flat[pos - 1 : pos] == "第" and kind != "quarter":
        unit, kind, pos = "ordinal", "ordinal", pos - 1
    quantity = Quantity(text[pos:end], pos, end, value, lower, upper, unit, kind)
    quantity = _with_tail(text, flat, quantity, low)
    return replace(quantity, weak=quantity.weak or _is_weak(quantity, token))


def _kanji_figure(flat: str, pos: int, end: int, word: str) -> bool:
    """一二三 count as figures before a unit, or when long enough to be nothing else."""
    token = flat[pos:end]
    if re.match(r"数[十百千万億]", token) or (
        token == "数" and word and word not in ("字", "次", "代")
    ):
        return True
    if token[-1:] in "万億兆" and len(token) > 1 and token[0] not in "万億兆":
        return True
    if len(token) >= 3 and re.search(r"[十百千]", token):
        return True
    if flat[pos - 1 : pos] == "第":
        return True
    if re.search(r"[一-龥]$", flat[:pos]) and not re.search(
        r"[約計後前各全第同最大間の年月日時]$", flat[:pos]
    ):
        return len(token) == 1 and word in ("カ国", "カ月", "カ所", "人", "社") and token != "数"
    return word in _KANJI_UNITS


def _with_tail(text: str, flat: str, quantity: Quantity, numeral: Numeral) -> Quantity:
    """半 (2年半), 台 (152円台), 弱/強 (震度6弱), 目 after the unit."""
    rest = flat[quantity.end :]
    if (
        rest.startswith("半")
        and not rest.startswith(("半ば", "半数", "半分", "半導"))
        and quantity.kind in ("duration", "times")
    ):
        number = quantity.low + Decimal("0.5")
        return replace(_extend(text, quantity, 1), value=plain(number), low=number, high=number)
    if (
        rest.startswith("台")
        and quantity.kind in ("amount", "rate", "number", "time", "count")
        and quantity.unit != "台"
    ):
        top = quantity.low + numeral.scale - Decimal("0.0001")
        return replace(_extend(text, quantity, 1), high=top, approximate=True)
    if quantity.unit == "age" and quantity.surface.endswith("代"):
        return replace(quantity, high=quantity.low + 9, value=f"{quantity.value}s")
    return quantity


def _extend(text: str, quantity: Quantity, chars: int) -> Quantity:
    end = quantity.end + chars
    return replace(quantity, end=end, surface=text[quantity.start : end])


def _is_weak(quantity: Quantity, token: str) -> bool:
    """One, two and three of something are often said another way: "both", "a", "the pair"."""
    if quantity.kind not in ("count", "ordinal", "duration", "number", "times", "amount"):
        return False
    small = quantity.high == 1 or (quantity.high <= 3 and not re.search(r"\d", token))
    small = (
        small
        or quantity.surface.endswith("世")
        or (quantity.kind == "amount" and quantity.high == 1)
    )
    return small or quantity.value == "N*1" or quantity.surface == "24時間"


def _with_context(text: str, flat: str, quantity: Quantity, *, floor: int) -> Quantity:
    """Adds what stands before and after: sign, 約, 最大, 以上, 震度, 1ドル=."""
    before, after = flat[floor : quantity.start], flat[quantity.end :]
    if level := re.search(r"(震度|マグニチュード|(?<![A-Za-z])M) ?\(?$", before):
        return _level(text, flat, quantity, floor + level.start())
    if quantity.low == 1 and re.match(r" ?(?:[=＝]|当た|あた|につき|\d)", after):
        return replace(quantity, weak=True)
    if _LOOSE.match(after) and quantity.kind in ("duration", "number", "count"):
        quantity = replace(quantity, weak=True)
    if quantity.kind in ("date", "year", "time", "quarter", "ordinal"):
        return quantity
    if sign := _SIGN.search(flat[: quantity.start]):
        if quantity.kind in ("rate", "amount", "number", "count"):
            start = max(floor, sign.start())
            quantity = replace(
                quantity, start=start, surface=text[start : quantity.end], value=f"-{quantity.value}",
                low=-quantity.high, high=-quantity.low,
            )  # fmt: skip
    return _bounded(text, flat, quantity, floor)


def _level(text: str, flat: str, quantity: Quantity, start: int) -> Quantity:
    end, value = quantity.end, quantity.value
    if flat[start:].startswith("震度") and flat[end : end + 1] in ("弱", "強"):
        value += "-lower" if flat[end] == "弱" else "-upper"
        end += 1
    unit = "shindo" if flat[start:].startswith("震度") else "magnitude"
    return replace(
        quantity,
        surface=text[start:end],
        start=start,
        end=end,
        value=value,
        unit=unit,
        kind="level",
        weak=False,
    )


def _bounded(text: str, flat: str, quantity: Quantity, floor: int) -> Quantity:
    prefix = _PREFIX.search(flat[floor : quantity.start])
    if (
        prefix is None
        and quantity.surface == "半減"
        and (limit := re.search(r"最大で?$", flat[: quantity.start]))
    ):
        prefix = limit
    suffix = _SUFFIX.match(flat, quantity.end)
    word, tail = (prefix[0] if prefix else ""), (suffix[0] if suffix else "")
    if quantity.kind == "duration" and tail in ("以内", "以上") and quantity.value.startswith("N*"):
        tail = ""
    bound = ""
    if word.startswith(("最大", "最高")) or tail in ("以下", "以内"):
        bound = "<="
    elif word.startswith(("少なくとも", "最低")) or tail == "以上":
        bound = ">="
    elif tail in ("超", "余り", "あまり", "余", "を超", "を上回", "強"):
        bound = ">"
    elif tail in ("未満", "近く", "弱", "足らず", "を下回"):
        bound = "<"
    vague = word in ("約", "およそ", "おおよそ", "ほぼ", "推定", "ざっと", "概算") or tail in (
        "前後", "程度", "ほど", "くらい", "ぐらい", "近く", "余り", "弱", "強"
    )  # fmt: skip
    start = quantity.start - len(word) if word != "計" else quantity.start
    end = quantity.end + (len(tail) if not tail.startswith("を") else 0)
    shown = (
        bound
        if bound in (">=", "<=") and "*" not in quantity.value and ".." not in quantity.value
        else ""
    )
    return replace(
        quantity, surface=text[start:end], start=start, end=end, bound=bound,
        value=f"{shown}{quantity.value}", approximate=quantity.approximate or vague,
    )  # fmt: skip


__all__ = ["CURRENCIES", "flatten", "parse_ja"]
