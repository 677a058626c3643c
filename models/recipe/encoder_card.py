"""Encoder stage 6: exported files and scores → `manifest.json` and the card `README.md`.

Input:  a directory with `model.onnx` and `sentencepiece.model`; `config.toml`; scores and speeds.
Output: the two files beside them; afterwards `kawaraban.artifacts.verify(directory)` accepts it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from kawaraban.artifacts import CARD, MANIFEST, describe_files

_HEAD = """# {name} {version}

A small bilingual sentence encoder: Japanese and English sentences that say the same lie close to
each other, and sentences of one story lie closer than those of two. Kawaraban uses it to choose
the sentences of a summary, to see where one story of a page ends and the next begins, to group
the reports of one event, and to notice a translation that says something else.

* Input: at most {max_tokens} pieces a sentence, longer ones in windows. Output: {dim} numbers of
  unit length.
* {network}.
* {size:.1f} MB in all. ONNX, int8 weights; activations are quantised row by row, so that a
  sentence's vector does not depend on the sentences beside it.
* Licence of the weights: CC BY-SA 4.0, because part of the data is under share-alike terms.
"""

_LIMITS = """## What it cannot do

* It hears topics, names and figures, not logic: a sentence and its negation lie close together, and
  so do two sentences that differ in one number. Figures are checked elsewhere.
* Similarities of Japanese with English run lower than those within one language: thresholds belong
  to one use and are not interchangeable.
* The monolingual part was learned from Wikinews (2003-2019). Sentences of the validation articles
  may occur in the parallel data as translations, but never as pairs of one story.
* No data of the evaluation sets was trained on: pairs that share a long n-gram with them were
  removed, and 2 of 1,000 pairs, chosen by a hash, were kept out.
"""


def sources(work: Path, config: dict[str, Any]) -> list[dict[str, Any]]:
    """The data list: what was trained on, from where, under which licence, how many pairs."""
    listed = []
    for name, entry in config["sources"].items():
        path = work / "encoder" / f"{name}.npz"
        with np.load(path) as arrays:
            key = "owners_starts" if name == "articles" else "ja_starts"
            listed.append({"name": name, **entry, "pairs": len(arrays[key]) - 1})
    return listed


def manifest(
    out: Path,
    config: dict[str, Any],
    data: list[dict[str, Any]],
    scores: list[dict[str, Any]],
    speeds: list[dict[str, Any]],
) -> dict[str, Any]:
    files = describe_files(out, ["model.onnx", "sentencepiece.model"])
    recipe = {key: value for key, value in config.items() if key != "sources"}
    return {
        "name": config["name"],
        "version": config["version"],
        "kind": "sentence-encoder",
        "format": "onnx",
        "license": "CC-BY-SA-4.0",
        "files": [asdict(file) for file in files],
        "tokenizer": {"kind": "sentencepiece", "model": "sentencepiece.model"},
        "dim": config["network"]["width"],
        "max_tokens": config["data"]["max_tokens"],
        "data": data,
        "recipe": recipe,
        "scores": scores,
        "speed": speeds,
    }


def table(rows: list[dict[str, Any]], columns: list[str]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(str(row.get(c, "")) for c in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def card(found: dict[str, Any]) -> str:
    network = found["recipe"]["network"]
    head = _HEAD.format(
        name=found["name"],
        version=found["version"],
        max_tokens=found["max_tokens"],
        dim=found["dim"],
        network=f"{network['layers']} layers, width {network['width']}, {network['heads']} heads, "
        f"feed-forward {network['ff']}, vocabulary {found['recipe']['tokenizer']['vocab_size']}, "
        "mean over the pieces",
        size=sum(file["size_bytes"] for file in found["files"]) / 1e6,
    )
    parts = [
        head,
        "## Scores\n\n" + table(found["scores"], ["task", "set", "metric", "value", "n"]),
        "## Speed\n\n" + table(found["speed"], list(found["speed"][0]) if found["speed"] else []),
        _LIMITS,
        "## Data\n\n" + table(found["data"], ["name", "source", "licence", "pairs"]),
        "## Recipe\n\n`python -m models.recipe.encoder_run models/recipe/configs/encoder.toml "
        "--work DIR --out models/sentence-encoder`: contrastive (InfoNCE, both directions, "
        "in-batch negatives of one domain and similar length), first the embedding table alone, "
        "then all of it, with pairs of one article mixed in. The configuration is in the "
        "manifest.\n",
    ]
    return "\n".join(parts)


def write(out: Path, found: dict[str, Any]) -> None:
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (out / MANIFEST).write_text(text, encoding="utf-8")
    (out / CARD).write_text(card(found), encoding="utf-8")
