"""The English a good editor would write for a figure: what the translator is told to use.

    約750兆円 → about 750 trillion yen      11―19% → 11% to 19%      9月22日 → September 22
    3ヶ月 → three months          29日 → the 29th          数十億ドル → billions of dollars

House style: $ before, other currencies after the number; % sign; numerals from 10 up; million,
billion and trillion where at most four decimals are needed; months in full, as the translator
was trained with them.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kawaraban.translation.numerals.en_words import MONTH_LONG, ONES, ORDINALS
from kawaraban.translation.numerals.quantity import Quantity, date_parts, plain
from kawaraban.translation.numerals.render_words import (
    BIG_SCALES,
    CURRENCY_NAMES,
    PART_NAMES,
    PLURALS,
    SIGNS,
    UNIT_NOUNS,
    VAGUE_SCALES,
)

_ORDINAL_WORDS = {number: word for word, number in ORDINALS.items() if number < 10}


def render_en(quantity: Quantity) -> str:
    """English form of a Japanese figure; "" where no form is certain."""
    body = _BODIES.get(quantity.kind, _number)(quantity)
    if not body or quantity.kind in ("date", "year", "time", "quarter", "ordinal", "level"):
        return body
    if "*" in quantity.value:
        return body
    return _qualifier(quantity) + body


def _qualifier(quantity: Quantity) -> str:
    if quantity.surface.endswith("台"):
        return ""
    if quantity.bound in (">=", ">"):
        return "at least " if quantity.surface.startswith(("少なくとも", "最低")) else "more than "
    if quantity.bound == "<=":
        return "up to "
    if quantity.bound == "<":
        return "less than " if quantity.surface.endswith("未満") else "nearly "
    return "about " if quantity.approximate else ""


def _ends(quantity: Quantity) -> list[Decimal]:
    value = quantity.value.lstrip("<>=")
    if value.startswith("-"):
        return [quantity.low]
    return [Decimal(part) for part in value.split("..")]


def figure(number: Decimal, *, spell: bool = False) -> str:
    """12300000 → "12.3 million", 40000 → "40,000", 3 → "three" when `spell`."""
    if spell and number == number.to_integral_value() and 0 <= number < 10:
        return next(word for word, value in ONES.items() if value == number)
    for scale, name in BIG_SCALES:
        scaled = abs(number) / scale
        if scaled >= 1 and -scaled.normalize().as_tuple().exponent <= 4:  # type: ignore[operator]
            return f"{'-' if number < 0 else ''}{plain(scaled)} {name}"
    text = plain(number)
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole not in ("-0", "-") else text


def _vague(quantity: Quantity, noun: str) -> str:
    step = int(quantity.value.lstrip("<>=").partition("*")[2])
    for scale, name in VAGUE_SCALES:
        if step == scale:
            return f"{name} of {noun}" if noun else name
    return f"several {noun}" if noun else "several"


def _amount(quantity: Quantity) -> str:
    sign, name = SIGNS.get(quantity.unit, ""), CURRENCY_NAMES.get(quantity.unit, "")
    if "*" in quantity.value:
        return _vague(quantity, name or "dollars") if quantity.unit != "point" else ""
    if not sign and not name:
        return ""
    parts = []
    for number in _ends(quantity):
        shown = f"-{sign}{figure(-number)}" if number < 0 else f"{sign}{figure(number)}"
        parts.append(shown)
    if quantity.surface.endswith("台"):
        return ""
    return " to ".join(parts) + ("" if sign else f" {name}")


def _rate(quantity: Quantity) -> str:
    if quantity.surface.endswith("台"):
        return ""
    if "*" in quantity.value:
        return "several percent" if quantity.value.endswith("*1") else ""
    numbers = [figure(number) for number in _ends(quantity)]
    if quantity.unit == "percent":
        return " to ".join(f"{number}%" for number in numbers)
    noun = "percentage point" if quantity.unit == "point" else "basis point"
    if (
        quantity.surface.rstrip("安高増減").endswith("ポイント")
        and "%" not in quantity.surface
        and abs(quantity.high) > 20
    ):
        noun = "point"
    return " to ".join(numbers) + f" {noun}{'' if quantity.high <= 1 else 's'}"


def _fraction(quantity: Quantity) -> str:
    share = Fraction(quantity.low).limit_denominator(1000)
    if share == Fraction(1, 2):
        return "half"
    if share.denominator not in PART_NAMES or not 0 < share.numerator < 10:
        return ""
    top = next(word for word, value in ONES.items() if value == share.numerator)
    return f"{top}-{PART_NAMES[share.denominator]}{'s' if share.numerator > 1 else ''}"


def _times(quantity: Quantity) -> str:
    numbers = _ends(quantity)
    if quantity.surface == "倍増":
        return ""
    if numbers == [Decimal(2)]:
        return "twice"
    return (
        " to ".join(figure(n, spell=n != n.to_integral_value() or n < 10) for n in numbers)
        + " times"
    )


def _duration(quantity: Quantity) -> str:
    unit = quantity.unit
    if unit == "day" and ".." in quantity.value and quantity.surface.endswith("日"):
        return ""  # 15・16日: two dates, or a number of days
    plural = PLURALS.get(unit, f"{unit}s")
    if "*" in quantity.value:
        step = quantity.value.partition("*")[2]
        return (
            f"several {plural}"
            if step == "1"
            else "decades"
            if (step, unit) == ("10", "year")
            else _vague(quantity, plural)
        )
    if quantity.surface.startswith("半年"):
        return "six months"
    numbers = _ends(quantity)
    if len(numbers) == 1 and numbers[0] % 1 == Decimal("0.5") and 1 <= numbers[0] < 10:
        return f"{figure(numbers[0] - Decimal('0.5'), spell=True)} and a half {plural}"
    shown = " to ".join(figure(number, spell=True) for number in numbers)
    return f"{shown} {unit if numbers == [Decimal(1)] else plural}"


def _count(quantity: Quantity) -> str:
    noun = UNIT_NOUNS.get(quantity.unit, "")
    if quantity.unit == "age":
        return _age(quantity)
    if "*" in quantity.value:
        return _vague(quantity, noun or ("people" if quantity.unit == "person" else ""))
    if quantity.surface.endswith("台") and quantity.unit != "台":
        return ""
    numbers = _ends(quantity)
    shown = " to ".join(figure(number, spell=not noun) for number in numbers)
    if numbers == [Decimal(1)]:
        noun = noun.removesuffix("s") if noun != "feet" else "foot"
    return f"{shown} {noun}" if noun else shown


def _age(quantity: Quantity) -> str:
    """32, teens, 20s; "" for 70〜80代."""
    if ".." in quantity.value:
        return "" if "s" in quantity.value else quantity.value.replace("..", " to ")
    return {"10s": "teens"}.get(quantity.value, quantity.value.lstrip("<>="))


def _number(quantity: Quantity) -> str:
    if "*" in quantity.value:
        return _vague(quantity, "")
    if "s" in quantity.value or quantity.surface.endswith("台"):
        return ""
    if quantity.surface.isascii() and "," not in quantity.surface:
        return quantity.surface  # 中国製造2025: as it stands
    return " to ".join(figure(number) for number in _ends(quantity))


def suffixed(number: int) -> str:
    """1 → "1st", 12 → "12th"."""
    tail = (
        "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{tail}"


def _ordinal(quantity: Quantity) -> str:
    if quantity.value.startswith("N") or ".." in quantity.value:
        return ""
    number = int(quantity.low)
    word = _ORDINAL_WORDS.get(number, suffixed(number))
    if quantity.unit == "century":
        return f"{suffixed(number)} century"
    if quantity.surface.endswith("周年"):
        return f"{suffixed(number)} anniversary"
    return word


def _date(quantity: Quantity) -> str:
    value = quantity.value
    if value.endswith("s"):
        return value
    if ".." in value:
        return ""
    year, month, day = date_parts(value)
    if value.endswith("-12-31") and "末" in quantity.surface:
        return f"the end of {year}"
    if quantity.surface.endswith("年度"):
        return f"fiscal {year}"
    if month and day:
        return f"{MONTH_LONG[month - 1]} {day}" + (f", {year}" if year else "")
    if month:
        spans = {
            "上旬": "early ",
            "初め": "early ",
            "中旬": "mid-",
            "半ば": "mid-",
            "下旬": "late ",
            "末": "the end of ",
        }
        prefix = next(
            (english for word, english in spans.items() if quantity.surface.endswith(word)), ""
        )
        return f"{prefix}{MONTH_LONG[month - 1]}" + (f" {year}" if year else "")
    if day:
        return f"the {suffixed(day)}"
    return str(year) if year else ""


def _time(quantity: Quantity) -> str:
    minutes = int(quantity.low)
    hour, minute = divmod(minutes, 60)
    if quantity.unit != "time" or hour > 24:
        return ""
    clock = f"{(hour - 1) % 12 + 1}" + (f":{minute:02d}" if minute else "")
    return {720: "noon"}.get(minutes, f"{clock} {'p.m.' if 12 <= hour < 24 else 'a.m.'}")


def _quarter(quantity: Quantity) -> str:
    if quantity.unit == "Q":
        return f"{_ORDINAL_WORDS[int(quantity.low)]} quarter"
    first, last = MONTH_LONG[int(quantity.low) - 1], MONTH_LONG[int(quantity.high) - 1]
    return f"{first}-{last}" + (
        " quarter" if quantity.surface.endswith("期") and quantity.high - quantity.low == 2 else ""
    )


def _level(quantity: Quantity) -> str:
    if quantity.unit == "magnitude":
        return f"magnitude {quantity.value}"
    number, _, part = quantity.value.partition("-")
    return f"{part} {number}".strip()


_BODIES = {
    "amount": _amount, "rate": _rate, "fraction": _fraction, "times": _times,
    "duration": _duration, "count": _count,
    "ordinal": _ordinal, "date": _date, "year": _date, "time": _time, "quarter": _quarter,
    "level": _level,
    "number": _number,
}  # fmt: skip
