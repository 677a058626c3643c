"""Japanese dates, times of day and quarters.

2026年末       → 2026-12-31      令和7年4月   → 2025-04        22年12月 → 2022-12
9月22日        → --09-22         29日         → ---29          午後3時すぎ → T15:00
4〜6月期       → --04..--06      第2四半期    → Q2             15年に → 2015, or 15 years
"""

from __future__ import annotations

import re
from decimal import Decimal

from kawaraban.translation.numerals.digits import read
from kawaraban.translation.numerals.quantity import Kind, Quantity, date_parts, date_value

_N = r"(?:\d{1,4}|[〇零一二三四五六七八九十]{1,4})"
_D = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_ERA = r"(?P<era>令和|平成|昭和|大正|明治|西暦|紀元前)?"
_NOTE = r"(?:[（(][^（()）]{1,8}[)）])?"
_DASH = r"(?:[~〜～―–—‐-]|から|ー)"

_DATES = re.compile(
    rf"(?:{_ERA}(?P<y>{_N}|元)年{_NOTE}の?)?(?P<m>{_D})月(?P<d>{_D})日(?!間)"
    rf"|{_ERA.replace('era', 'era2')}(?P<y2>{_N}|元)年{_NOTE}の?(?P<m2>{_D})月(?!間|[0-9])"
)
_SLASHED = re.compile(r"(?P<y>\d{4})[/.-](?P<m>\d{1,2})[/.-](?P<d>\d{1,2})(?![\d/.-])")
_EVENT = re.compile(
    rf"(?P<m>{_D})[・.](?P<d>{_D})(?=運動|事件|独立|テロ|同時|大震災|革命|クーデター|民主化)"
)
_YEARS = re.compile(rf"(?P<a>\d{{4}})(?:{_DASH}|/)(?P<b>\d{{4}}|\d{{2}})(?=年(?!間)|シーズン)年?")
_YEAR = re.compile(rf"{_ERA}(?P<y>{_N}|元)年(?P<fiscal>度)?(?P<end>末)?")
_MONTH = re.compile(rf"(?P<m>{_D})月(?:上旬|中旬|下旬|初め|半ば|末)?(?!間|面)")
_DAY = re.compile(rf"(?P<d>{_D})日")
_TIME = re.compile(
    rf"(?P<half>午前|午後|正午|未明|早朝|朝|夕方|夜"
    rf"|深夜)?(?P<h>{_D})時(?:(?P<min>{_D})分(?:\d{{1,2}}秒)?|(?P<h2>半))?(?!間|代|点|期)"
    rf"|(?P<half2>午前|午後)?(?P<h3>\d{{1,2}}):(?P<min2>\d{{2}})(?!\d)"
)
_MONTHS = re.compile(rf"(?P<a>{_D}){_DASH}(?P<b>{_D})月期?(?!間|\d|[一二三四五六七八九十]+日)")
_QUARTER = re.compile(r"第?(?P<q>[1-4一二三四])(?:[・、](?P<q2>[1-4]))?四半期")

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_AFTER_DURATION = re.compile(
    r"間|前(?!半)|後(?!半)|ぶり|半(?!ば|期)|目|以上|未満|以内|来|連続|余|債|物|もの|ごと|にわた"
    r"|にかけ|かけて|ほど|近く|足らず|越し"
    r"|分の|分を|も[^の]|以下|超|程度|がかり|弱|強|限り|制|生$|生[がのはをに]|計画|契約|周期"
    r"|定期|固定"
)
_BEFORE_DURATION = re.compile(
    r"(?:約|およそ|過去|今後|ここ|この|その後|向こう|最長|最大|最短|最低|懲役|禁錮|任期|戦後"
    r"|創業|創立|生誕|築|勤続|在任"
    r"|結婚|在位|入社|満期|残存|直近|計|あと|わずか|たった|丸|実に|執行猶予|少なくとも|期間"
    r"|期限|後の|うち)の?$"
)
_AFTER_YEAR = re.compile(
    r"以降|半ば|上半期|下半期|上期|下期|前半|後半|から|まで|に[^わか]|の|は|、|末|度|時点|当時"
    r"|比|産|発|春|夏|秋|冬|初|[0-9]|だった|より|卒|組|版|式|夏|分|ごろ|頃|です|[)）]"
)


