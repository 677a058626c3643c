"""Dates, years, times of day, quarters and ordinals of an English sentence.

Sept. 22 → --09-22    the end of 2026 → 2026-12-31    3 p.m. → T15:00    45th → 45
"""

from __future__ import annotations

import re
from decimal import Decimal

from kawaraban.translation.numerals import en_words as words
from kawaraban.translation.numerals.en_reading import make, span_of
from kawaraban.translation.numerals.quantity import Kind, Quantity, date_value

_MONTH = r"(?P<{0}>(?i:" + "|".join(sorted(words.MONTHS, key=len, reverse=True)) + r"))\b\.?"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%:])"
_YEAR = r"(?P<{0}>1[0-9]\d\d|20\d\d)"
_DATE = re.compile(
    rf"\b{_MONTH.format('m1')} {_DAY.format('d1')}(?!,\d{{3}})(?:,? {_YEAR.format('y1')}\b)?"
    rf"|\b(?:the )?{_DAY.format('d2')} (?:of )?{_MONTH.format('m2')}(?:,? {_YEAR.format('y2')}\b)?"
    rf"|\b{_MONTH.format('m3')}(?:,? | of ){_YEAR.format('y3')}\b"
    rf"|\b(?:[Mm]id-|[Ll]ate |[Ee]arly )?{_MONTH.format('m4')}(?![a-z])"
    rf"|\b{_YEAR.format('y5')}[-/](?P<m5>\d{{1,2}})[-/](?P<d5>\d{{1,2}})\b"
    rf"|\b(?P<m6>\d{{1,2}})/(?P<d6>\d{{1,2}})(?:/{_YEAR.format('y6')})?\b"
    rf"|\b(?P<m7>\d{{1,2}})/{_YEAR.format('y7')}\b"
)
_YEARLY = re.compile(
    rf"(?P<end>the end of |end-|year-end |late "
    rf")?(?<![\d.,$¥€£]){_YEAR.format('y')}(?P<s>'?s)?(?![\d%]|,\d|\.\d)",
    re.I,
)
_DECADE = re.compile(
    r"(?P<q>['’])?\b(?P<n>[2-9]0)s\b|\b(?P<t>teens?|teenagers?|teenaged?)\b|\b(?P<w>twenties"
    r"|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b",
    re.I,
)
_TIME = re.compile(
    r"\b(?P<h>\d{1,2})(?:[:.](?P<min>\d{2})(?::\d{2})?)? ?(?P<half>a\.?m\b\.?|p\.?m\b\.?)"
    r"|\b(?P<h2>\d{1,2}):(?P<min2>\d{2})\b(?!:)(?P<frac>\.\d+)?|\b(?P<noon>noon"
    r"|midnight)\b|\b(?P<h3>\d{1,2}) o'?clock",
    re.I,
)
_QUARTER = re.compile(
    r"\bQ(?P<q>[1-4])\b|\b(?P<w>first|second|third|fourth|1st|2nd|3rd|4th)[- ](?:fiscal )?quarter\b"
    r"|\b(?P<q3>[1-4])Q\b",
    re.I,
)
_ORDINAL = re.compile(
    r"\b(?P<n>\d{1,4})(?:st|nd|rd|th)\b|\bNo\. ?(?P<no>\d+)|\b(?P<w>"
    + "|".join(sorted(words.ORDINALS, key=len, reverse=True))
    + r")(?!s?-? ?(?:of\b))\b",
    re.I,
)
_ROMAN = re.compile(r"(?<=[a-z] )(?P<r>II|III|IV|VI{0,3}|IX)\b")


def read_dates(text: str) -> list[Quantity]:
    found = []
    for match in _DATE.finditer(text):
        groups = {key: value for key, value in match.groupdict().items() if value}
        by = {key[0]: value for key, value in groups.items()}
        token = by["m"]
        month = words.MONTHS.get(token.lower()) or (int(token) if token.isdigit() else 0)
        day = int(by["d"]) if "d" in by else None
        year = int(by["y"]) if "y" in by else None
        if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
            continue
        if day is None and year is None and token[0].islower():
            continue
        value = date_value(year, month, day)
        bare = day is None and year is None
        weak = bare and (token in ("May", "March") or len(token) == 3)
        share = day and token.isdigit() and (Decimal(month) / day).quantize(Decimal("1.000000"))
        also = (("fraction", "fraction", share.normalize()),) if share else ()  # 1/5 of an inch
        fields = {"value": value, "weak": weak, "also": also}
        found.append(make(text, span_of(match), Decimal(month), "date", "date", **fields))
    return found


