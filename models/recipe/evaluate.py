"""Stage 7: a converted model → scores on every evaluation set, beside other systems.

Input:  `WORK/RUN/model`, `SHARED/eval/NAME.{ja,en}`, `SHARED/eval/systems/NAME.SYSTEM.en`.
Output: `WORK/RUN/scores.json`, `WORK/RUN/outputs/NAME.en`.

Every system is scored by the same code: BLEU and chrF of sacreBLEU with their signatures, and the
share of numbers and names carried over. Our model comes three times: `kawaraban` with the numbers
and the lexicon's terms given inline, as the program does; `plain` without; `annotated` with numbers
and the names of the reference, which shows how far it obeys a glossary.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sacrebleu.metrics import BLEU, CHRF

from kawaraban.translation.lexicon import read_lexicon as read_terms
from models.recipe import accuracy, validate
from models.recipe.clean import normalize_ja
from models.recipe.lexicon import Lexicon, read_lexicon

Scores = dict[str, Any]


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def score(
    lexicon: Lexicon, sources: list[str], references: list[str], outputs: list[str]
) -> Scores:
    """BLEU, chrF, number and name accuracy of one system on one set."""
    bleu, chrf = BLEU(), CHRF()
    scores: Scores = {
        "bleu": round(bleu.corpus_score(outputs, [references]).score, 2),
        "chrf": round(chrf.corpus_score(outputs, [references]).score, 2),
        "bleu_signature": str(bleu.get_signature()),
        "chrf_signature": str(chrf.get_signature()),
    }
    for kind, (found, wanted) in (
        ("numbers", accuracy.numbers(sources, references, outputs)),
        ("names", accuracy.names(lexicon, sources, references, outputs)),
    ):
        scores[kind] = round(found / wanted, 4) if wanted else None
        scores[f"{kind}_wanted"] = wanted
    return scores


def evaluate_set(
    name: str,
    model: Path,
    shared: Path,
    out: Path,
    *,
    lexicon: Lexicon,
    beam: int,
    threads: int,
    annotated: bool,
) -> dict[str, Scores]:
    """Our model, plain and annotated, and every other system whose outputs lie there."""
    folder = shared / "eval"
    sources = read_lines(folder / f"{name}.ja")
    references = read_lines(folder / f"{name}.en")
    plain = [normalize_ja(line) for line in sources]
    terms = read_terms(model / "lexicon.tsv")
    inputs = {"kawaraban": accuracy.assisted(terms, plain), "plain": plain}
    if annotated:
        inputs["annotated"] = accuracy.annotated(lexicon, plain, references)
    results: dict[str, Scores] = {}
    out.mkdir(parents=True, exist_ok=True)
    for label, lines in inputs.items():
        outputs = validate.decode(model, lines, beam=beam, threads=threads)
        (out / f"{name}.{label}.en").write_text("\n".join(outputs) + "\n", encoding="utf-8")
        results[label] = score(lexicon, plain, references, outputs)
    for path in sorted((folder / "systems").glob(f"{name}.*.en")):
        system = path.name.removeprefix(f"{name}.").removesuffix(".en")
        results[system] = score(lexicon, plain, references, read_lines(path))
    return results


def run(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Scores all sets of `[evaluate] sets` unless `scores.json` exists."""
    run_dir = work / config["name"]
    target = run_dir / "scores.json"
    if target.exists():
        return
    settings = config["evaluate"]
    lexicon = read_lexicon(shared)
    scores: dict[str, dict[str, Scores]] = {}
    for name in settings["sets"]:
        scores[name] = evaluate_set(
            name,
            run_dir / "model",
            shared,
            run_dir / "outputs",
            lexicon=lexicon,
            beam=settings["beam"],
            threads=settings.get("threads", 2),
            annotated=name in settings["annotated_sets"],
        )
        for system, result in scores[name].items():
            print(
                f"{name:14} {system:22} BLEU {result['bleu']:5.1f} chrF {result['chrf']:5.1f} "
                f"numbers {result['numbers']} names {result['names']}",
                flush=True,
            )
    target.write_text(json.dumps(scores, indent=1), encoding="utf-8")
