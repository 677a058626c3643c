"""English number words, units and calendar words."""

from __future__ import annotations

ONES = {
    word: i
    for i, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    w: 10 * i
    for i, w in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
SCALES = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "mn": 10**6, "mln": 10**6, "bn": 10**9, "bln": 10**9, "tn": 10**12, "trn": 10**12,
    "quadrillion": 10**15,
}  # fmt: skip
LETTER_SCALES = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}

_ORDINAL_ONES = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
ORDINALS = {word: i for i, word in enumerate(_ORDINAL_ONES, 1)}
ORDINALS |= {w[:-1] + "ieth": n for w, n in TENS.items()} | {"hundredth": 100}
ORDINALS |= {f"{t}-{o}": n + i for t, n in TENS.items() for i, o in enumerate(_ORDINAL_ONES[:9], 1)}

FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "hundredth": 100,
    "thousandth": 1000, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50,
    "eleventh": 11, "fifteenth": 15, "two-hundredth": 200,
}  # fmt: skip

FOLD = {"double": 2, "twice": 2, "twofold": 2, "triple": 3, "treble": 3, "thrice": 3,
        "quadruple": 4,
        "quintuple": 5, "doubl": 2, "tripl": 3, "quadrupl": 4}  # fmt: skip

VAGUE = {
    "several": (2, 9.99, 1), "a few": (2, 9.99, 1), "few": (2, 9.99, 1), "some": (2, 9.99, 1),
    "multiple": (2, 9.99, 1), "a handful of": (2, 9.99, 1), "various": (2, 9.99, 1),
    "recent": (2, 9.99, 1), "a number of": (2, 9.99, 1), "many": (2, 999, 1),
    "dozens of": (12, 99.9, 1), "dozens": (12, 99.9, 1), "scores of": (20, 99.9, 1),
    "a dozen": (12, 12, 1), "half a dozen": (6, 6, 1), "half-dozen": (6, 6, 1),
    "duo": (2, 2, 1), "trio": (3, 3, 1), "triad": (3, 3, 1), "quartet": (4, 4, 1),
    "quintet": (5, 5, 1),
    "dozen": (12, 12, 1),
    "a couple of": (2, 2, 1), "a couple": (2, 2, 1), "both": (2, 2, 1), "a pair of": (2, 2, 1),
    "tens of": (10, 99.9, 1), "hundreds of": (100, 999.9, 1), "hundreds": (100, 999.9, 1),
    "thousands of": (1000, 99999, 1), "thousands": (1000, 99999, 1),
    "multi-thousand": (1000, 99999, 1), "multi-million": (10**6, 999999999, 1),
    "multi-billion": (10**9, 999999999999, 1), "multibillion": (10**9, 999999999999, 1),
    "tens of thousands": (10**4, 99999, 1), "hundreds of thousands": (10**5, 999999, 1),
    "millions": (10**6, 999999999, 1), "tens of millions": (10**7, 99999999, 1),
    "hundreds of millions": (10**8, 999999999, 1), "billions": (10**9, 999999999999, 1),
    "tens of billions": (10**10, 99999999999, 1), "hundreds of billions": (10**11, 999999999999, 1),
    "trillions": (10**12, 999999999999999, 1), "tens of trillions": (10**13, 99999999999999, 1),
    "hundreds of trillions": (10**14, 999999999999999, 1), "low teens": (11, 13, 1),
    "mid-teens": (14, 16, 1), "high teens": (17, 19, 1), "half a million": (500000, 500000, 1),
    "half a billion": (5 * 10**8, 5 * 10**8, 1),
    "half a trillion": (5 * 10**11, 5 * 10**11, 1),
}  # fmt: skip

MONTHS = {
    name: i
    for i, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"), 1
    )
    for name in names.split()
}  # fmt: skip
MONTH_NAMES = (
    "Jan.",
    "Feb.",
    "March",
    "April",
    "May",
    "June",
    "July",
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec.",
)
MONTH_LONG = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

