"""How far figures, names and suspect translations can be trusted: prints every measure.

    python -m benchmarks.faithfulness --shared ../shared              parse, detection, peers
    python -m benchmarks.faithfulness --shared ../shared --model DIR  and the model before and after
    python -m benchmarks.faithfulness --samples          three pages end to end (gold.py), only
    python -m benchmarks.faithfulness --changes 1000 --show 50       what repair does (changes.py)

`--shared` (default: env KAWARABAN_SHARED, else ../shared) holds eval/*.ja,
eval/*.en, eval/systems/ and samples/numbers.tsv. True translations are the references; the
corrupted ones are made here (corruptions.py), with a fixed seed.
"""

from __future__ import annotations

import argparse
import html
import os
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks import changes, damage, gold
from benchmarks.corruptions import ALL, NEWS, Judge, Pair, read_pairs, roc, suspects
from kawaraban.artifacts import embedded
from kawaraban.embedding import OnnxEncoder
from kawaraban.errors import ArtifactError
from kawaraban.pipeline import Encoder
from kawaraban.translation.checks import Limits
from kawaraban.translation.glossary import Glossary, load_glossary
from kawaraban.translation.numerals import compare, parse_en, parse_ja
from kawaraban.translation.term_checks import check_terms


def gold_parse(shared: Path) -> None:
    """samples/numbers.tsv: every gold value read, in its own sentence."""
    sentences: dict[tuple[str, str], list[str]] = {}
    for name in ("000", "002", "003"):
        for line in (shared / "samples" / f"{name}.tsv").read_text("utf-8").splitlines():
            article, _, ja, _ = line.split("\t")
            sentences.setdefault((name, article), []).append(ja)
    n_right = n = 0
    for line in (shared / "samples" / "numbers.tsv").read_text("utf-8").splitlines():
        name, article, surface, value, *_ = line.split("\t")
        n += 1
        n_right += any(
            quantity.value == value and quantity.start < at + len(surface) and at < quantity.end
            for ja in sentences[name, article]
            if (at := ja.find(surface)) >= 0 or surface in ja
            for quantity in parse_ja(ja)
        )
    print(f"figures of the gold documents read value-exact: {n_right}/{n} = {n_right / n:.1%}")


def figure_detection(pairs: Sequence[Pair], rng: random.Random, *, limit: int) -> None:
    """Wrong figures found in corrupted references, and false alarms in the true ones."""
    with_figures = [(ja, en) for ja, en in pairs if parse_ja(ja)]
    rng.shuffle(with_figures)
    found: Counter[str] = Counter()
    made: Counter[str] = Counter()
    n_false = n_true = 0
    for ja, en in with_figures:
        if sum(made.values()) >= limit:
            break
        n_true += 1
        if figures_wrong(ja, en):
            n_false += 1  # damage would be found for the wrong reason: not counted
            continue
        damaged = damage.wrong_figure(en, rng)
        word = damage.wrong_number_word(en, rng)
        for kind, text in ([damaged] if damaged else []) + ([("word", word)] if word else []):
            made[kind] += 1
            found[kind] += figures_wrong(ja, text)
    digits = [kind for kind in made if kind != "word"]
    n_made, n_found = sum(made[k] for k in digits), sum(found[k] for k in digits)
    print(f"corrupted figures found: {n_found}/{n_made} = {n_found / n_made:.1%}", end="  ")
    print(" ".join(f"{k} {found[k] / made[k]:.1%}" for k in sorted(made)))
    print(f"false alarms on true translations: {n_false}/{n_true} = {n_false / n_true:.1%}")


def figures_wrong(ja: str, en: str) -> bool:
    checks = compare(parse_ja(ja), parse_en(en), source=ja)
    return any(item.verdict in ("wrong", "missing") for item in checks)


def peers(shared: Path, judge: Judge) -> None:
    """The same checks over the outputs of other systems."""
    for path in sorted((shared / "eval" / "systems").glob("*.en")):
        name, system = path.stem.split(".", 1)
        ja = (shared / "eval" / f"{name}.ja").read_text("utf-8").splitlines()
        outputs = html.unescape(path.read_text("utf-8")).splitlines()  # Google's hold &#39;
        pairs = list(zip(ja, outputs, strict=True))
        figures = [c for ja, en in pairs for c in compare(parse_ja(ja), parse_en(en), source=ja)]
        bad = sum(c.verdict in ("wrong", "missing") for c in figures)
        terms = [c for ja, en in pairs for c in _strict_terms(judge.glossary, ja, en)]
        flags = judge.flags(pairs)
        kinds = Counter(kind for found in flags for kind in {flag.kind for flag in found})
        shares = " ".join(f"{kind} {n / len(pairs):.1%}" for kind, n in kinds.most_common(6))
        print(
            f"{name} {system}: figures wrong {bad / len(figures):.1%} of {len(figures)}, names "
            f"missing "
            f"{sum(not found for found in terms) / max(1, len(terms)):.1%} of {len(terms)}, "
            f"suspect {sum(map(bool, flags)) / len(pairs):.1%} ({shares})"
        )