def _int(written: str | None) -> int | None:
    if written is None:
        return None
    if written == "元":
        return 1
    numeral = read(written)
    return None if numeral is None else int(numeral.low)


def _year(written: str | None, era: str | None) -> int | None:
    number = _int(written)
    if number is None or era in ("西暦", "紀元前"):
        return number
    if era in _ERAS:
        return number + _ERAS[era]
    if written and len(written) <= 2 and number < 100:
        return number + (2000 if number < 50 else 1900)
    return number


def dated(text: str, start: int, end: int, value: str, **fields: object) -> Quantity:
    """A date, year or month as a Quantity; numbers to compare are its parts."""
    kind = "year" if re.fullmatch(r"\d{4}", value) else "date"
    size = Decimal(
        sum((p or 0) * f for p, f in zip(date_parts(value), (10000, 100, 1), strict=True))
    )
    return Quantity(text[start:end], start, end, value, size, size, "date", kind, **fields)  # type: ignore[arg-type]


def read_date(text: str, flat: str, pos: int) -> Quantity | None:
    """A full or partial date, a quarter or a time that begins at `pos`."""
    for reader in (
        _read_quarter,
        _read_full,
        _read_years,
        _read_year,
        _read_time,
        _read_month,
        _read_day,
    ):
        if (found := reader(text, flat, pos)) is not None:
            return found
    return None


