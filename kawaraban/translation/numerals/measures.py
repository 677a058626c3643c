"""Lengths and weights in other units: 198センチ is 6-foot-6, 300キロ is "180 miles".

    same_measure(Decimal(300), "km", Decimal(180), "mile") → True    (186.4, to the nearest ten)

Between metric units the values must be equal. A converted English figure may be rounded to its last
stated digit, and be 1 % off.
"""

from __future__ import annotations

from decimal import Decimal

_METERS = {
    "km": Decimal(1000), "m": Decimal(1), "cm": Decimal("0.01"), "mm": Decimal("0.001"),
    "mile": Decimal("1609.344"), "yard": Decimal("0.9144"), "foot": Decimal("0.3048"),
    "inch": Decimal("0.0254"),
}  # fmt: skip
_KILOGRAMS = {
    "ton": Decimal(1000), "kg": Decimal(1), "g": Decimal("0.001"), "mg": Decimal("0.000001"),
    "lb": Decimal("0.453592"), "ounce": Decimal("0.0283495"),
}  # fmt: skip
_SQUARE_METERS = {
    "km2": Decimal(10**6), "hectare": Decimal(10**4), "m2": Decimal(1), "acre": Decimal("4046.86"),
    "ft2": Decimal("0.092903"), "mile2": Decimal("2589988"),
}  # fmt: skip
_TABLES = (_METERS, _KILOGRAMS, _SQUARE_METERS)
_IMPERIAL = frozenset(("mile", "yard", "foot", "inch", "lb", "ounce", "acre", "ft2", "mile2"))
_ALIASES = {"kilo": ("km", "kg"), "milli": ("mm", "mg")}


def same_measure(ja: Decimal, ja_unit: str, en: Decimal, en_unit: str) -> bool:
    """Whether an English measure in another unit says what the Japanese one says."""
    if ja_unit == en_unit or not ja or not en:
        return False
    return any(_same(ja, unit, en, en_unit) for unit in _ALIASES.get(ja_unit, (ja_unit,)))


def _same(ja: Decimal, ja_unit: str, en: Decimal, en_unit: str) -> bool:
    table = next((t for t in _TABLES if ja_unit in t and en_unit in t), None)
    if table is None:
        return False
    converted = ja * table[ja_unit] / table[en_unit]
    if {ja_unit, en_unit}.isdisjoint(_IMPERIAL):
        return converted == en
    step = Decimal(1) if en_unit == "inch" else _last_digit(en)
    return abs(converted - en) <= step / 2 + converted / 100


def _last_digit(number: Decimal) -> Decimal:
    """The step of the last stated digit: 180 → 10, 6.2 → 0.1."""
    return Decimal(1).scaleb(int(number.normalize().as_tuple().exponent))
