"""The encoder's whole recipe, stage after stage; a stage whose output exists is skipped.

    python -m models.recipe.encoder_run models/recipe/configs/encoder.toml --work DIR --out OUT

Stages: clean → tokenizer → data → train → export → card. The first is the translator's, with the
domains of this configuration; `--checkpoint` exports an unfinished run, without scores.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from models.recipe import clean, encoder_card, encoder_data, encoder_evaluate, encoder_tokenizer
from models.recipe.files import read_config
from models.recipe.run import default_shared


def export_checkpoint(work: Path, config: dict[str, Any], out: Path, weights: Path) -> None:
    """A usable directory from any weights of the run."""
    from models.recipe import encoder_export

    network = encoder_export.load_network(work, config, weights)
    encoder_export.export(network, encoder_tokenizer.model_path(work), out)
    data = encoder_card.sources(work, config)
    encoder_card.write(out, encoder_card.manifest(out, config, data, [], []))


def finish(shared: Path, work: Path, config: dict[str, Any], out: Path) -> None:
    """Scores and speeds of the exported directory into its manifest and card."""
    from kawaraban.embedding import OnnxEncoder

    encoder = OnnxEncoder(out, threads=1)
    scores = encoder_evaluate.evaluate(encoder, shared, config)
    lines = [text for a in encoder_evaluate.validation_articles(shared) for text in a.sentences]
    speeds = []
    for threads in (1, 2):
        measured = encoder_evaluate.speed(OnnxEncoder(out, threads=threads), lines[:1000])
        speeds.append({"hardware": encoder_evaluate.hardware(), "threads": threads, **measured})
    data = encoder_card.sources(work, config)
    encoder_card.write(out, encoder_card.manifest(out, config, data, scores, speeds))


def run(shared: Path, work: Path, config: dict[str, Any], out: Path) -> None:
    """Raw corpus to verified directory."""
    from models.recipe import encoder_train

    clean.run(shared, work, {"clean": config["clean"], "domains": config["corpus"]})
    encoder_tokenizer.run(work, config)
    encoder_data.run(shared, work, config)
    encoder_train.run(work, config)
    export_checkpoint(work, config, out, work / "encoder" / "weights.pt")
    finish(shared, work, config, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=default_shared())
    parser.add_argument("--checkpoint", type=Path)
    given = parser.parse_args()
    config = read_config(given.config)
    if given.checkpoint:
        export_checkpoint(given.work, config, given.out, given.checkpoint)
    else:
        run(given.shared, given.work, config, given.out)


if __name__ == "__main__":
    main()
