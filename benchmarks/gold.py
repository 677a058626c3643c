"""The three gold documents end to end: is every figure and name right, marked, or wrong in silence?

    python -m benchmarks.faithfulness --samples

Input:  samples/*.txt (pages as they come in), numbers.tsv and names.tsv (see the README there).
Output: one `Case` per place where a gold figure or name stands in a text that the program shows.

Every page goes through the pipeline with all sentences of every article chosen; key points are
translated beside. The verdict does not come from the program's own reading of the Japanese: a
figure is right if the English holds a figure equal to the one in the gold's English, a name if one
of the gold's English forms (or a form that the glossary lists beside it) stands there.

    right     the English has it
    marked    it has not, and a flag names the Japanese where it stands
    doubted   it has not, and the whole sentence is shown Japanese first, with the reason
    silent    it has not, and nothing tells the reader so
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kawaraban.export.wording import is_suspect
from kawaraban.pipeline import Stages, harvest, link, load_stages, process_articles
from kawaraban.run import collect_all
from kawaraban.settings import Settings
from kawaraban.translation.glossary import Glossary, load_glossary
from kawaraban.translation.numerals import Quantity, parse_en
from kawaraban.translation.numerals.matching import match_grade
from kawaraban.translation.term_checks import check_terms, normal_english
from kawaraban.translation.terms import Term
from kawaraban.types import DigestEntry, Translation

Verdict = Literal["right", "marked", "doubted", "silent"]
_ALL_SENTENCES = 10_000
_ABOUT = re.compile(r"(.+?)(?:: | \(| is not | should read | reads )")


@dataclass(frozen=True, slots=True)
class Gold:
    """A figure or name of the gold: its Japanese form and the English that is right for it."""

    document: str
    ja: str
    en: str
    kind: Literal["number", "name"]
    type: str


@dataclass(frozen=True, slots=True)
class Case:
    """One gold form in one text that is shown."""

    gold: Gold
    shown: Translation
    verdict: Verdict


def read_gold(samples: Path) -> list[Gold]:
    """Each Japanese form once a document."""
    found: dict[tuple[str, str, str], Gold] = {}
    for line in (samples / "numbers.tsv").read_text("utf-8").splitlines():
        document, _, ja, _, unit, en = line.split("\t")
        found.setdefault((document, ja, "number"), Gold(document, ja, en, "number", unit))
    for line in (samples / "names.tsv").read_text("utf-8").splitlines():
        ja, en, kind, documents = line.split("\t")
        for document in documents.split(","):
            found.setdefault((document, ja, "name"), Gold(document, ja, en, "name", kind))
    return list(found.values())


def translate_samples(samples: Path, stages: Stages) -> dict[str, list[Translation]]:
    """Everything that a digest of each page could show: titles, key points, all sentences."""
    shown: dict[str, list[Translation]] = {}
    for path in sorted(samples.glob("*.txt")):
        pages = collect_all([str(path)], settings=stages.settings)
        found = link(harvest(pages, encoder=stages.encoder), encoder=stages.encoder)
        entries = process_articles(found.articles, stages, n_sentences=_ALL_SENTENCES)
        made = [item for entry in entries if isinstance(entry, DigestEntry) for item in _all(entry)]
        points = [point for article in found.articles for point in article.key_points]
        made += stages.translator.translate(points)
        shown[path.name.partition("_")[0]] = list({item.ja: item for item in made}.values())
    return shown


def _all(entry: DigestEntry) -> Iterator[Translation]:
    yield entry.title
    yield from (chosen.translation for chosen in entry.sentences)


def judge(
    gold: Sequence[Gold], shown: dict[str, list[Translation]], glossary: Glossary
) -> list[Case]:
    """Every gold form in every text of its document that holds it as a word of its own."""
    cases = []
    for item in gold:
        longer = [g.ja for g in gold if g.document == item.document and item.ja in g.ja != item.ja]
        for text in shown[item.document]:
            rest = text.ja
            for other in longer:
                rest = rest.replace(other, "\n")
            if _stands_in(item, rest):
                cases.append(Case(item, text, _verdict(item, text, glossary)))
    return cases


def _stands_in(item: Gold, text: str) -> bool:
    """As a figure or word of its own: not 7月 in 2017年7月, not アント in アントニオ."""
    if item.kind == "number":
        before = r"(?<![\d.,])(?<!\d月)(?<!\d年)"
        return re.search(rf"{before}{re.escape(item.ja)}(?!\d)", text) is not None
    before, after = _edge(item.ja[0]), _edge(item.ja[-1])
    return re.search(rf"(?<!{before}){re.escape(item.ja)}(?!{after})", text) is not None


def _edge(char: str) -> str:
    """What may not stand next to a character if a word begins or ends there."""
    kinds = ("[ァ-ヴー]", "[A-Za-z0-9]")
    return next((kind for kind in kinds if re.match(kind, char)), "\0")


def _verdict(item: Gold, text: Translation, glossary: Glossary) -> Verdict:
    is_right = _figure_right if item.kind == "number" else _name_right
    if is_right(item, text.en, glossary):
        return "right"
    if any(_is_about(flag.reason, item.ja) for flag in text.flags):
        return "marked"
    return "doubted" if is_suspect(text) else "silent"


def _figure_right(item: Gold, en: str, glossary: Glossary) -> bool:
    if normal_english(item.en) in normal_english(en):
        return True
    if item.en == "one" and re.search(r"\b(?:an?|single)\b", en):
        return True  # 一つの解: a solution
    wanted = parse_en(item.en)
    return bool(wanted) and all(
        any(_equal(figure, found) for found in parse_en(en)) for figure in wanted
    )


def _equal(wanted: Quantity, found: Quantity) -> bool:
    return wanted.value == found.value or match_grade(wanted, found) > 1


def _name_right(item: Gold, en: str, glossary: Glossary) -> bool:
    if item.ja.isascii() and item.ja in en:
        return True  # as the Japanese writes it
    forms = list(_forms(item))
    for entry in glossary.entries:
        if entry.ja == item.ja or entry.en in forms:
            forms += [entry.en, *entry.also]
    term = Term(0, len(item.ja), item.ja, forms[0], item.type, tuple(forms[1:]))
    return check_terms([term], en)[0].found


def _forms(item: Gold) -> Iterable[str]:
    """ "Trump (Donald Trump)" → both; "black swan / "The Black Swan" (book)" → both; surnames."""
    note = r"\((?:sic; )?([^()=]*)\)"
    forms = re.split(r" / ", re.sub(note, "", item.en)) + re.findall(note, item.en)
    forms = [form.strip(' "') for form in forms if form.strip(' "')]
    if item.type == "person":
        is_kanji = re.fullmatch(r"[一-鿿]{2,4}", item.ja) is not None
        full = [form.split() for form in forms if " " in form]
        forms += [words[-1] for words in full]
        forms += [words[0] for words in full if is_kanji]
    return dict.fromkeys(forms)


def _is_about(reason: str, ja: str) -> bool:
    """Whether a flag's reason begins with the form, with a part of it, or with what holds it."""
    match = _ABOUT.match(reason)
    return match is not None and (ja in match[1] or (len(match[1]) > 1 and match[1] in ja))


