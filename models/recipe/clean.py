"""Stage 1: corpus files → clean, decontaminated, split pairs, one file per domain.

Input:  `SHARED/corpus/NAME.tsv.xz`; `SHARED/eval/*.{ja,en}`, `SHARED/samples/*` to keep away from.
Output: `WORK/clean/NAME.tsv` (training), `WORK/clean/held_out.tsv`, `WORK/clean/report.json`
        (how many pairs each rule dropped, how many overlapped with what).

    『売上高は５兆ドル（約750兆円）に 達した。』 → 売上高は5兆ドル(約750兆円)に達した。
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from models.recipe.files import Pair, read_pairs, write_pairs

_JA = re.compile(r"[぀-ヿ㐀-鿿々]")
_KANA = re.compile(r"[぀-ヿ]")
_CJK = r"぀-ヿ㐀-鿿々、。「」『』()"
_SPACE_BETWEEN = re.compile(rf"(?<=[{_CJK}])[ \u3000]+(?=\S)|(?<=\S)[ \u3000]+(?=[{_CJK}])")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "´": "'", "`": "'"})
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARKUP = re.compile(r"</?[a-z][^>]*>|\{\{|\}\}|https?://|\[[^\]]*\]\(|:[a-z]+:`|\\[a-z]{2}")


def normalize_ja(text: str) -> str:
    """NFKC, and no spaces beside Japanese characters: 'AI の 利用' → 'AIの利用'."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return re.sub(r"\s+", " ", _SPACE_BETWEEN.sub("", text)).strip()


def normalize_en(text: str) -> str:
    """NFKC, straight quotes, single spaces; dashes stay as they are."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return re.sub(r"\s+", " ", text).strip()


def reason_to_drop(ja: str, en: str, limits: dict[str, Any]) -> str | None:
    """The name of the first rule that rejects the pair, or None.

    >>> reason_to_drop("売上高は24%減った。", "Sales fell 42%.", {})
    'number'
    """
    if not ja or not en:
        return "empty"
    if ja == en:
        return "copy"
    if len(ja) > limits.get("max_ja_chars", 220) or len(en) > limits.get("max_en_chars", 550):
        return "too long"
    if not _JA.search(ja):
        return "not Japanese"
    if len(_JA.findall(en)) > 0:
        return "Japanese in English"
    if len(ja) > 12 and not _KANA.search(ja):
        return "no kana in a long line"
    letters = sum(char.isascii() and char.isalpha() for char in en)
    if letters < 0.5 * len(en):
        return "few letters in English"
    if _MARKUP.search(ja) or _MARKUP.search(en):
        return "markup"
    ratio = (len(en) + 5) / (len(ja) + 5)
    if not 0.7 <= ratio <= limits.get("max_ratio", 4.5):
        return "length ratio"
    return None if numbers_agree(ja, en) else "number"


def numbers_agree(ja: str, en: str) -> bool:
    """False only where both sides hold digits and most of the Japanese ones are not in the English.

    Counting words (12万人 / 120,000) change digits, so a number counts as kept when its leading
    digits are found.
    """
    digits = "".join(_NUMBER.findall(en)).replace(",", "").replace(".", "")
    found = [number.replace(",", "").replace(".", "") for number in _NUMBER.findall(ja)]
    if not found or not digits:
        return True
    kept = sum(number.rstrip("0")[:3] in digits for number in found)
    return kept * 2 >= len(found)


def ngrams(text: str, size: int, *, words: bool) -> set[int]:
    if words:
        units = re.findall(r"[a-z0-9]+", text.lower())
    else:
        units = list(re.sub(r"[^぀-ヿ㐀-鿿々a-zA-Z0-9]", "", text))
    return {hash(tuple(units[i : i + size])) for i in range(len(units) - size + 1)}


def forbidden_ngrams(shared: Path, ja_size: int, en_size: int) -> tuple[set[int], set[int]]:
    """Character n-grams of every Japanese and word n-grams of every English line held for tests."""
    ja: set[int] = set()
    en: set[int] = set()
    for path in sorted((shared / "eval").glob("*.ja")):
        for line in path.read_text(encoding="utf-8").splitlines():
            ja |= ngrams(normalize_ja(line), ja_size, words=False)
        for line in path.with_suffix(".en").read_text(encoding="utf-8").splitlines():
            en |= ngrams(normalize_en(line), en_size, words=True)
    for path in sorted((shared / "samples").glob("*")):
        if path.suffix in {".txt", ".tsv"} and path.stem not in {"names", "numbers"}:
            for line in path.read_text(encoding="utf-8").splitlines():
                ja |= ngrams(normalize_ja(line), ja_size, words=False)
    return ja, en


def held_out(ja: str, per_thousand: int) -> bool:
    digest = hashlib.sha256(ja.encode()).digest()
    return int.from_bytes(digest[:4], "big") % 1000 < per_thousand


def clean_domain(
    pairs: Iterable[Pair],
    forbidden: tuple[set[int], set[int]],
    counts: Counter[str],
    seen: set[int],
    *,
    config: dict[str, Any],
) -> Iterator[Pair]:
    """Pairs that pass every rule; `counts` tells what happened to the others."""
    ja_size, en_size = config["ja_ngram_chars"], config["en_ngram_words"]
    for raw_ja, raw_en, source in pairs:
        counts["read"] += 1
        ja, en = normalize_ja(raw_ja), normalize_en(raw_en)
        reason = reason_to_drop(ja, en, config)
        key = hash((ja, en))
        if reason is None and key in seen:
            reason = "duplicate"
        if reason is None and (
            not forbidden[0].isdisjoint(ngrams(ja, ja_size, words=False))
            or not forbidden[1].isdisjoint(ngrams(en, en_size, words=True))
        ):
            reason = "overlap with evaluation"
        if reason is not None:
            counts[reason] += 1
            continue
        seen.add(key)
        yield ja, en, source


def run(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Cleans every domain of `config["domains"]`; skips those whose file exists."""
    settings = config["clean"]
    out = work / "clean"
    report_path = out / "report.json"
    if report_path.exists():
        return
    forbidden = forbidden_ngrams(shared, settings["ja_ngram_chars"], settings["en_ngram_words"])
    seen: set[int] = set()
    report: dict[str, dict[str, int]] = {}
    kept_out: list[Pair] = []
    for name, domain in config["domains"].items():
        counts: Counter[str] = Counter()
        pairs: Iterable[Pair] = read_pairs(shared / "corpus" / f"{domain['file']}.tsv.xz")
        wanted = set(domain.get("only", ()))
        if wanted:
            pairs = (pair for pair in pairs if pair[2] in wanted)
        kept = list(clean_domain(pairs, forbidden, counts, seen, config=settings))
        held = [pair for pair in kept if held_out(pair[0], settings["held_out_per_thousand"])]
        kept_out += held
        train = [pair for pair in kept if not held_out(pair[0], settings["held_out_per_thousand"])]
        counts["held out"], counts["kept"] = len(held), len(train)
        write_pairs(out / f"{name}.tsv", train)
        report[name] = dict(counts)
        print(f"clean {name}: {dict(counts)}", flush=True)
    write_pairs(out / "held_out.tsv", kept_out)
    report_path.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
