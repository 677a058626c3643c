"""One figure of a text, in a form that two languages share.

    約750兆円                → amount, value "750000000000000", unit "JPY", approximate
    about 750 trillion yen  → amount, value "750000000000000", unit "JPY", approximate

`value` is canonical and printable: plain number, "a..b" range, ">=a" bound, "N*x" an unspecified
multiple (数十億 = N*1000000000), dates as ISO with the unstated parts left out ("--09-22"),
times as "T15:00". `low` and `high` enclose what the words allow and are what is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "amount",  # money
    "rate",  # percent, percentage points
    "fraction",
    "times",  # 1.5倍
    "count",  # people, things, measures
    "duration",
    "date",
    "quarter",  # 4〜6月期
    "year",
    "time",
    "ordinal",
    "level",  # 震度6弱, マグニチュード8.8
    "number",  # a figure without a unit
]

SEVERAL_LOW, SEVERAL_HIGH = Decimal(2), Decimal("9.99")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure, where it stands (`text[start:end] == surface`) and what it says."""

    surface: str
    start: int
    end: int
    value: str
    low: Decimal
    high: Decimal
    unit: str
    kind: Kind
    approximate: bool = False
    bound: str = ""  # "", ">=", ">", "<=", "<"
    also: tuple[tuple[Kind, str, Decimal], ...] = ()  # other readings: kind, unit, number
    weak: bool = False  # a good translation may leave it out (一つ, 1ドル=)

    @property
    def parts(self) -> tuple[int | None, int | None, int | None]:
        """Year, month and day of a date or year, None where unstated."""
        return date_parts(self.value)


def plain(number: Decimal) -> str:
    """Decimal without exponent or trailing zeros: 1.50E+3 → "1500"."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_value(year: int | None, month: int | None, day: int | None) -> str:
    """ISO with the unstated parts left out: (None, 9, 22) → "--09-22"."""
    if year is not None:
        parts = [f"{year:04d}"]
        parts += [f"{part:02d}" for part in (month, day) if part is not None]
        return "-".join(parts)
    if month is not None:
        return f"--{month:02d}" + (f"-{day:02d}" if day is not None else "")
    return f"---{day:02d}" if day is not None else ""


def date_parts(value: str) -> tuple[int | None, int | None, int | None]:
    """Reads what `date_value` writes; the first date of a range."""
    value = value.split("..")[0]
    if value.startswith("---"):
        return None, None, int(value[3:])
    if value.startswith("--"):
        month, _, day = value[2:].partition("-")
        return None, int(month), int(day) if day else None
    numbers = [int(part) for part in value.split("-") if part.isdigit()]
    padded: list[int | None] = [*numbers, None, None, None]
    return padded[0], padded[1], padded[2]
