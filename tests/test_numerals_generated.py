"""A thousand hard figures, right by construction: values written out in many Japanese ways.

The writers below share no code with the parser: each takes a value and spells it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from kawaraban.translation.numerals import parse_ja

_DIGITS = "〇一二三四五六七八九"
_WIDE = str.maketrans("0123456789,.%", "０１２３４５６７８９，．％")
_GROUPS = [(10**12, "兆"), (10**8, "億"), (10**4, "万")]
_CURRENCIES = [
    ("円", "JPY"),
    ("ドル", "USD"),
    ("ユーロ", "EUR"),
    ("ポンド", "GBP"),
    ("ウォン", "KRW"),
]
_COUNTERS = ["人", "社", "件", "台", "個", "棟", "世帯", "隻", "機", "カ国", "カ所", "頭"]

Case = tuple[str, str, str, str]  # sentence, surface, value, unit ("" = any)


def _number(rng: random.Random) -> int:
    return rng.randint(1, 9999) * 10 ** rng.choice([0, 2, 3, 4, 6, 7, 8, 9, 11, 12]) + rng.choice(
        [0, 0, 5]
    )


def _small_kanji(number: int) -> str:
    out = ""
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            out += ("" if digit == 1 and name else _DIGITS[digit]) + name
    return out


def _grouped(number: int, write: Callable[[int], str]) -> str:
    out = ""
    for size, name in _GROUPS:
        count, number = divmod(number, size)
        if count:
            out += write(count) + name
    return out + (write(number) if number else "")


def _kanji(number: int) -> str:
    return _grouped(number, _small_kanji)


def _mixed(number: int) -> str:
    return _grouped(number, str)


def _mixed_commas(number: int) -> str:
    return _grouped(number, lambda part: f"{part:,}")


def _commas(number: int) -> str:
    return f"{number:,}"


def _wide(number: int) -> str:
    return _mixed(number).translate(_WIDE)


def _money(rng: random.Random) -> Iterator[Case]:
    for write in (_mixed, _mixed_commas, _commas, _wide, _kanji) * 40:
        number = max(_number(rng), 20)
        word, unit = rng.choice(_CURRENCIES)
        surface = f"{write(number)}{word}"
        yield f"同社の投資額は{surface}に達した。", surface, str(number), unit


def _counts(rng: random.Random) -> Iterator[Case]:
    for write in (_mixed, _commas, _wide, _mixed_commas) * 30:
        number = rng.randint(11, 999) * 10 ** rng.choice([0, 1, 3, 4, 5])
        surface = f"{write(number)}{rng.choice(_COUNTERS)}"
        yield f"対象は{surface}にのぼる見通しだ。", surface, str(number), ""


def _decimals(rng: random.Random) -> Iterator[Case]:
    for _ in range(80):
        tenths, (size, name) = rng.randint(11, 9999), rng.choice(_GROUPS)
        surface = f"{tenths // 10}.{tenths % 10}{name}円"
        yield f"規模は{surface}とみられる。", surface, str(tenths * size // 10), "JPY"


def _rates(rng: random.Random) -> Iterator[Case]:
    for _ in range(60):
        tenths = rng.randint(1, 999)
        value = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
        surface = rng.choice(
            [f"{value}%", f"{value}％", f"{value}パーセント", f"{value}%".translate(_WIDE)]
        )
        yield f"前年同期比で{surface}増えた。", surface, value, "percent"
    for _ in range(40):
        value = f"{rng.randint(0, 9)}.{rng.randint(1, 9)}"
        mark = rng.choice(["▲", "△", "マイナス"])
        yield f"成長率は{mark}{value}%だった。", f"{mark}{value}%", f"-{value}", "percent"
    for _ in range(40):
        tens, ones = rng.randint(1, 9), rng.randint(1, 9)
        yield (
            f"打者の成功率は{tens}割{ones}分だ。",
            f"{tens}割{ones}分",
            str(tens * 10 + ones),
            "percent",
        )
    for _ in range(20):
        value = f"0.{rng.choice(['25', '5', '75', '1', '05'])}"
        yield f"政策金利を{value}ポイント引き上げた。", f"{value}ポイント", value, "point"


def _ranges(rng: random.Random) -> Iterator[Case]:
    for _ in range(80):
        low = rng.randint(2, 40)
        high = low + rng.randint(1, 30)
        dash = rng.choice("〜～―–-")
        unit, name = rng.choice(
            [("%", "percent"), ("年", "year"), ("倍", "times"), ("人", "person"), ("キロ", "kilo")]
        )
        surface = f"{low}{dash}{high}{unit}"
        yield f"効果は{surface}と見込まれる。", surface, f"{low}..{high}", name
    for _ in range(40):
        low, high = rng.randint(1, 4), rng.randint(5, 9)
        surface = f"{low}〜{high}万人"
        yield f"参加者は{surface}とされる。", surface, f"{low}0000..{high}0000", "person"


def _vague(rng: random.Random) -> Iterator[Case]:
    for _ in range(60):
        scale = rng.choice(["", "十", "百", "千"])
        big = rng.choice(["万", "億", "兆", ""])
        if not scale and not big:
            continue
        size = {"": 1, "十": 10, "百": 100, "千": 1000}[scale] * {
            "": 1,
            "万": 10**4,
            "億": 10**8,
            "兆": 10**12,
        }[big]
        word, unit = rng.choice([*_CURRENCIES[:2], ("人", "person")])
        yield f"被害は数{scale}{big}{word}に及ぶ。", f"数{scale}{big}{word}", f"N*{size}", unit
    for _ in range(20):
        big, size = rng.choice([("万", 10**4), ("億", 10**8), ("", 1)])
        yield f"参加は十数{big}人だ。", f"十数{big}人", f"{11 * size}..{19 * size}", "person"


def _dates(rng: random.Random) -> Iterator[Case]:
    for _ in range(120):
        year, month, day = rng.randint(1950, 2029), rng.randint(1, 12), rng.randint(1, 28)
        short = f"{year % 100:02d}"
        iso = f"{year}-{month:02d}-{day:02d}"
        iso_day = f"--{month:02d}-{day:02d}"
        kanji_month = _DIGITS[month] if month < 10 else "十"
        kanji_day = f"{kanji_month}月{_small_kanji(day)}日"
        surface, value, rest = rng.choice(
            [
                (f"{year}年{month}月{day}日", iso, "に発表した。"),
                (f"{month}月{day}日", iso_day, "に会談を開く。"),
                (f"{short}年{month}月", f"{year}-{month:02d}", "に稼働した。"),
                (f"{year}年末", f"{year}-12-31", "までに終える。"),
                (f"{day}日", f"---{day:02d}", "、政府は方針を示した。"),
                (f"{year}年度", str(year), "の予算に計上した。"),
                (kanji_day, f"--{min(month, 10):02d}-{day:02d}", "に着工した。"),
            ]
        )
        yield f"{surface}{rest}", surface, value, ""
    for _ in range(60):
        era, start, last = rng.choice([("令和", 2018, 8), ("平成", 1988, 30), ("昭和", 1925, 63)])
        number = rng.randint(2, last)
        yield f"{era}{number}年に施行された。", f"{era}{number}年", str(start + number), ""


def _others(rng: random.Random) -> Iterator[Case]:
    for _ in range(40):
        below = rng.randint(2, 20)
        above = rng.randint(1, below - 1)
        value = f"{above / below:.6f}".rstrip("0").rstrip(".")
        yield f"費用は従来の{below}分の{above}になる。", f"{below}分の{above}", value, "fraction"
    for _ in range(40):
        value = rng.choice([f"{rng.randint(2, 99)}", f"{rng.randint(1, 9)}.{rng.randint(1, 9)}"])
        yield f"株価は{value}倍に上昇した。", f"{value}倍", value, "times"
    for _ in range(40):
        rank = rng.randint(2, 60)
        form = rng.choice([f"第{rank}回", f"{rank}位", f"{rank}番目", f"{rank}回目"])
        yield f"世界で{form}となった。", form, str(rank), "ordinal"
    for _ in range(40):
        hour, minute = rng.randint(1, 11), rng.randint(0, 59)
        half = rng.choice(["午前", "午後"])
        clock = f"T{hour + (12 if half == '午後' else 0):02d}:{minute:02d}"
        yield f"{half}{hour}時{minute}分ごろ発生した。", f"{half}{hour}時{minute}分", clock, ""
    for _ in range(20):
        size, part = rng.choice([5, 6]), rng.choice([("弱", "lower"), ("強", "upper")])
        yield (
            f"能登で震度{size}{part[0]}を観測した。",
            f"震度{size}{part[0]}",
            f"{size}-{part[1]}",
            "shindo",
        )
    for _ in range(40):
        first = rng.choice([1, 4, 7, 10])
        value = f"--{first:02d}..--{first + 2:02d}"
        yield f"{first}〜{first + 2}月期の決算を発表した。", f"{first}〜{first + 2}月期", value, ""
    for _ in range(40):
        bound, mark = rng.choice([("以上", ">="), ("以下", "<=")])
        number = rng.randint(12, 900)
        yield (
            f"従業員が{number}人{bound}の企業。",
            f"{number}人{bound}",
            f"{mark}{number}",
            "person",
        )


def _cases() -> list[Case]:
    rng = random.Random(20261126)
    writers = (_money, _counts, _decimals, _rates, _ranges, _vague, _dates, _others)
    return list(dict.fromkeys(case for writer in writers for case in writer(rng)))


CASES = _cases()


def test_generated_cases_are_a_thousand() -> None:
    assert len(CASES) >= 1000


@pytest.mark.parametrize("case", CASES, ids=[case[1] for case in CASES])
def test_parse_ja_when_a_value_is_written_out_then_reads_it_back(case: Case) -> None:
    sentence, surface, value, unit = case
    start = sentence.index(surface)
    found = [
        q
        for q in parse_ja(sentence)
        if q.start <= start < q.end or start <= q.start < start + len(surface)
    ]
    assert [q.value for q in found] == [value]
    assert unit in ("", found[0].unit)
    assert sentence[found[0].start : found[0].end] == found[0].surface