def report(cases: Sequence[Case]) -> None:
    """Counts per document and kind, then each silent error with both languages."""
    groups = {(case.gold.document, case.gold.kind) for case in cases}
    for document, kind in [*sorted(groups), ("all", "number"), ("all", "name")]:
        chosen = [
            case.verdict for case in cases
            if case.gold.kind == kind and document in ("all", case.gold.document)
        ]  # fmt: skip
        counts = Counter(chosen)
        shown = ", ".join(f"{v} {counts[v]}" for v in ("right", "marked", "doubted", "silent"))
        print(f"{document} {kind}s: {len(chosen)} places: {shown}")
    for case in cases:
        if case.verdict == "silent":
            print(f"\nSILENT {case.gold.ja} = {case.gold.en}\n  {case.shown.ja}\n  {case.shown.en}")
            print("  " + "; ".join(flag.reason for flag in case.shown.flags))


def run(shared: Path, model: Path, *, threads: int) -> None:
    """Translates all that the three pages hold and prints how far it is right or marked."""
    samples = shared / "samples"
    settings = Settings(translation_model=str(model), threads=threads)
    stages = load_stages(settings)
    shown = translate_samples(samples, stages)
    cases = judge(read_gold(samples), shown, load_glossary())
    print(f"{sum(map(len, shown.values()))} titles, key points and sentences translated")
    report(cases)