CURRENCY_SIGNS = {
    "$": "USD", "us$": "USD", "u.s.$": "USD", "usd": "USD", "¥": "JPY", "€": "EUR", "£": "GBP",
    "₩": "KRW", "hk$": "HKD", "nt$": "TWD", "a$": "AUD", "c$": "CAD", "s$": "SGD", "nz$": "NZD",
    "au$": "AUD", "rmb": "CNY", "cny": "CNY", "jpy": "JPY", "eur": "EUR", "₹": "INR", "rs": "INR",
}  # fmt: skip
CURRENCY_WORDS = {
    "yen": "JPY", "dollars": "USD", "dollar": "USD", "usd": "USD", "jpy": "JPY",
    "us dollars": "USD",
    "u.s. dollars": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "pound": "GBP",
    "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY", "won": "KRW", "rupees": "INR", "rupee": "INR",
    "rubles": "RUB", "roubles": "RUB", "ruble": "RUB", "baht": "THB", "swiss francs": "CHF",
    "francs": "CHF", "pesos": "peso", "cents": "cent", "cent": "cent", "hong kong dollars": "HKD",
    "taiwan dollars": "TWD", "new taiwan dollars": "TWD", "australian dollars": "AUD",
    "canadian dollars": "CAD", "singapore dollars": "SGD", "pounds sterling": "GBP",
    "ringgit": "MYR", "rupiah": "IDR", "lira": "TRY", "reais": "BRL", "rand": "ZAR",
    "shekels": "ILS", "bitcoin": "BTC", "bitcoins": "BTC", "dong": "VND",
}  # fmt: skip
RATE_WORDS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "pct": "percent",
    "percentage point": "point", "percentage points": "point", "percentage-point": "point",
    "point": "point", "points": "point", "basis points": "basis point",
    "basis point": "basis point",
    "bps": "basis point", "bp": "basis point", "pp": "point",
}  # fmt: skip
TIME_WORDS = {
    word: unit
    for unit in (
        "year", "month", "week", "day", "hour", "minute", "second", "night", "decade", "century"
    )
    for word in (unit, f"{unit}s", f"{unit}-long")
}  # fmt: skip
TIME_WORDS |= {
    "centuries": "century", "yr": "year", "yrs": "year", "mins": "minute", "hrs": "hour",
    "quarter": "quarter",
}  # fmt: skip
MEASURE_WORDS = {
    "km": "km", "kilometers": "km", "kilometres": "km", "kilometer": "km", "meters": "m",
    "metres": "m", "meter": "m", "centimeters": "cm", "cm": "cm", "mm": "mm", "millimeters": "mm",
    "m": "m", "miles": "mile", "mile": "mile", "mi": "mile", "ft": "foot", "lbs": "lb", "lb": "lb",
    "yards": "yard", "yard": "yard", "ounces": "ounce", "square miles": "mile2",
    "square feet": "ft2", "feet": "foot", "foot": "foot", "inches": "inch",
    "inch": "inch",
    "tons": "ton", "tonnes": "ton", "metric tons": "ton", "ton": "ton", "kg": "kg",
    "kilograms": "kg", "kilos": "kg", "grams": "g", "liters": "liter", "litres": "liter",
    "barrels": "barrel", "hectares": "hectare", "acres": "acre", "square kilometers": "km2",
    "square meters": "m2", "gigawatts": "GW", "gw": "GW", "megawatts": "MW", "mw": "MW",
    "kilowatts": "kW", "degrees": "degree", "knots": "knot", "people": "person",
    "persons": "person",
    "times": "times", "nm": "nm", "nanometers": "nm", "nanometer": "nm",
}  # fmt: skip
UNIT_WORDS: dict[str, tuple[str, str]] = (
    {word: (unit, "amount") for word, unit in CURRENCY_WORDS.items()}
    | {word: (unit, "rate") for word, unit in RATE_WORDS.items()}
    | {word: (unit, "duration") for word, unit in TIME_WORDS.items()}
    | {word: (unit, "count") for word, unit in MEASURE_WORDS.items()}
    | {"times": ("times", "times"), "fold": ("times", "times"), "x": ("times", "times")}
)
