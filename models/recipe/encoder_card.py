"""Encoder stage 6: exported files and scores → `manifest.json` and the card `README.md`.

Input:  a directory with `model.onnx` and `sentencepiece.model`; `config.toml`; scores and speeds.
Output: the two files beside them; afterwards `kawaraban.artifacts.verify(directory)` accepts it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kawaraban.artifacts import CARD, MANIFEST, describe_files
from models.recipe.encoder_data import chosen_pairs, load
from models.recipe.files import read_config

_HEAD = """# {name} {version}

A small bilingual sentence encoder: Japanese and English sentences that say the same lie close to
each other, and sentences of one story lie closer than those of two. Kawaraban uses it to choose
the sentences of a summary, to see where one story of a page ends and the next begins, to group
the reports of one event, and to notice a translation that says something else.

* Input: at most {max_tokens} pieces a sentence, longer ones in windows. Output: {dim} numbers of
  unit length.
* {network}.
* {size:.1f} MB in all. ONNX, int8 weights with one scale a row. A sentence's vector does not depend
  on the sentences beside it.
* Licence of the weights: CC BY-SA 4.0, because part of the data is under share-alike terms.
"""

_STATIC = (
    "A table of {pieces} SentencePiece pieces and the mean over the sentence's pieces, no layers: "
    "what a piece weighs in the mean is the length of its row, and training has made function "
    "words short"
)
_LAYERED = (
    "{layers} attention layers (width {width}, {heads} heads, feed-forward {ff}) on a table of "
    "{pieces} SentencePiece pieces, mean over the pieces"
)

_LIMITS = """## What it cannot do

* It hears topics, names and figures, not logic: a sentence and its negation lie close together, and
  so do two sentences that differ in one number. Without layers it does not hear word order either.
  Figures, negation and names are checked elsewhere.
* Half a translation missing lowers the similarity in nearly every case, but not below a threshold
  that fits all sentences (see the AUC): compare two translations of one sentence rather than one
  with a constant.
* Similarities of Japanese with English and of two Japanese sentences of one story are different
  scales: a threshold belongs to one use.
* The monolingual part was learned from Wikinews (2003-2019). Sentences of the validation articles
  may occur in the parallel data as translations, but never as pairs of one story.
* No line of the evaluation sets was trained on: pairs and sentences that share a long n-gram with
  them were removed, and 2 of 1,000 pairs, chosen by a hash, were kept out.
"""


def sources(work: Path, config: dict[str, Any]) -> list[dict[str, Any]]:
    """The data list: what was trained on, from where, under which licence, how many pairs."""
    known = read_config(Path(__file__).with_name("sources.toml"))
    counts = Counter(
        source for name in config["domains"] for _, _, source in chosen_pairs(work, name, config)
    )
    articles = load(work / "encoder" / "articles.npz", "owners")
    listed = [
        {"name": known[source]["name"], "source": source, "licence": known[source]["licence"]}
        | {"pairs": count}
        for source, count in counts.most_common()
    ]
    name = "Japanese Wikinews, headlines and sentences of one article as pairs (articles)"
    return [
        *listed,
        {"name": name, "source": "wikinews_ja", "licence": "CC-BY-2.5", "pairs": len(articles)},
    ]


def manifest(
    out: Path,
    config: dict[str, Any],
    data: list[dict[str, Any]],
    scores: list[dict[str, Any]],
    speeds: list[dict[str, Any]],
) -> dict[str, Any]:
    files = describe_files(out, ["model.onnx", "sentencepiece.model"])
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
        "recipe": config,
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
        network=(_LAYERED if network["layers"] else _STATIC).format(
            pieces=found["recipe"]["tokenizer"]["vocab_size"], **network
        ),
        size=sum(file["size_bytes"] for file in found["files"]) / 1e6,
    )
    parts = [
        head,
        "## Scores\n\n" + table(found["scores"], ["task", "set", "metric", "value", "n"]),
        "## Speed\n\n" + table(found["speed"], list(found["speed"][0]) if found["speed"] else []),
        _LIMITS,
        "## Data\n\n" + table(found["data"], ["name", "licence", "pairs"]),
        "## Recipe\n\n`python -m models.recipe.encoder_run models/recipe/configs/encoder.toml "
        "--work DIR --out models/sentence-encoder`: contrastive (InfoNCE, both directions, "
        "in-batch negatives of one domain and similar length), translations and, as a part of "
        "the batches, headline and sentences of one article. The configuration is in the "
        "manifest; what else was tried is in `models/recipe/encoder_experiments.md`.\n",
    ]
    return "\n".join(parts)


def write(out: Path, found: dict[str, Any]) -> None:
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (out / MANIFEST).write_text(text, encoding="utf-8")
    (out / CARD).write_text(card(found), encoding="utf-8")
