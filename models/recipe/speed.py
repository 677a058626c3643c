"""How fast a model directory translates on this machine.

Input:  a model directory, Japanese lines.
Output: records for the manifest: sentences/s and source tokens/s, greedy and beam 2, all lines at
        once in token batches, and one sentence a call.
"""

from __future__ import annotations

import platform
import time
from pathlib import Path
from typing import Any

import ctranslate2
import sentencepiece

from kawaraban.translation.engine import OUTPUT_PIECES


def processor_name() -> str:
    """Model name and instruction sets as Linux tells them, or what Python knows."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    lines = info.read_text(encoding="utf-8").splitlines()
    name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    flags = next((line for line in lines if line.startswith("flags")), "")
    extra = [flag for flag in ("avx2", "avx512_vnni", "amx_int8") if flag in flags]
    return f"{name} ({', '.join(extra)})"


def measure(model: Path, lines: list[str], *, threads: int = 2) -> list[dict[str, Any]]:
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model / "sentencepiece.model"))
    sources = pieces.encode(lines, out_type=str)
    engine = ctranslate2.Translator(str(model), inter_threads=threads, intra_threads=1)
    lists_output = (model / OUTPUT_PIECES).exists()
    records: list[dict[str, Any]] = []
    for beam in (1, 2):
        for label, batches in (
            ("list", [sources]),
            ("one a call", [[row] for row in sources[:20]]),
        ):
            engine.translate_batch(sources[:4], beam_size=beam)
            started = time.perf_counter()
            for batch in batches:
                engine.translate_batch(
                    batch,
                    beam_size=beam,
                    max_batch_size=1024,
                    batch_type="tokens",
                    use_vmap=lists_output,
                )
            seconds = time.perf_counter() - started
            count = sum(len(batch) for batch in batches)
            tokens = sum(len(row) for batch in batches for row in batch)
            records.append(
                {
                    "hardware": processor_name(),
                    "threads": threads,
                    "beam": beam,
                    "mode": label,
                    "sentences": count,
                    "sentences_per_s": round(count / seconds, 1),
                    "source_tokens_per_s": round(tokens / seconds),
                }
            )
    return records
