"""Japanese amounts, dates and rates with the English forms that they may take; random ones, too.

Input:  a Japanese sentence.
Output: spans with the English surfaces a translator may use, most usual first; and sentence pairs
        with numbers that are right by construction.

    list(number_forms("売上高は1億2000万円。")) → [(4, 12, ("120 million yen", "120 million", …))]
"""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

_UNIT_VALUE = {"兆": 10**12, "億": 10**8, "万": 10**4, "千": 10**3}
_AMOUNT = r"(?:\d[\d,]*(?:\.\d+)?[兆億万千]?)+"
_MONTHS = [calendar.month_name[month] for month in range(1, 13)]
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_CURRENCIES = {
    "円": ("{} yen", "¥{}", "{}-yen"),
    "ドル": ("${}", "{} dollars", "US${}"),
    "ユーロ": ("€{}", "{} euros", "{} euro"),
    "ポンド": ("£{}", "{} pounds"),
    "元": ("{} yuan", "{} renminbi"),
    "ウォン": ("{} won",),
}
_COUNTED = re.compile(rf"({_AMOUNT})(円|ドル|ユーロ|ポンド|元|ウォン)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)(?:%|パーセント)")
_POINTS = re.compile(r"(\d+(?:\.\d+)?)(?:%)?ポイント")
_TENTHS = re.compile(r"(?<![\d.])(\d)割(?:(\d)分)?")
_ERA_YEAR = re.compile(r"(令和|平成|昭和|大正|明治)(元|\d{1,2})年")
_YEAR = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)年(?!間|前|後|ぶり|以内)")
_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(?<!\d)(\d{1,2})月(?!\d)")
_DAY = re.compile(r"(?<![\d月])(\d{1,2})日(?!間|目|前|後|ぶり|本|連続)")
_TIMES = re.compile(r"(\d+(?:\.\d+)?)倍")


def parse_amount(text: str) -> Decimal:
    """'1億2000万' → 120000000; '5兆' → 5000000000000; '1,234.5' → 1234.5"""
    total = Decimal(0)
    for digits, unit in re.findall(r"(\d[\d,]*(?:\.\d+)?)([兆億万千]?)", text):
        total += Decimal(digits.replace(",", "")) * _UNIT_VALUE.get(unit, 1)
    return total


def plain(value: Decimal) -> str:
    """Digits without a tail of zeros: 2.50 → '2.5', 1000 → '1,000'."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount_forms(value: Decimal) -> tuple[str, ...]:
    """'1.2 billion', '1,200 million', '1,200,000,000' … for one value, most usual first."""
    forms: list[str] = []
    for word, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if value >= size:
            scaled = value / size
            if scaled == scaled.quantize(Decimal("0.0001")):
                forms.append(f"{plain(scaled)} {word}")
    forms.append(plain(value))
    if value < 10000:
        forms.append(plain(value).replace(",", ""))
    return tuple(dict.fromkeys(forms))


def ordinal(day: int) -> str:
    tail = "th" if 11 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{tail}"


def _amount(match: re.Match[str]) -> tuple[str, ...]:
    value, unit = match.group(1), match.group(2)
    bare = amount_forms(parse_amount(value))
    if unit is None:
        return bare if re.search("[兆億万千]", value) else ()
    return tuple(shape.format(form) for form in bare for shape in _CURRENCIES[unit])


def _tenths(match: re.Match[str]) -> tuple[str, ...]:
    share = int(match.group(1)) * 10 + int(match.group(2) or 0)
    return f"{share}%", f"{share} percent"


def _era(match: re.Match[str]) -> tuple[str, ...]:
    year = 1 if match.group(2) == "元" else int(match.group(2))
    return (str(_ERAS[match.group(1)] + year),)


def _month_day(match: re.Match[str]) -> tuple[str, ...]:
    month, day = int(match.group(1)), int(match.group(2))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ()
    name = _MONTHS[month - 1]
    return f"{name} {day}", f"{name} {ordinal(day)}", f"{day} {name}", f"{name[:3]}. {day}"


def _month(match: re.Match[str]) -> tuple[str, ...]:
    month = int(match.group(1))
    return (_MONTHS[month - 1],) if 1 <= month <= 12 else ()


def _day(match: re.Match[str]) -> tuple[str, ...]:
    return (ordinal(int(match.group(1))),) if 1 <= int(match.group(1)) <= 31 else ()


def _percent(match: re.Match[str]) -> tuple[str, ...]:
    value = match.group(1)
    return f"{value}%", f"{value} percent", f"{value} per cent"


def _points(match: re.Match[str]) -> tuple[str, ...]:
    return f"{match.group(1)} percentage points", f"{match.group(1)} points"


def _times(match: re.Match[str]) -> tuple[str, ...]:
    return f"{match.group(1)} times", f"{match.group(1)}-fold"


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, ...]]], ...] = (
    (_ERA_YEAR, _era),
    (_MONTH_DAY, _month_day),
    (_YEAR, lambda match: (match.group(1),)),
    (_MONTH, _month),
    (_DAY, _day),
    (_PERCENT, _percent),
    (_POINTS, _points),
    (_TENTHS, _tenths),
    (_TIMES, _times),
    (_COUNTED, _amount),
)


def number_forms(ja: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Every span that a rule can write in English; spans do not overlap."""
    taken: list[tuple[int, int]] = []
    for pattern, write in _RULES:
        for match in pattern.finditer(ja):
            start, end = match.span()
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            forms = write(match)
            if forms:
                taken.append((start, end))
                yield start, end, forms


