"""Amounts, counts, fractions and multiples of an English sentence, in digits and in words.

¥1.2bn → 1200000000 JPY      fourfold → 4 times      a dozen → 12      tens of millions → N*10000000
"""

from __future__ import annotations

import re
from decimal import Decimal

from kawaraban.translation.numerals import en_words as words
from kawaraban.translation.numerals.en_reading import make, span_of, trim, unit_after
from kawaraban.translation.numerals.quantity import Kind, Quantity, plain

_FRACTION = re.compile(
    r"\b(?P<top>one|two|three|four|five|six|seven|eight|nine|a|\d+)[- ](?P<low>half|halves"
    r"|third|quarter|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|eleventh|twelfth|fifteenth|twentieth|thirtieth|fortieth"
    r"|fiftieth|two-hundredth|hundredth|thousandth)s?\b|\b(?P<half>half|halves|halved|halving"
    r"|halve)\b"
    r"|\b(?P<n>\d)/(?P<d>\d{1,2})\b(?!/)|(?P<v>[½¼¾⅓⅔])",
    re.I,
)
_FOLD = re.compile(
    r"\b(?:(?P<n>\d+(?:\.\d+)?)[- ]?|(?P<w>[a-z]+?)-?)fold\b|\b(?P<d>double|triple|quadruple"
    r"|quintuple|treble)[sd]?\b"
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
    r"(?:(?P<letter>[kKmMbBtT])(?![A-Za-z0-9])|(?P<scale>(?:[ -]?(?:hundred|thousand"
    r"|quadrillion|million|billion|trillion|mln|bln|trn|mn|bn|tn)\b)+))?",
    re.I,
)
_SPELLED = re.compile(
    rf"(?<!\d )\b(?:(?P<a>an?) (?=hundred|thousand|million|billion|trillion))?"
    rf"(?P<words>(?:(?:{_WORD_NUMBER}|hundred|thousand|million|billion|trillion)\b(?:(?:-| and "
    rf"| |, )(?=(?:{_WORD_NUMBER}|hundred|thousand|million|billion|trillion)\b))?)+)",
    re.I,
)
_A_UNIT = re.compile(
    r"\b(?:an?|one|per|each|every|single|last|past|previous|next|this|the) (?P<u>year|month"
    r"|week|day|hour|minute|decade|century)\b(?P<half> and a half)?"
    r"|\bquarter[- ](?:of an )?(?P<quarter>hour)\b|\ba (?:percentage )?(?P<point>point)\b",
    re.I,
)


_MANY = {
    "decades": (20, 99, "year"), "centuries": (200, 999, "year"), "years": (2, 19, "year"),
    "months": (2, 19, "month"), "weeks": (2, 9, "week"), "days": (2, 9, "day"),
    "hours": (2, 9, "hour"), "minutes": (2, 9, "minute"),
}  # fmt: skip
_PLURAL = re.compile(rf"\b(?:{'|'.join(_MANY)})\b", re.I)


def read_degrees(text: str) -> list[Quantity]:
    return [
        make(text, span_of(m), Decimal(m["n"]), "degree", "count")
        for m in re.finditer(r"(?<![\w.])(?P<n>-?\d+(?:\.\d+)?) ?°? ?[CF]\b", text)
    ]


def read_fractions(text: str) -> list[Quantity]:
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
            if match["low"].lower() == "halves":  # of a game: 引き分け
                also = (("number", "", above),)
            if match["low"].lower() == "quarter":
                also = (("duration", "month", above * 3),)
        number = number.quantize(Decimal("1.000000")).normalize()
        found.append(
            make(text, span_of(match), number, "fraction", "fraction", also=also, weak=True)
        )
    return found


def read_folds(text: str) -> list[Quantity]:
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
        found.append(make(text, span_of(match), number, "times", "times", weak=match["n"] is None))
    return found


def read_vague(text: str) -> list[Quantity]:
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
        unit, kind, end = unit_after(text, match.end() + of)
        end = end if unit else match.end()
        span = (match.start(), end)
        extra = {"high": upper, "value": value, "weak": True, "approximate": low != high}
        found.append(make(text, span, lower, unit, kind, **extra))
    return found


def read_numbers(text: str) -> list[Quantity]:
    found = []
    for match in _NUMBER.finditer(text):
        joined = (
            re.search(r"[A-Za-z]-?$", text[: match.start("n")]) is not None and not match["sign"]
        )
        scaled_here = match["letter"] or match["scale"]
        glued = not scaled_here and re.match(r"(?!s\b)[A-Za-z]", text[match.end("n") :])
        if glued and unit_after(text, match.end("n"))[2] == match.end("n"):
            continue
        number = Decimal(match["n"].replace(",", ""))
        for scale in re.findall(r"[a-z]+", (match["scale"] or "").lower()):
            number *= words.SCALES[scale]
        unit, kind, end = unit_after(text, match.end())
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
        found.append(make(text, trim(text, start, end), number, unit, kind, weak=joined, also=also))
    return found


def _is_currency(text: str, pos: int) -> bool:
    return unit_after(text, pos)[1] == "amount"


def _starts_negative(text: str, match: re.Match[str]) -> bool:
    return text[max(0, match.start() - 1) : match.start()] in ("", " ", "(")


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


def read_spelled(text: str) -> list[Quantity]:
    found = []
    for match in _SPELLED.finditer(text):
        for phrase, offset in _split_spelled(match["words"]):
            number = _spelled_value(phrase)
            if number is None:
                continue
            start = match.start("words") + offset
            end = start + len(phrase)
            unit, kind, end = unit_after(text, end)
            found.append(make(text, trim(text, start, end), number, unit, kind, weak=True))
    return found


def _split_spelled(phrase: str) -> list[tuple[str, int]]:
    """ "two and three", "two million and five million": numbers that no scale joins stand alone."""
    tens, ones = "|".join(words.TENS), "|".join(words.ONES)
    simple = rf"(?:(?:{tens})[- ](?:{ones})|{tens}|{ones})\b"
    scale = r"(?:hundred|thousand|million|billion|trillion)\b"
    scaled = rf"(?:{simple} )?{scale}(?: {scale})*"
    chain = (
        rf"{scaled}(?:(?: and |, | )(?!{simple} (?:million|billion|trillion)){scaled})*(?:(?: "
        rf"and | ){simple}(?! ?{scale}))?"
    )
    return [(m[0], m.start()) for m in re.finditer(rf"{chain}|{simple}", phrase, re.I)]


def read_units(text: str) -> list[Quantity]:
    """ "for years", "a month", "a year and a half"."""
    plural = []
    for match in _PLURAL.finditer(text):
        low, high, unit = _MANY[match[0].lower()]
        extra = {"high": Decimal(high), "value": "N*1", "weak": True, "approximate": True}
        plural.append(make(text, span_of(match), Decimal(low), unit, "duration", **extra))
    return plural + [_a_unit(text, match) for match in _A_UNIT.finditer(text)]


def _a_unit(text: str, match: re.Match[str]) -> Quantity:
    if match["point"]:
        return make(text, span_of(match), Decimal(1), "point", "rate", weak=True)
    number = Decimal("1.5") if match["half"] else Decimal(1)
    if match["quarter"]:
        number = Decimal("0.25")
    unit = (match["u"] or match["quarter"]).lower()
    return make(text, span_of(match), number, unit, "duration", weak=True)