def read_years(text: str) -> list[Quantity]:
    found = []
    for match in _YEARLY.finditer(text):
        year = Decimal(match["y"])
        if text[match.end() : match.end() + 1].isalpha():
            continue
        if match["s"]:
            found.append(
                make(text, span_of(match), year, "date", "year", high=year + 9, value=f"{year}s")
            )
        elif match["end"] and "late" not in match["end"].lower():
            also: tuple[tuple[Kind, str, Decimal], ...] = (
                ("year", "date", year),
                ("number", "", year),
            )
            found.append(
                make(text, span_of(match), year, "date", "year", value=f"{year}-12-31", also=also)
            )
        else:
            also = (("number", "", year),)
            found.append(
                make(
                    text,
                    match.span("y"),
                    year,
                    "date",
                    "year",
                    value=f"{year:04f}".split(".")[0],
                    also=also,
                )
            )
    return found


def read_eras(text: str) -> list[Quantity]:
    """356 BC, A.D. 79: years without four digits."""
    pattern = r"(?<![\d,.])(?P<y>[1-9]\d{0,3}) (?:BCE?|CE|B\.C\.(?:E\.)?|AD|A\.D\.)(?![A-Za-z])"
    return [
        make(text, span_of(m), Decimal(m["y"]), "date", "year", value=f"{int(m['y']):04d}")
        for m in re.finditer(pattern, text)
    ]


def read_seasons(text: str) -> list[Quantity]:
    """1995-96, 1981-2: the second year of a pair."""
    found = []
    for match in re.finditer(r"\b(?P<y>(?:19|20)\d\d)[-–/](?P<z>\d{1,2})\b(?![-–/]\d)", text):
        first, last = match["y"], match["y"][: 4 - len(match["z"])] + match["z"]
        if int(last) > int(first):
            for span, year in ((match.span("y"), first), (match.span("z"), last)):
                found.append(make(text, span, Decimal(year), "date", "year", value=year))
    return found


def read_decades(text: str) -> list[Quantity]:
    names = [f"{w[:-1]}ies" for w in words.TENS]
    found = []
    for match in _DECADE.finditer(text):
        number = (
            Decimal(match["n"])
            if match["n"]
            else Decimal(10)
            if match["t"]
            else Decimal(20 + 10 * names.index(match["w"].lower()))
        )
        also: tuple[tuple[Kind, str, Decimal], ...] = (("year", "decade", 1900 + number),)
        found.append(
            make(
                text,
                span_of(match),
                number,
                "age",
                "count",
                high=number + 9,
                value=f"{number}s",
                also=also,
                weak=True,
            )
        )
    return found


def read_times(text: str) -> list[Quantity]:
    found = []
    for match in _TIME.finditer(text):
        if match["noon"]:
            total = 720 if match["noon"].lower() == "noon" else 0
            found.append(
                make(
                    text,
                    span_of(match),
                    Decimal(total),
                    "time",
                    "time",
                    value=f"T{total // 60:02d}:00",
                )
            )
            continue
        hour, minute = (
            int(match["h"] or match["h2"] or match["h3"]),
            int(match["min"] or match["min2"] or 0),
        )
        half = (match["half"] or "").lower()
        if minute > 59 or (hour > 24 and not match["h2"]):
            continue
        if hour > 24:
            seconds = hour * 60 + minute
            found.append(make(text, span_of(match), Decimal(seconds), "second", "duration"))
            continue
        if half.startswith("p") and hour < 12:
            hour += 12
        if half.startswith("a") and hour == 12:
            hour = 0
        unit = "time" if half or hour > 12 else "time12"
        total = hour * 60 + minute
        also: tuple[tuple[Kind, str, Decimal], ...] = ()
        if match["h2"]:
            also = (("duration", "second", Decimal(total) + Decimal("0" + (match["frac"] or ""))),)
        found.append(
            make(
                text,
                span_of(match),
                Decimal(total),
                unit,
                "time",
                value=f"T{hour:02d}:{minute:02d}",
                also=also,
            )
        )
    return found


def read_quarters(text: str) -> list[Quantity]:
    ranks = {"first": 1, "second": 2, "third": 3, "fourth": 4}
    found = []
    for match in _QUARTER.finditer(text):
        word = (match["w"] or "").lower()
        number = Decimal(match["q"] or match["q3"] or ranks.get(word) or int(word[0]))
        found.append(make(text, span_of(match), number, "Q", "quarter", value=f"Q{number}"))
    return found


def read_ordinals(text: str) -> list[Quantity]:
    found = []
    for match in _ORDINAL.finditer(text):
        digits = match["n"] or match["no"]
        number = Decimal(digits) if digits else Decimal(words.ORDINALS[match["w"].lower()])
        also: tuple[tuple[Kind, str, Decimal], ...] = (("number", "", number),)
        if digits and not match["no"] and number <= 31:
            also = (*also, ("date", "day", number))
        unit = "ordinal"
        span = span_of(match)
        century = re.match(r"[ -]?(?:and \d+th )?centur", text[span[1] :])
        found.append(
            make(
                text,
                span,
                number,
                "century" if century else unit,
                "ordinal",
                also=also,
                weak=not digits,
            )
        )
    romans = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
    found += [
        make(text, span_of(m), Decimal(romans[m["r"]]), "ordinal", "ordinal", weak=True)
        for m in _ROMAN.finditer(text)
    ]
    return found
