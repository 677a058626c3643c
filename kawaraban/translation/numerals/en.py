"""Figures of an English sentence: `parse_en(text)` → quantities in reading order.

    >>> [(q.surface, q.value, q.unit) for q in parse_en("It rose 3.2% to ¥1.2bn on Sept. 22.")]
    [('3.2%', '3.2', 'percent'), ('¥1.2bn', '1200000000', 'JPY'), ('Sept. 22', '--09-22', 'date')]

More is read than is ever written on purpose ("a quarter" is ¼ and three months): a reading that no
Japanese figure asks for does no harm. Words such as "one" and "both" are marked `weak`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from kawaraban.translation.numerals import en_words as words
from kawaraban.translation.numerals.quantity import Kind, Quantity, date_value, plain

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
)
_YEARLY = re.compile(
    rf"(?P<end>the end of |end-|year-end |late )?(?<![\d.,$¥€£]){_YEAR.format('y')}(?P<s>'?s)?(?![\d%]|,\d|\.\d)",
    re.I,
)
_DECADE = re.compile(
    r"(?P<q>['’])?\b(?P<n>[2-9]0)s\b|\b(?P<t>teens?|teenagers?|teenaged?)\b|\b(?P<w>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b",
    re.I,
)
_TIME = re.compile(
    r"\b(?P<h>\d{1,2})(?:[:.](?P<min>\d{2})(?::\d{2})?)? ?(?P<half>a\.?m\b\.?|p\.?m\b\.?)"
    r"|\b(?P<h2>\d{1,2}):(?P<min2>\d{2})\b(?!:)(?P<frac>\.\d+)?|\b(?P<noon>noon|midnight)\b|\b(?P<h3>\d{1,2}) o'?clock",
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
_FRACTION = re.compile(
    r"\b(?P<top>one|two|three|four|five|six|seven|eight|nine|a|\d+)[- ](?P<low>half|halves|third|quarter|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|eleventh|twelfth|fifteenth|twentieth|thirtieth|fortieth|fiftieth|two-hundredth|hundredth|thousandth)s?\b|\b(?P<half>half|halves|halved|halving|halve)\b"
    r"|\b(?P<n>\d)/(?P<d>\d{1,2})\b(?!/)|(?P<v>[½¼¾⅓⅔])",
    re.I,
)
_FOLD = re.compile(
    r"\b(?:(?P<n>\d+(?:\.\d+)?)[- ]?|(?P<w>[a-z]+?)-?)fold\b|\b(?P<d>double|triple|quadruple|quintuple|treble)[sd]?\b"
    r"|\b(?P<i>doubl|tripl|quadrupl)ing\b|\b(?P<t>twice|thrice)\b",
    re.I,
)
_VAGUE = re.compile(
    r"\b(?P<v>"
    + "|".join(sorted(words.VAGUE, key=len, reverse=True))
    + r")\b(?P<scale>(?: (?:hundred|thousand|million|billion|trillion)\b)*)",
    re.I,
)
_SIGN = "|".join(sorted(map(re.escape, words.CURRENCY_SIGNS), key=len, reverse=True))
_WORD_NUMBER = "|".join(sorted([*words.ONES, *words.TENS], key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<minus>(?<![\w.])[-−–]|\bminus )?(?:(?<![a-zA-Z])(?P<sign>{_SIGN}) ?)?"
    r"(?P<n>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d])\.\d+)"
    r"(?:(?P<letter>[kKmMbBtT])(?![A-Za-z0-9])|(?P<scale>(?:[ -]?(?:hundred|thousand|quadrillion|million|billion|trillion|mln|bln|trn|mn|bn|tn)\b)+))?",
    re.I,
)
_SPELLED = re.compile(
    rf"(?<!\d )\b(?:(?P<a>an?) (?=hundred|thousand|million|billion|trillion))?"
    rf"(?P<words>(?:(?:{_WORD_NUMBER}|hundred|thousand|million|billion|trillion)\b(?:(?:-| and | |, )(?=(?:{_WORD_NUMBER}|hundred|thousand|million|billion|trillion)\b))?)+)",
    re.I,
)
_UNIT = re.compile(
    r"(?:[ -]|\b)?(?P<u>"
    + "|".join(sorted(map(re.escape, words.UNIT_WORDS), key=len, reverse=True))
    + r")(?![a-zA-Z])",
    re.I,
)
_A_UNIT = re.compile(
    r"\b(?:an?|one|per|each|every|single|last|past|previous|next|this|the) (?P<u>year|month|week|day|hour|minute|decade|century)\b(?P<half> and a half)?",
    re.I,
)
_RANGE = re.compile(r" ?(?:-|–|—|to|and|or|and/or) ?$")
_ABOUT = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|an estimated|estimated|close to|up to|over|more than|at least|in the|as (?:many|much) as) (?:the )?$",
    re.I,
)
_KIND: dict[str, Kind] = {
    "amount": "amount",
    "rate": "rate",
    "duration": "duration",
    "count": "count",
    "times": "times",
}


def parse_en(text: str) -> list[Quantity]:
    """All figures of `text`, in order; overlapping readings are both kept only for fractions."""
    found: list[Quantity] = []
    taken = bytearray(len(text) + 1)
    for reader in (
        _clocks,
        _seasons,
        _degrees,
        _dates,
        _quarters,
        _times,
        _folds,
        _vague,
        _fractions,
        _decades,
        _years,
        _ordinals,
        _numbers,
        _spelled,
        _a_unit,
    ):
        for quantity in reader(text):
            if not any(taken[quantity.start : quantity.end]):
                taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
                found.append(quantity)
    found.sort(key=lambda q: q.start)
    return _lend_scales(text, [_about(text, q) for q in _with_halves(text, found)])


def _make(
    text: str, span: tuple[int, int], number: Decimal, unit: str, kind: Kind, **extra: object
) -> Quantity:
    start, end = span
    fields: dict[str, object] = {"value": plain(number), "low": number, "high": number} | extra
    return Quantity(text[start:end], start, end, unit=unit, kind=kind, **fields)  # type: ignore[arg-type]


def _dates(text: str) -> list[Quantity]:
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
        found.append(
            _make(text, _span(match), Decimal(month), "date", "date", value=value, weak=weak)
        )
    return found


def _span(match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span()
    while end > start and match.string[end - 1] == " ":
        end -= 1
    return start, end


def _years(text: str) -> list[Quantity]:
    found = []
    for match in _YEARLY.finditer(text):
        year = Decimal(match["y"])
        if text[match.end() : match.end() + 1].isalpha():
            continue
        if match["s"]:
            found.append(
                _make(text, _span(match), year, "date", "year", high=year + 9, value=f"{year}s")
            )
        elif match["end"] and "late" not in match["end"].lower():
            also: tuple[tuple[Kind, str, Decimal], ...] = (
                ("year", "date", year),
                ("number", "", year),
            )
            found.append(
                _make(text, _span(match), year, "date", "year", value=f"{year}-12-31", also=also)
            )
        else:
            also = (("number", "", year),)
            found.append(
                _make(
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


def _seasons(text: str) -> list[Quantity]:
    """1995-96, 1981-2: the second year of a pair."""
    found = []
    for match in re.finditer(r"\b(?P<y>(?:19|20)\d\d)[-–/](?P<z>\d{1,2})\b(?![-–/]\d)", text):
        first, last = match["y"], match["y"][: 4 - len(match["z"])] + match["z"]
        if int(last) > int(first):
            for span, year in ((match.span("y"), first), (match.span("z"), last)):
                found.append(_make(text, span, Decimal(year), "date", "year", value=year))
    return found


def _decades(text: str) -> list[Quantity]:
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
            _make(
                text,
                _span(match),
                number,
                "age",
                "count",
                high=number + 9,
                value=f"{number}s",
                also=also,
            )
        )
    return found


def _times(text: str) -> list[Quantity]:
    found = []
    for match in _TIME.finditer(text):
        if match["noon"]:
            total = 720 if match["noon"].lower() == "noon" else 0
            found.append(
                _make(
                    text,
                    _span(match),
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
            found.append(_make(text, _span(match), Decimal(seconds), "second", "duration"))
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
            _make(
                text,
                _span(match),
                Decimal(total),
                unit,
                "time",
                value=f"T{hour:02d}:{minute:02d}",
                also=also,
            )
        )
    return found


def _quarters(text: str) -> list[Quantity]:
    ranks = {"first": 1, "second": 2, "third": 3, "fourth": 4}
    found = []
    for match in _QUARTER.finditer(text):
        word = (match["w"] or "").lower()
        number = Decimal(match["q"] or match["q3"] or ranks.get(word) or int(word[0]))
        found.append(_make(text, _span(match), number, "Q", "quarter", value=f"Q{number}"))
    return found


def _ordinals(text: str) -> list[Quantity]:
    found = []
    for match in _ORDINAL.finditer(text):
        digits = match["n"] or match["no"]
        number = Decimal(digits) if digits else Decimal(words.ORDINALS[match["w"].lower()])
        also: tuple[tuple[Kind, str, Decimal], ...] = (("number", "", number),)
        if digits and not match["no"] and number <= 31:
            also = (*also, ("date", "day", number))
        unit = "ordinal"
        span = _span(match)
        century = re.match(r"[ -]?(?:and \d+th )?centur", text[span[1] :])
        found.append(
            _make(
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
        _make(text, _span(m), Decimal(romans[m["r"]]), "ordinal", "ordinal", weak=True)
        for m in _ROMAN.finditer(text)
    ]
    return found


def _fractions(text: str) -> list[Quantity]:
    found = []
    vulgar = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.333333", "⅔": "0.666667"}
    for match in _FRACTION.finditer(text):
        also: tuple[tuple[Kind, str, Decimal], ...] = ()
        if match["v"]:
            number = Decimal(vulgar[match["v"]])
        elif match["half"]:
            number = Decimal("0.5")
            rest = text[match.end() :]
            if unit := re.match(r"[ -]?(?:an? |of a )?(year|month|day|hour|century|decade)", rest):
                also = (("duration", unit[1], number),)
        elif match["d"]:
            if int(match["d"]) == 0:
                continue
            number = Decimal(match["n"]) / Decimal(match["d"])
        else:
            top = match["top"].lower()
            above = Decimal(1 if top == "a" else int(top) if top.isdigit() else words.ONES[top])
            number = above / words.FRACTIONS[match["low"].lower()]
            if match["low"].lower() in words.ORDINALS and top in ("a", "one"):
                also = (("ordinal", "ordinal", Decimal(words.ORDINALS[match["low"].lower()])),)
            if match["low"].lower() == "quarter":
                also = (("duration", "month", above * 3),)
        number = number.quantize(Decimal("1.000000")).normalize()
        found.append(
            _make(text, _span(match), number, "fraction", "fraction", also=also, weak=True)
        )
    return found


def _folds(text: str) -> list[Quantity]:
    found = []
    for match in _FOLD.finditer(text):
        if match["n"]:
            number = Decimal(match["n"])
        elif match["w"]:
            value = _spelled_value(match["w"].lower().rstrip("-"))
            if value is None:
                continue
            number = value
        else:
            number = Decimal(words.FOLD[(match["d"] or match["i"] or match["t"]).lower()])
        found.append(_make(text, _span(match), number, "times", "times", weak=match["n"] is None))
    return found


def _vague(text: str) -> list[Quantity]:
    found = []
    for match in _VAGUE.finditer(text):
        low, high, _ = words.VAGUE[match["v"].lower()]
        scale = 1
        for word in match["scale"].lower().split():
            scale *= words.SCALES[word]
        if match["v"].lower().endswith(" of") and not match["scale"]:
            follow = re.match(r" (thousand|million|billion|trillion)s", text[match.end() :])
            scale = words.SCALES[follow[1]] if follow else 1
        lower, upper = Decimal(str(low)) * scale, Decimal(str(high)) * scale
        value = plain(lower) if low == high else f"N*{plain(lower)}" if low != 2 else f"N*{scale}"
        of = len(" of") if text.startswith(" of ", match.end()) else 0
        unit, kind, end = _unit_after(text, match.end() + of)
        end = end if unit else match.end()
        found.append(_make(text, (match.start(), end), lower, unit, kind, high=upper, value=value, weak=True,
                           approximate=low != high))  # fmt: skip
    return found


def _unit_after(text: str, pos: int) -> tuple[str, Kind, int]:
    """Unit, kind and end of what follows a number."""
    match = _UNIT.match(text, pos)
    if match is None or (match["u"].lower() == "x" and match.start("u") != pos):
        return "", "number", pos
    word = match["u"].lower()
    if (
        match.start("u") == pos
        and word[0].isalpha()
        and word not in ("km", "kg", "cm", "mm", "nm", "gw", "mw", "x", "bp", "bps", "pp")
    ):
        return "", "number", pos
    unit, kind = words.UNIT_WORDS[word]
    if unit in ("year", "month") and (age := re.match(r"[- ](?:olds?\b|of age)", text[match.end() :])):
        return "age", "count", match.end() + age.end()
    return unit, _KIND[kind], match.end()


def _numbers(text: str) -> list[Quantity]:
    found = []
    for match in _NUMBER.finditer(text):
        joined = (
            re.search(r"[A-Za-z]-?$", text[: match.start("n")]) is not None and not match["sign"]
        )
        if (
            re.match(r"(?!s\b)[A-Za-z]", text[match.end("n") :])
            and not match["letter"]
            and not match["scale"]
        ):
            if _unit_after(text, match.end("n"))[2] == match.end("n"):
                continue
        number = Decimal(match["n"].replace(",", ""))
        for scale in re.findall(r"[a-z]+", (match["scale"] or "").lower()):
            number *= words.SCALES[scale]
        unit, kind, end = _unit_after(text, match.end())
        also: tuple[tuple[Kind, str, Decimal], ...] = ()
        if letter := match["letter"]:
            scaled = number * words.LETTER_SCALES[letter.lower()]
            if match["sign"] or letter in "kKMBb" or kind == "amount":
                number = scaled
            else:  # 100m, 5t: meters and tons, or millions and trillions
                unit, kind, also = (
                    {"m": "m", "t": "ton", "T": "ton"}[letter],
                    "count",
                    (("number", "", scaled),),
                )
        if match["sign"]:
            unit, kind = words.CURRENCY_SIGNS[match["sign"].lower()], "amount"
            end = max(
                match.end(),
                end if kind == "amount" and _is_currency(text, match.end()) else match.end(),
            )
        if match["minus"] and _starts_negative(text, match):
            number = -number
        start = match.start("sign") if match["sign"] else match.start("n")
        if number < 0:
            start = match.start()
        found.append(
            _make(text, _trim(text, start, end), number, unit, kind, weak=joined, also=also)
        )
    return found


def _is_currency(text: str, pos: int) -> bool:
    match = _UNIT.match(text, pos)
    return match is not None and match["u"].lower() in words.CURRENCY_WORDS


def _starts_negative(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start() - 1) : match.start()] in ("", " ", "(")


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in " -":
        end -= 1
    while start < end and text[start] == " ":
        start += 1
    return start, end


def _spelled_value(phrase: str) -> Decimal | None:
    total = section = Decimal(0)
    seen = False
    for word in re.findall(r"[a-z]+", phrase.lower()):
        if word in words.ONES:
            section += words.ONES[word]
        elif word in words.TENS:
            section += words.TENS[word]
        elif word == "hundred":
            section = (section or Decimal(1)) * 100
        elif word in words.SCALES:
            total += (section or Decimal(1)) * words.SCALES[word]
            section = Decimal(0)
        elif word != "and":
            return None
        seen = True
    return total + section if seen else None


def _spelled(text: str) -> list[Quantity]:
    found = []
    for match in _SPELLED.finditer(text):
        for phrase, offset in _split_spelled(match["words"]):
            number = _spelled_value(phrase)
            if number is None:
                continue
            start = match.start("words") + offset
            end = start + len(phrase)
            unit, kind, end = _unit_after(text, end)
            found.append(_make(text, _trim(text, start, end), number, unit, kind, weak=True))
    return found


def _split_spelled(phrase: str) -> list[tuple[str, int]]:
    """ "two and three", "two million and five million": numbers that no scale joins stand alone."""
    tens, ones = "|".join(words.TENS), "|".join(words.ONES)
    simple = rf"(?:(?:{tens})[- ](?:{ones})|{tens}|{ones})\b"
    scale = r"(?:hundred|thousand|million|billion|trillion)\b"
    scaled = rf"(?:{simple} )?{scale}(?: {scale})*"
    chain = rf"{scaled}(?:(?: and |, | )(?!{simple} (?:million|billion|trillion)){scaled})*(?:(?: and | ){simple}(?! ?{scale}))?"
    return [(m[0], m.start()) for m in re.finditer(rf"{chain}|{simple}", phrase, re.I)]


def _clocks(text: str) -> list[Quantity]:
    """ "1 minute 23.19 seconds" is one figure."""
    return [
        _make(text, _span(m), Decimal(m["m"]) * 60 + Decimal(m["s"]), "second", "duration")
        for m in re.finditer(
            r"\b(?P<m>\d+)[- ]minutes?,? (?:and )?(?P<s>\d+(?:\.\d+)?)[- ]seconds?\b", text
        )
    ]


def _degrees(text: str) -> list[Quantity]:
    return [
        _make(text, _span(m), Decimal(m["n"]), "degree", "count")
        for m in re.finditer(r"(?<![\w.])(?P<n>-?\d+(?:\.\d+)?) ?°? ?[CF]\b", text)
    ]


def _a_unit(text: str) -> list[Quantity]:
    many = {"decades": (20, 99, "year"), "centuries": (200, 999, "year"), "years": (2, 19, "year"), "months": (2, 19, "month"),
            "weeks": (2, 9, "week"), "days": (2, 9, "day"), "hours": (2, 9, "hour"), "minutes": (2, 9, "minute")}  # fmt: skip
    plural = [
        _make(text, _span(m), Decimal(many[m[0].lower()][0]), many[m[0].lower()][2], "duration",
              high=Decimal(many[m[0].lower()][1]), value="N*1", weak=True, approximate=True)
        for m in re.finditer(r"\b(?:decades|centuries|years|months|weeks|days|hours|minutes)\b", text, re.I)
    ]  # fmt: skip
    return plural + [
        _make(
            text,
            _span(m),
            Decimal("1.5") if m["half"] else Decimal(1),
            m["u"].lower(),
            "duration",
            weak=True,
        )
        for m in _A_UNIT.finditer(text)
    ]


def _with_halves(text: str, found: list[Quantity]) -> list[Quantity]:
    """ "two and a half years", "1½ times": the half joins the number before it."""
    out: list[Quantity] = []
    for quantity in found:
        previous = out[-1] if out else None
        gap = text[previous.end : quantity.start] if previous else ""
        if (
            previous
            and quantity.kind == "fraction"
            and quantity.low < 1
            and gap in (" and ", "", " and a ")
            and previous.kind == "number"
        ):
            number = previous.low + quantity.low
            unit, kind, end = _unit_after(text, quantity.end)
            out[-1] = _make(
                text,
                (previous.start, end),
                number,
                unit,
                kind,
                weak=True,
                also=(("number", "", previous.low),),
            )
            continue
        out.append(quantity)
    return out


def _lend_scales(text: str, found: list[Quantity]) -> list[Quantity]:
    """ "$2-3 billion", "2 to 3 million": the first number takes the scale and unit of the second."""
    out = list(found)
    for i in range(len(out) - 1):
        first, second = out[i], out[i + 1]
        gap = text[first.end : second.start]
        if not re.fullmatch(r" ?(?:-|–|—|to|and|or|or even) ?", gap) or second.low <= 0:
            continue
        scale = re.search(r"(hundred|thousand|million|billion|trillion|mn|bn|tn)", second.surface)
        if (
            first.kind in ("number", "amount")
            and first.low < 1000
            and scale
            and not re.search(scale[1], first.surface)
        ):
            factor = words.SCALES[scale[1]]
            unit = first.unit or second.unit
            kind = first.kind if first.unit else second.kind
            out[i] = replace(first, low=first.low * factor, high=first.high * factor, value=plain(first.low * factor),
                             unit=unit, kind=kind, also=(("number", "", first.low),))  # fmt: skip
        elif first.kind == "number" and second.kind in (
            "rate",
            "duration",
            "amount",
            "count",
            "times",
        ):
            out[i] = replace(first, unit=second.unit, kind=second.kind)
    return out


def _about(text: str, quantity: Quantity) -> Quantity:
    match = _ABOUT.search(text[: quantity.start])
    if match is None:
        return quantity
    word = match[0].lower().strip()
    bound = (
        ">"
        if word.startswith(("over", "more", "at least"))
        else "<"
        if word.startswith(("up to", "nearly", "almost", "as "))
        else ""
    )
    return replace(quantity, approximate=True, bound=bound)
