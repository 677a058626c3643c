"""Stage 2b: clean pairs + entity files → terms that nearly always take one English form.

Input:  `WORK/clean/NAME.tsv`, the entity files.
Output: `WORK/lexicon/lexicon.tsv`: Japanese, English, share of the pairs with the Japanese whose
        English side holds the form (0: from an entity file alone).

The program gives these forms to the translator inline, so that a small network need not store them.

    首相 → Prime Minister 0.77 · 関税 → tariffs 0.91 · トランプ → Trump 0.72
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from models.recipe.files import read_pairs, write_lines
from models.recipe.lexicon import Lexicon, read_lexicon

_RUN = re.compile(r"(?<![\d㐀-鿿々])[㐀-鿿々]{2,6}|[ァ-ヺー・]{2,16}")
_WRITTEN = re.compile(r"[㐀-鿿ァ-ヺ]")
_PLAIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 .'&-]*$")
_GENERAL_LISTS = ("cldr", "municipalities", "diet_members", "wikipedia_titles")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’.&-]*[A-Za-z]|[A-Za-z]")
_STOP = frozenset(
    """
    the a an of in to and on for at by with from as is are was were be been it its that this
    which has have had he she they his her their who will would not or but also about said than
    more one there when after been into over up out other all can may could such no if so him
    them we you i do did does being between during under through while what where how most some
    any only very according however because since before new first two made make used using many
    year years
    """.split()  # noqa: SIM905
)


@dataclass
class Counts:
    """Ids of Japanese units and English n-grams, how often each occurs, and where together."""

    ja: dict[str, int] = field(default_factory=dict)
    en: dict[str, int] = field(default_factory=dict)
    joint: list[np.ndarray] = field(default_factory=list)

    def add(self, units: set[str], grams: set[str]) -> None:
        rows = np.array([self.ja.setdefault(unit, len(self.ja)) for unit in units], dtype=np.int64)
        columns = np.array([self.en.setdefault(g, len(self.en)) for g in grams], dtype=np.int64)
        self.joint.append(((rows[:, None] << 24) | columns[None, :]).ravel())


def ja_units(ja: str, lexicon: Lexicon) -> set[str]:
    """Known terms by longest match, and whole runs of kanji or katakana."""
    units = {match.group(0).strip("・") for match in _RUN.finditer(ja)}
    at = 0
    while at < len(ja) - 1:
        size = 1
        if ja[at : at + 2] in lexicon.heads:
            for length in range(min(lexicon.longest_chars, len(ja) - at), 1, -1):
                term = ja[at : at + length]
                if term in lexicon.names or term in lexicon.words:
                    units.add(term)
                    size = length
                    break
        at += size
    return units


def stem(gram: str) -> str:
    """Lower case, no plural: 'Tariffs' and 'tariff' are one form."""
    gram = gram.lower()
    return gram[:-1] if len(gram) > 4 and gram.endswith("s") and not gram.endswith("ss") else gram


def en_grams(en: str) -> Iterator[tuple[str, bool]]:
    """One to three words that neither begin nor end with a function word; begins a clause?"""
    for clause in re.split(r'[,;:()"]|\. ', en):
        words = _WORD.findall(clause)
        for begin in range(len(words)):
            if words[begin].lower() in _STOP:
                continue
            for end in range(begin + 1, min(begin + 4, len(words) + 1)):
                if words[end - 1].lower() not in _STOP:
                    yield " ".join(words[begin:end]), begin == 0


@dataclass(frozen=True)
class Counted:
    """A unit and a form: pairs with the unit, with the form, with both."""

    unit: str
    form: str
    units: int
    forms: int
    both: int


def count(
    pairs: list[tuple[str, str]], lexicon: Lexicon, *, least: int
) -> tuple[list[Counted], dict[str, str], Counter[str]]:
    """Joint counts of at least `least`; the usual spelling of each form; how often each unit is."""
    ja_df: Counter[str] = Counter()
    en_df: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    rows: list[tuple[set[str], set[str]]] = []
    for ja, en in pairs:
        units, forms = ja_units(ja, lexicon), set()
        for gram, first in en_grams(en):
            forms.add(stem(gram))
            if not first:
                spellings.setdefault(stem(gram), Counter())[gram] += 1
        ja_df.update(units)
        en_df.update(forms)
        rows.append((units, forms))
    counts = Counts()
    for units, forms in rows:
        kept = {unit for unit in units if ja_df[unit] >= least}
        heard = {form for form in forms if en_df[form] >= least}
        if kept and heard:
            counts.add(kept, heard)
    keys, both = np.unique(np.concatenate(counts.joint), return_counts=True)
    units_by_id, forms_by_id = list(counts.ja), list(counts.en)
    found: list[Counted] = []
    for key, together in zip(keys[both >= least], both[both >= least], strict=True):
        unit, form = units_by_id[int(key) >> 24], forms_by_id[int(key) & 0xFFFFFF]
        found.append(Counted(unit, form, ja_df[unit], en_df[form], int(together)))
    usual = {form: spelled.most_common(1)[0][0] for form, spelled in spellings.items()}
    return found, usual, ja_df


def best_forms(
    counted: list[Counted], lexicon: Lexicon, settings: dict[str, Any]
) -> dict[str, Counted]:
    """The form of each unit that is most mutual; of two nearly as good, the longer.

    A form that a list knows for the unit is taken with less evidence than one that is only seen.
    """
    best: dict[str, tuple[float, Counted]] = {}
    for item in counted:
        forward, backward = item.both / item.units, item.both / item.forms
        listed = lexicon.names.get(item.unit, ()) + lexicon.words.get(item.unit, ())
        known = item.form in {stem(form) for form in listed}
        if known:
            enough = forward >= settings["least_share_listed"]
        else:
            enough = (
                forward >= settings["least_share"]
                and backward >= settings["least_back_share"]
                and item.both >= settings["least_count_unlisted"]
            )
        if not enough or not _WRITTEN.search(item.unit):
            continue
        bonus = (1 + 0.12 * item.form.count(" ")) * (1.5 if known else 1)
        score = forward * backward**0.3 * bonus
        if item.unit not in best or score > best[item.unit][0]:
            best[item.unit] = (score, item)
    return {unit: item for unit, (_, item) in best.items()}


def list_forms(lexicon: Lexicon, seen: set[str], usual: dict[str, str]) -> dict[str, str]:
    """Entries with one form only whose Japanese is too rare in the corpus to be judged by it."""
    chosen: dict[str, str] = {}
    for term, forms in {**lexicon.words, **lexicon.names}.items():
        if term in seen or len(term) < 3 or len({stem(form) for form in forms}) != 1:
            continue
        if not _WRITTEN.search(term) or not _PLAIN.match(forms[0]):
            continue
        chosen[term] = usual.get(stem(forms[0]), forms[0])
    return chosen


def run(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Writes the lexicon unless it exists.

    The `first` domains decide about the terms that are frequent in them: アップル is Apple in the
    news and an apple elsewhere.
    """
    target = work / "lexicon" / "lexicon.tsv"
    if target.exists():
        return
    settings = config["mine"]
    domains: dict[str, list[tuple[str, str]]] = {}
    for name, limit in settings["domains"].items():
        lines = [(ja, en) for ja, en, _ in read_pairs(work / "clean" / f"{name}.tsv")]
        domains[name] = lines[:: max(1, len(lines) // limit)]
    known, lists = read_lexicon(shared), read_lexicon(shared, names=_GENERAL_LISTS)
    everything = [pair for pairs in domains.values() for pair in pairs]
    judged = set[str]()
    rows: list[str] = []
    for pairs in ([p for name in settings["first"] for p in domains[name]], everything):
        counted, usual, frequent = count(pairs, known, least=settings["least_count"])
        for unit, item in sorted(best_forms(counted, lists, settings).items()):
            if unit not in judged:
                form = usual.get(item.form, item.form)
                rows.append(f"{unit}\t{form}\t{item.both / item.units:.2f}")
        judged |= {unit for unit, times in frequent.items() if times >= settings["judged_from"]}
        judged |= {row.split("\t", 1)[0] for row in rows}
    mined = len(rows)
    rows += [f"{ja}\t{en}\t0" for ja, en in sorted(list_forms(lists, judged, usual).items())]
    write_lines(target, rows)
    print(f"mine: {mined} terms from {len(everything)} pairs, {len(rows) - mined} from lists")


def ship(work: Path, out: Path, *, least_share: float) -> None:
    """The part of the lexicon that goes with a model: terms whose form is nearly always right."""
    rows = (work / "lexicon" / "lexicon.tsv").read_text(encoding="utf-8").splitlines()
    write_lines(out, (row for row in rows if _is_sure(*row.split("\t"), least_share=least_share)))


def _is_sure(ja: str, en: str, share: str, *, least_share: float) -> bool:
    """Often right, and nothing added: 北斗 is no "Shin-Hakodate-Hokuto"."""
    if not float(share):
        return True
    words = re.findall(r"[A-Za-z]+", en)
    names = [word for word in words if word[0].isupper()]
    adds_letters = len(words) > 1 and any(
        len(word) > 1 and word.isupper() and word not in ja for word in words
    )
    return float(share) >= least_share and not adds_letters and len(names) <= max(2, len(ja))