def _strict_terms(glossary: Glossary, ja: str, en: str) -> list[bool]:
    terms = [term for term in glossary.find_terms(ja) if term.strict]
    return [item.found for item in check_terms(terms, en)]


def before_and_after(
    pairs: Sequence[Pair], directory: str, glossary: Glossary, encoder: Encoder | None
) -> None:
    """What checks and repairs change for one model: figures and names right, sentences suspect."""
    from kawaraban.translation.engine import load_translator
    from kawaraban.translation.lexicon import read_lexicon
    from kawaraban.translation.repair import FaithfulTranslator

    engine = load_translator(directory)
    terms = Path(directory) / "lexicon.tsv"
    lexicon = read_lexicon(terms) if terms.is_file() else None
    faithful = FaithfulTranslator(engine, glossary, encoder=encoder, lexicon=lexicon)
    sentences = [ja for ja, _ in pairs]
    judge = Judge(glossary, encoder, Limits())
    for label, outputs in (
        ("plain", engine.translate(sentences)),
        ("faithful", faithful.translate(sentences)),
    ):
        made = [(item.ja, item.en) for item in outputs]
        figures = [c for ja, en in made for c in compare(parse_ja(ja), parse_en(en)) if c.ja]
        right = sum(c.verdict in ("ok", "approximate") for c in figures)
        marked = sum(
            c.verdict != "repaired" and c.verdict not in ("ok", "approximate") for c in figures
        )
        names = [found for ja, en in made for found in _strict_terms(glossary, ja, en)]
        n_suspect = sum(map(bool, judge.flags(made)))
        repaired = sum(c.verdict == "repaired" for item in outputs for c in item.numbers)
        print(
            f"{label}: figures right {right / max(1, len(figures)):.1%} of {len(figures)} "
            f"({repaired} repaired, "
            f"{marked} marked), names right {sum(names) / max(1, len(names)):.1%} of {len(names)}, "
            f"suspect sentences {n_suspect / len(made):.1%}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    default = os.environ.get("KAWARABAN_SHARED", Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--shared", type=Path, default=default)
    parser.add_argument("--model", default="", help="model directory: measure it before and after")
    parser.add_argument("--samples", action="store_true", help="the gold documents end to end")
    parser.add_argument("--changes", type=int, default=0, help="sentences: what repair changes")
    parser.add_argument("--show", type=int, default=0, help="changed sentences to print")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--curve", action="store_true", help="also print the curve (slow)")
    parser.add_argument("--no-encoder", action="store_true")
    parser.add_argument("--seed", type=int, default=20261126)
    args = parser.parse_args()

    model = Path(args.model or embedded("ja-en"))
    if args.samples:
        gold.run(args.shared, model, threads=args.threads)
    if args.changes:
        changes.run(
            args.shared, model, n=args.changes, n_shown=args.show, threads=args.threads,
            seed=args.seed,
        )  # fmt: skip
    if args.samples or args.changes:
        return
    glossary = load_glossary()
    encoder = None if args.no_encoder else _encoder()
    judge = Judge(glossary, encoder, Limits())
    print(f"glossary: {len(glossary)} entries; encoder: {encoder.model if encoder else 'none'}")
    gold_parse(args.shared)
    pairs = read_pairs(args.shared, ALL)
    figure_detection(pairs, random.Random(args.seed), limit=2500)
    news = read_pairs(args.shared, NEWS)[: args.sentences * 2]
    random.Random(args.seed).shuffle(news)
    suspects(news[: args.sentences], judge, random.Random(args.seed))
    if args.curve:
        roc(news[:300], judge, random.Random(args.seed))
    peers(args.shared, judge)
    if args.model:
        before_and_after(news[: args.sentences], args.model, glossary, encoder)


def _encoder() -> Encoder | None:
    try:
        return OnnxEncoder(embedded("sentence-encoder"), threads=1)
    except ArtifactError as error:
        print(f"no sentence encoder: {error}")
        return None


if __name__ == "__main__":
    main()
