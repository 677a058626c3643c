"""The whole recipe, stage after stage; a stage whose output exists is skipped.

    python -m models.recipe.run models/recipe/configs/cpu.toml --work DIR [--shared DIR] [--out DIR]

Stages: clean → tokenizer → mine → augment → binarize → train → convert →
evaluate → package.
`--only STAGE`, which may be repeated, runs just these: `--only convert` works beside a
training that still runs, on its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.recipe import augment, binarize, clean, mine, tokenizer
from models.recipe.files import read_config

REPOSITORY = Path(__file__).resolve().parents[2]


def default_shared() -> Path:
    named = os.environ.get("KAWARABAN_SHARED")
    return Path(named) if named else REPOSITORY.parent / "shared"


def convert_stage(shared: Path, work: Path, config: dict[str, Any]) -> None:
    """Checkpoint → int8 model, after the parity test; done again when the checkpoint is newer."""
    from models.recipe import convert, parity

    run_dir = work / config["name"]
    checkpoint, model = run_dir / "last.pt", run_dir / "model"
    if model.exists() and model.stat().st_mtime >= checkpoint.stat().st_mtime:
        return
    weights, shape = convert.load_weights(checkpoint)
    lines = dev_lines(shared, config)[: config["convert"]["parity_sentences"]]
    result = parity.compare(weights, shape, tokenizer.model_path(work), lines)
    print(f"parity {result}", flush=True)
    (run_dir / "parity.json").write_text(json.dumps(result), encoding="utf-8")
    least = config["convert"]["least_distinct"]
    if result["float32"] != result["sentences"] or result["distinct"] < least:
        raise SystemExit(
            f"parity: found {result}; expected all sentences the same at float32 and at least "
            f"{least} distinct outputs; the converter and the network disagree, or the model is "
            "untrained"
        )
    convert.write_model(weights, shape, tokenizer.model_path(work), model)
    mine.ship(work, model / "lexicon.tsv", least_share=config["mine"]["ship_share"])
    (run_dir / "scores.json").unlink(missing_ok=True)


def dev_lines(shared: Path, config: dict[str, Any]) -> list[str]:
    from models.recipe import validate

    return validate.sample(shared, config["train"])[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where all stages write")
    parser.add_argument("--shared", type=Path, default=default_shared(), help="corpus, eval, …")
    parser.add_argument("--out", type=Path, help="directory to package into; default WORK/package")
    parser.add_argument("--only", action="append", metavar="STAGE")
    given = parser.parse_args()
    config = read_config(given.config)
    shared, work = given.shared, given.work

    def train_stage() -> None:
        from models.recipe import train

        train.run(shared, work, config)

    def evaluate_stage() -> None:
        from models.recipe import evaluate

        evaluate.run(shared, work, config)

    def package_stage() -> None:
        from models.recipe import package

        package.run(work, config, given.out or work / "package", lines=dev_lines(shared, config))

    stages: dict[str, Callable[[], None]] = {
        "clean": lambda: clean.run(shared, work, config),
        "tokenizer": lambda: tokenizer.run(work, config),
        "mine": lambda: mine.run(shared, work, config),
        "augment": lambda: augment.run(shared, work, config),
        "binarize": lambda: binarize.run(work, config),
        "train": train_stage,
        "convert": lambda: convert_stage(shared, work, config),
        "evaluate": evaluate_stage,
        "package": package_stage,
    }
    for name in given.only or []:
        if name not in stages:
            parser.error(f"unknown stage {name!r}; expected one of {', '.join(stages)}")
    for name, stage in stages.items():
        if not given.only or name in given.only:
            print(f"== {name}", flush=True)
            stage()


if __name__ == "__main__":
    main()