def _read_full(text: str, flat: str, pos: int) -> Quantity | None:
    match = _DATES.match(flat, pos) or _SLASHED.match(flat, pos) or _EVENT.match(flat, pos)
    if match is None:
        return None
    groups = match.groupdict()
    year = _year(groups.get("y") or groups.get("y2"), groups.get("era") or groups.get("era2"))
    month, day = _int(groups.get("m") or groups.get("m2")), _int(groups.get("d"))
    if not (1 <= (month or 0) <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    weak = match.re is _EVENT  # 三・一運動: a name
    return dated(text, pos, match.end(), date_value(year, month, day), weak=weak)


def _read_years(text: str, flat: str, pos: int) -> Quantity | None:
    """1995〜1996年, 2009/10シーズン: a pair of years."""
    match = _YEARS.match(flat, pos)
    if match is None:
        return None
    first, written = int(match["a"]), match["b"]
    last = int(match["a"][: 4 - len(written)] + written)
    if not first < last < 2999:
        return None
    value, low, high = f"{first}..{last}", Decimal(first), Decimal(last)
    return Quantity(text[pos : match.end()], pos, match.end(), value, low, high, "date", "year")


def _read_year(text: str, flat: str, pos: int) -> Quantity | None:
    match = _YEAR.match(flat, pos)
    if match is None or (number := _int(match["y"])) is None:
        return None
    rest, before, era = flat[match.end() :], flat[:pos], match["era"]
    if era is None and rest.startswith("代") and number >= 10:
        low = Decimal(_year(match["y"], None) or 0)
        end = match.end() + 1
        return Quantity(text[pos:end], pos, end, f"{low}s", low, low + 9, "date", "year")
    full = number >= 1000 or era is not None
    if full and (number > 2999 or rest.startswith(("間", "ぶり", "前"))) and era is None:
        return None
    if not full and not _two_digit_year(match, number, rest, before):
        return None
    year = _year(match["y"], era)
    if year is None or year < 1:
        return None
    value = f"{year:04d}-12-31" if match["end"] else f"{year:04d}"
    also: tuple[tuple[str, str, Decimal], ...] = ()
    if not full and not match["fiscal"] and not rest.startswith(("以降", "以来")):
        also = (("duration", "year", Decimal(number)),)
    if match["end"]:
        also = (*also, ("year", "date", Decimal(year)))
    return dated(text, pos, match.end(), value, also=also)


def _two_digit_year(match: re.Match[str], number: int, rest: str, before: str) -> bool:
    written = match["y"]
    if match["fiscal"] or match["end"]:
        return len(written) == 2 and written.isdigit()
    return (
        len(written) == 2
        and written.isdigit()
        and _BEFORE_DURATION.search(before) is None
        and _AFTER_DURATION.match(rest) is None
        and _AFTER_YEAR.match(rest) is not None
    )


def _read_month(text: str, flat: str, pos: int) -> Quantity | None:
    match = _MONTH.match(flat, pos)
    month = _int(match["m"]) if match else None
    if match is None or month is None or not 1 <= month <= 12:
        return None
    if flat[pos - 1 : pos] in ("数", "ヶ"):
        return None
    return dated(text, pos, match.end(), date_value(None, month, None))


def _read_day(text: str, flat: str, pos: int) -> Quantity | None:
    match = _DAY.match(flat, pos)
    day = _int(match["d"]) if match else None
    if match is None or day is None or not 1 <= day <= 31:
        return None
    rest, before = flat[match.end() :], flat[:pos]
    if not match["d"].isdigit() and day < 4:
        return None
    counted = _AFTER_DURATION.match(rest) or re.match(r"常|曜|程|系|銀|経", rest)
    if counted and re.match(r"前後", rest) is None:
        return None
    if _BEFORE_DURATION.search(before):
        return None
    also = (("duration", "day", Decimal(day)),)
    return dated(text, pos, match.end(), date_value(None, None, day), also=also)


def _read_time(text: str, flat: str, pos: int) -> Quantity | None:
    if flat.startswith("正午", pos):
        noon = Decimal(720)
        return Quantity(text[pos : pos + 2], pos, pos + 2, "T12:00", noon, noon, "time", "time")
    match = _TIME.match(flat, pos)
    if match is None:
        return None
    hour = _int(match["h"] or match["h3"])
    minute = 30 if match["h2"] else _int(match["min"] or match["min2"]) or 0
    half = match["half"] or match["half2"] or ""
    if hour is None or hour > 30 or minute > 59 or (not match["h"] and not half and hour > 24):
        return None
    if match["h"] and not match["h"].isdigit() and not half and hour < 2:
        return None
    if (half in ("午後", "夕方", "夜") or (half == "深夜" and hour > 7)) and hour < 12:
        hour += 12
    start = pos
    total = Decimal(hour * 60 + minute)
    value = f"T{hour:02d}:{minute:02d}"
    after = re.match(r"すぎ|過ぎ|ごろ|頃|前", flat[match.end() :])
    unit = "time" if half or hour > 12 else "time12"
    return Quantity(
        text[start : match.end()], start, match.end(), value, total, total, unit, "time",
        approximate=after is not None, also=_clock_numbers(hour, minute),
    )  # fmt: skip


def _clock_numbers(hour: int, minute: int) -> tuple[tuple[Kind, str, Decimal], ...]:
    """What an English writer may put without "a.m.": at around 9; 6.30."""
    numbers = {hour, hour % 12 or 12}
    return tuple(("number", "", Decimal(f"{number}.{minute:02d}")) for number in sorted(numbers))


def _read_quarter(text: str, flat: str, pos: int) -> Quantity | None:
    if match := _QUARTER.match(flat, pos):
        pos -= text[pos - 1 : pos] == "第"
        number = Decimal(_int(match["q"]) or 0)
        return Quantity(
            text[pos : match.end()], pos, match.end(), f"Q{number}", number, number, "Q", "quarter"
        )
    match = _MONTHS.match(flat, pos)
    if match is None:
        return None
    first, last = _int(match["a"]), _int(match["b"])
    if first is None or last is None or not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    value = f"{date_value(None, first, None)}..{date_value(None, last, None)}"
    return Quantity(
        text[pos : match.end()], pos, match.end(), value, Decimal(first), Decimal(last),
        "month", "quarter",
    )  # fmt: skip
