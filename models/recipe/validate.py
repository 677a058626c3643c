"""chrF of the weights of the moment on a small sample of held-out news.

Input:  weights, the evaluation sets named in `[train] validate_sets`.
Output: chrF and BLEU, plain and with inline terms; the outputs lie in `WORK/RUN/valid.*.txt`.

The weights are converted and decoded by the engine that will run them, in a process of its own
(CTranslate2 and torch bring different OpenMP libraries).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import sacrebleu

from kawaraban.translation.lexicon import read_lexicon
from models.recipe import accuracy
from models.recipe.clean import normalize_ja
from models.recipe.convert import Weights, write_model
from models.recipe.network import NetworkShape
from models.recipe.tokenizer import model_path

REPOSITORY = Path(__file__).resolve().parents[2]


def sample(shared: Path, settings: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Every n-th line of the sets, so many that `validate_sentences` remain."""
    ja: list[str] = []
    en: list[str] = []
    for name in settings["validate_sets"]:
        for lines, suffix in ((ja, "ja"), (en, "en")):
            path = shared / "eval" / f"{name}.{suffix}"
            lines += path.read_text(encoding="utf-8").splitlines()
    stride = max(1, len(ja) // settings["validate_sentences"])
    return ja[::stride], en[::stride]


def decode(model: Path, lines: list[str], *, beam: int = 1, threads: int = 1) -> list[str]:
    """Translates in a process of its own."""
    command = [sys.executable, "-m", "models.recipe.translate", str(model)]
    done = subprocess.run(
        [*command, "--beam", str(beam), "--threads", str(threads)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
    )
    return done.stdout.split("\n")[: len(lines)]


def check(
    weights: Weights, shape: NetworkShape, work: Path, shared: Path, config: dict[str, Any]
) -> dict[str, float]:
    """Converts, translates greedily with and without inline terms, scores."""
    run_dir = work / config["name"]
    model = run_dir / "valid-model"
    write_model(weights, shape, model_path(work), model, quantization="int8")
    sources, references = sample(shared, config["train"])
    plain = [normalize_ja(line) for line in sources]
    terms = read_lexicon(work / "lexicon" / "lexicon.tsv")
    scores: dict[str, float] = {}
    for name, lines in (("plain", plain), ("assisted", accuracy.assisted(terms, plain))):
        outputs = decode(model, lines)
        (run_dir / f"valid.{name}.txt").write_text("\n".join(outputs), encoding="utf-8")
        scores[f"{name}_chrf"] = round(sacrebleu.corpus_chrf(outputs, [references]).score, 2)
        scores[f"{name}_bleu"] = round(sacrebleu.corpus_bleu(outputs, [references]).score, 2)
    return scores