def form_in(forms: tuple[str, ...], en: str) -> str | None:
    """The first form that stands in `en` and is no part of a longer number."""
    for form in forms:
        for match in re.finditer(re.escape(form), en, re.IGNORECASE):
            before, after = en[: match.start()][-1:], en[match.end() :][:2]
            if before.isalnum() or before in {".", ",", "$"} or after[:1].isalnum():
                continue
            if re.match(r"[.,]\d", after):
                continue
            return match.group(0)
    return None


def swap_numbers(ja: str, en: str, rng: random.Random) -> tuple[str, str] | None:
    """The same sentence with other numbers on both sides, or None if none can be swapped.

    『24%減の5兆円』 / "fell 24% to 5 trillion yen" → 『8.3%減の12兆円』 / "fell 8.3% to 12 trillion
    yen". Only spans whose English form occurs exactly once are touched.
    """
    edits: list[tuple[int, int, str, str, str]] = []
    for start, end, forms in number_forms(ja):
        form = form_in(forms, en)
        if form is None or en.count(form) != 1 or ja.count(ja[start:end]) != 1:
            continue
        swapped = _other(ja[start:end], forms.index(form) if form in forms else 0, rng)
        if swapped is not None:
            edits.append((start, end, swapped[0], form, swapped[1]))
    if not edits:
        return None
    for start, end, new_ja, _, _ in sorted(edits, reverse=True):
        ja = ja[:start] + new_ja + ja[end:]
    places = sorted(((en.index(old), old, new) for _, _, _, old, new in edits), reverse=True)
    for at, old, new in places:
        en = en[:at] + new + en[at + len(old) :]
    return ja, en


def _other(text: str, shape: int, rng: random.Random) -> tuple[str, str] | None:
    """A random number of the same kind as `text`, in Japanese and in English."""
    if re.fullmatch(r"\d+(?:\.\d+)?%", text):
        new = f"{random_rate(rng)}%"
    elif match := re.fullmatch(rf"{_AMOUNT}(円|ドル|ユーロ|ポンド|元|ウォン)", text):
        new = random_amount(rng) + match.group(1)
    elif re.fullmatch(r"\d{1,2}日", text):
        new = f"{rng.randint(1, 31)}日"
    elif re.fullmatch(r"\d{1,2}月\d{1,2}日", text):
        new = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    elif re.fullmatch(rf"{_AMOUNT}", text) and re.search("[兆億万]", text):
        new = random_amount(rng, smallest=10**4)
    else:
        return None
    spans = list(number_forms(new))
    if len(spans) != 1 or spans[0][:2] != (0, len(new)):
        return None
    forms = spans[0][2]
    return new, forms[min(shape, 1, len(forms) - 1)] if shape < 2 else forms[0]


def random_rate(rng: random.Random) -> str:
    return rng.choice((str(rng.randint(1, 99)), f"{rng.uniform(0, 40):.1f}"))


def random_amount(rng: random.Random, smallest: int = 1) -> str:
    """A number as a newspaper writes it: 3, 450, 1万2000, 7800万, 1.5億, 12億5000万, 5兆."""
    kinds = (
        "{a}",
        "{h}",
        "{a}万",
        "{h}万",
        "{t}万",
        "{a}億",
        "{h}億",
        "{t}億",
        "{a}兆",
        "{a}万{t}",
        "{a}億{t}万",
        "{a}兆{t}億",
        "{d}億",
        "{d}兆",
        "{d}万",
        "{c}",
    )
    while True:
        text = rng.choice(kinds).format(
            a=rng.randint(1, 99),
            h=rng.randint(1, 99) * 10,
            t=rng.randint(10, 99) * 100,
            d=f"{rng.randint(1, 9)}.{rng.randint(1, 9)}",
            c=f"{rng.randint(1, 99)},{rng.randint(0, 999):03d}",
        )
        if parse_amount(text) >= smallest:
            return text
