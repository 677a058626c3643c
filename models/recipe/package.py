"""Stage 8: model, scores and recipe → the directory that ships.

Input:  `WORK/RUN/{model,scores.json,parity.json,last.pt}`, the config.
Output: `OUT/` with the model's `FILES`, `manifest.json` with sizes and SHA-256, and the card,
        `README.md`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import torch

from kawaraban.translation.annotation import MARK_CLOSE, MARK_OPEN, MARK_SEP
from kawaraban.translation.engine import OUTPUT_PIECES
from models.recipe import speed
from models.recipe.files import read_config, read_pairs
from models.recipe.notices import notice

FILES = (
    "model.bin",
    "config.json",
    "shared_vocabulary.json",
    "sentencepiece.model",
    "lexicon.tsv",
    OUTPUT_PIECES,
)
LICENSE = "CC-BY-SA-4.0"
_RECIPE = Path(__file__).resolve().parent


def data_list(work: Path, config: dict[str, Any]) -> list[dict[str, Any]]:
    """Every source with its licence and the number of different pairs that could be drawn."""
    sources = read_config(_RECIPE / "sources.toml")
    counts: Counter[str] = Counter()
    for name, domain in config["domains"].items():
        versions = domain.get("variants", 1)
        seen = Counter(source for _, _, source in read_pairs(work / "augmented" / f"{name}.tsv"))
        counts.update({source: count // versions for source, count in seen.items()})
    entries = [
        {
            "name": sources.get(key, {"name": key})["name"],
            "source": key,
            "licence": sources.get(key, {}).get("licence", "unknown"),
            "pairs": count,
        }
        for key, count in sorted(counts.items(), key=lambda item: -item[1])
    ]
    names = sources["entities"]
    return [*entries, {"name": names["name"], "source": "entities", "licence": "", "pairs": 0}]


def score_list(scores: dict[str, dict[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"set": name, "system": system, **result}
        for name, systems in scores.items()
        for system, result in systems.items()
    ]


def training_facts(run_dir: Path) -> dict[str, Any]:
    """Steps, pairs, tokens and seconds of the training, and the size of the network."""
    state = torch.load(run_dir / "last.pt", map_location="cpu", weights_only=True)
    return {
        "steps": state["step"],
        "pairs_seen": state["pairs"],
        "target_tokens_seen": state["target_tokens"],
        "training_s": round(state["elapsed_s"]),
        "parameters": sum(weight.numel() for weight in state["ema"].values()),
        "shape": state["shape"],
    }


def manifest(out: Path, work: Path, config: dict[str, Any], *, lines: list[str]) -> dict[str, Any]:
    run_dir = work / config["name"]
    scores_path, parity_path = run_dir / "scores.json", run_dir / "parity.json"
    scores = json.loads(scores_path.read_text()) if scores_path.exists() else {}
    parity = json.loads(parity_path.read_text()) if parity_path.exists() else {}
    return {
        "name": config["package"]["name"],
        "version": config["package"]["version"],
        "kind": "translation",
        "direction": "ja-en",
        "format": "ctranslate2",
        "license": LICENSE,
        "files": [
            {
                "path": name,
                "size_bytes": (out / name).stat().st_size,
                "sha256": hashlib.sha256((out / name).read_bytes()).hexdigest(),
            }
            for name in sorted(FILES)
        ],
        "tokenizer": {
            "kind": "sentencepiece",
            "source": "sentencepiece.model",
            "target": "sentencepiece.model",
        },
        "prefix_tokens": {"source": [], "source_end": [], "target": []},
        "annotation": {"open": MARK_OPEN, "separator": MARK_SEP, "close": MARK_CLOSE},
        "lexicon": "lexicon.tsv",
        "data": data_list(work, config),
        "recipe": {"config": config, "training": training_facts(run_dir), "parity": parity},
        "scores": score_list(scores),
        "speed": speed.measure(out, lines),
        "notice": notice(scores),
    }


def begun(config: dict[str, Any]) -> str:
    version = config["train"].get("begin_with_version")
    return f"the weights of version {version}" if version else "random weights"


def score_table(scores: list[dict[str, Any]]) -> str:
    rows = [
        "| set | system | BLEU | chrF | numbers | names |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for entry in scores:
        shares = [
            "–" if entry[kind] is None else f"{entry[kind]:.0%}" for kind in ("numbers", "names")
        ]
        rows.append(
            f"| {entry['set']} | {entry['system']} | {entry['bleu']:.1f} | {entry['chrf']:.1f} "
            f"| {shares[0]} | {shares[1]} |"
        )
    return "\n".join(rows)


def parity_line(parity: dict[str, Any]) -> str:
    if not parity:
        return "not measured"
    return (
        f"{parity['float32']} of {parity['sentences']} greedy outputs equal PyTorch's at float32, "
        f"{parity['int8']} at int8"
    )


def card(facts: dict[str, Any], config: dict[str, Any]) -> str:
    training, parity, scores = (
        facts["recipe"]["training"],
        facts["recipe"]["parity"],
        facts["scores"],
    )
    first = scores[0] if scores else {}
    speed_rows = [
        f"* {row['mode']}, beam {row['beam']}, {row['threads']} threads: {row['sentences_per_s']} "
        f"sentences/s, {row['source_tokens_per_s']} source tokens/s ({row['hardware']})"
        for row in facts["speed"]
    ]
    data_rows = [
        f"* {row['name']}: {row['licence']}" + (f", {row['pairs']:,} pairs" if row["pairs"] else "")
        for row in facts["data"]
    ]
    return (
        (_RECIPE / "card.md")
        .read_text(encoding="utf-8")
        .format(
            name=facts["name"],
            version=facts["version"],
            license=facts["license"],
            config=config["package"]["config"],
            parameters=training["parameters"] / 1e6,
            size_mb=sum(entry["size_bytes"] for entry in facts["files"]) / 1e6,
            judgement=config["package"]["judgement"].strip(),
            trained=f"{training['steps']:,} steps, {training['pairs_seen']:,} pairs drawn, "
            f"{training['training_s'] / 60:.0f} minutes on {config['package']['hardware']}",
            begun=begun(config),
            parity=parity_line(parity),
            scores=score_table(scores),
            bleu_signature=first.get("bleu_signature", "–"),
            chrf_signature=first.get("chrf_signature", "–"),
            beam=config["evaluate"]["beam"],
            speed="\n".join(speed_rows),
            data="\n".join(data_rows),
            **{
                key: training["shape"][key] for key in ("width", "encoder_layers", "decoder_layers")
            },
        )
    )


def run(work: Path, config: dict[str, Any], out: Path, *, lines: list[str]) -> None:
    """Fills `out`; files of the same names are replaced, others are left alone."""
    out.mkdir(parents=True, exist_ok=True)
    model = work / config["name"] / "model"
    for name in FILES:
        shutil.copyfile(model / name, out / name)
    facts = manifest(out, work, config, lines=lines)
    (out / "manifest.json").write_text(
        json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (out / "README.md").write_text(card(facts, config), encoding="utf-8")
