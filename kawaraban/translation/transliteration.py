"""Katakana back to Latin letters: a marked guess for a name that no glossary knows.

    >>> romanize("ザレンバ")
    'Zaremba'
    >>> sounds_like("ジャーナリスト", "The journalist left.")
    True

`romanize` writes the usual spelling of the sounds, never more than a guess. `sounds_like` compares
consonants only, L with R, B with V, C with K: whether an English text can hold the word at all.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

_TWO = {
    "キャ": "kya", "キュ": "kyu", "キョ": "kyo", "シャ": "sha", "シュ": "shu", "ショ": "sho",
    "シェ": "she",
    "チャ": "cha", "チュ": "chu", "チョ": "cho", "チェ": "che", "ニャ": "nya", "ニュ": "nyu",
    "ニョ": "nyo",
    "ヒャ": "hya", "ヒュ": "hyu", "ヒョ": "hyo", "ミャ": "mya", "ミュ": "myu", "ミョ": "myo",
    "リャ": "rya",
    "リュ": "ryu", "リョ": "ryo", "ギャ": "gya", "ギュ": "gyu", "ギョ": "gyo", "ジャ": "ja",
    "ジュ": "ju",
    "ジョ": "jo", "ジェ": "je", "ビャ": "bya", "ビュ": "byu", "ビョ": "byo", "ピャ": "pya",
    "ピュ": "pyu",
    "ピョ": "pyo", "ファ": "fa", "フィ": "fi", "フェ": "fe", "フォ": "fo", "フュ": "fyu",
    "ティ": "ti",
    "ディ": "di", "トゥ": "tu", "ドゥ": "du", "デュ": "du", "テュ": "tu", "ウィ": "wi",
    "ウェ": "we",
    "ウォ": "wo", "ヴァ": "va", "ヴィ": "vi", "ヴェ": "ve", "ヴォ": "vo", "クァ": "qua",
    "クィ": "qui",
    "クェ": "que", "クォ": "quo", "グァ": "gua", "グィ": "gui", "ツァ": "za", "ツィ": "zi",
    "ツェ": "ze",
    "ツォ": "zo", "イェ": "ye", "スィ": "si", "ズィ": "zi",
}  # fmt: skip
_ONE = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ",
        [
            "a",
            "i",
            "u",
            "e",
            "o",
            "ka",
            "ki",
            "ku",
            "ke",
            "ko",
            "sa",
            "shi",
            "su",
            "se",
            "so",
            "ta",
            "chi",
            "tsu",
            "te",
            "to",
            "na",
            "ni",
            "nu",
            "ne",
            "no",
            "ha",
            "hi",
            "fu",
            "he",
            "ho",
            "ma",
            "mi",
            "mu",
            "me",
            "mo",
            "ya",
            "yu",
            "yo",
            "ra",
            "ri",
            "ru",
            "re",
            "ro",
            "wa",
            "o",
            "ga",
            "gi",
            "gu",
            "ge",
            "go",
            "za",
            "ji",
            "zu",
            "ze",
            "zo",
            "da",
            "ji",
            "zu",
            "de",
            "do",
            "ba",
            "bi",
            "bu",
            "be",
            "bo",
            "pa",
            "pi",
            "pu",
            "pe",
            "po",
            "v",
        ],
        strict=True,
    )
)
_CLASSES = str.maketrans(
    {
        "l": "r",
        "v": "b",
        "c": "k",
        "q": "k",
        "g": "k",
        "z": "s",
        "j": "s",
        "x": "ks",
        "f": "h",
        "d": "t",
    }
)


def romanize(katakana: str) -> str:
    """A spelling guess, capitalised; ジョン・スミス gives "Jon Sumis", not "John Smith"."""
    return " ".join(_romanize(part).capitalize() for part in re.split(r"[・＝=]", katakana) if part)


def _romanize(part: str) -> str:
    out, double = "", False
    i = 0
    while i < len(part):
        char = part[i]
        if sound := _TWO.get(part[i : i + 2]):
            i += 1
        elif char == "ッ":
            double = True
            i += 1
            continue
        elif char == "ン":
            sound = (
                "m"
                if part[i + 1 : i + 2] and part[i + 1] in "バビブベボパピプペポマミムメモ"
                else "n"
            )
        else:
            sound = _ONE.get(char, "")
        out += (sound[0] if double and sound else "") + sound
        double = False
        i += 1
    # A vowel that only carries a consonant: ザレンバ stays, スミス → smis, ラトニック → ratnik.
    out = re.sub(r"(?<=[tds])o?u?(?=[kmnrt])(?<![aeiou])", "", out) if len(out) > 6 else out
    out = re.sub(r"(?<=[bdgkmprst])[u]$", "", out)
    return re.sub(r"(?<=t)o$", "", out) if out.endswith("tto") else out


def sounds_like(katakana: str, english: str) -> bool:
    """Whether some word or two of `english` share the consonants of a katakana word."""
    target = _sounds(katakana)
    if len(target) < 2:
        return True
    words = re.findall(r"[a-z]+", english.lower())
    skeletons = [_skeleton(word) for word in words]
    runs = skeletons + [a + b for a, b in pairwise(skeletons)]
    return any(_close(target, run) for run in runs)


def closeness(katakana: str, word: str) -> float:
    """How much of the consonants of a katakana word and a Latin one is the same, 0 to 1; 0 where
    there are too few of them to tell."""
    mine, other = _sounds(katakana), _skeleton(word.lower())
    return _ratio(mine, other) if min(len(mine), len(other)) >= 5 else 0.0


def heard(katakana: str, english: str) -> float:
    """How much of the best sounding part of a name is in some word or two of `english`, 0 to 1."""
    words = [_skeleton(word) for word in re.findall(r"[a-z]+", english.lower())]
    runs = {run for run in (*words, *(a + b for a, b in pairwise(words))) if run}
    parts = [_sounds(part) for part in re.split("[・＝]", katakana) if len(part) > 2]
    if not runs or not parts:
        return 1.0
    best = 0.0
    for part in parts:
        matcher = SequenceMatcher(None, part, "", autojunk=False)
        for run in runs:
            matcher.set_seq2(run)
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
                best = max(best, matcher.ratio())
    return best


def _sounds(katakana: str) -> str:
    return _skeleton("".join(_romanize(part) for part in re.split("[・＝]", katakana)))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _close(target: str, run: str) -> bool:
    if abs(len(target) - len(run)) > 2 or not run:
        return False
    matcher = SequenceMatcher(None, target, run, autojunk=False)
    return matcher.quick_ratio() >= 0.6 and matcher.ratio() >= 0.66


@lru_cache(maxsize=50_000)
def _skeleton(latin: str) -> str:
    """Consonants in classes, doubles once: "journalist" and "janarisuto" → srnrst, snrst."""
    folded = re.sub(r"sh|ch|ts|tch", "s", latin).replace("ph", "h").replace("th", "s")
    folded = re.sub(r"[aeiouyhw]", "", folded.translate(_CLASSES))
    return re.sub(r"(.)\1+", r"\1", folded)
