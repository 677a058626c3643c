"""What the translator is measured against, each in the environment that has it.

    ENV/bin/python -m benchmarks.speed_peer argos|torch|gemm MODEL THREADS

Input:  lines of JSON on stdin, each a piece of work.
Output: for each a line of JSON on stdout: seconds by the clock and of CPU time.

* `argos`: [sentence, …] through Argos Translate (argos_package.py makes the package), as one text
  with a line for each: its interface takes no list. Its defaults, but for the number of threads.
* `torch`: [[piece, …], …] through the network that trained the model, greedy, float32, in batches
  of like length, with keys and values kept from step to step.
* `gemm`: [[sentences, source pieces, steps], …], the products of matrices that such batches need
  and nothing else, int8, by onnxruntime on one thread: the limit of what the processor can do.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[[list[Any]], object]
_MAX_BATCH_TOKENS = 1024


def argos(model: Path, threads: int) -> Run:
    from benchmarks.argos_package import write_package

    folder = tempfile.TemporaryDirectory()
    write_package(model, Path(folder.name))
    os.environ |= {"XDG_DATA_HOME": folder.name, "ARGOS_INTRA_THREADS": str(threads)}
    from argostranslate import translate  # type: ignore[import-not-found]

    translation = translate.get_translation_from_codes("ja", "en").underlying  # without its cache

    def run(sentences: list[str], *, keep: object = folder) -> int:
        return len(translation.translate("\n".join(sentences)))

    return run


def torch(model: Path, threads: int) -> Run:
    import sentencepiece
    import torch as library

    from benchmarks.torch_greedy import translate
    from models.recipe.network import Translator
    from models.recipe.shipped import read_model

    library.set_num_threads(threads)
    weights, shape = read_model(model / "model.bin")
    network = Translator(shape)
    network.load_state_dict(weights)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model / "sentencepiece.model"))

    def run(sources: list[list[str]]) -> int:
        ids = [[pieces.piece_to_id(piece) for piece in source] for source in sources]
        return len(translate(network.eval(), ids, max_batch_tokens=_MAX_BATCH_TOKENS))

    return run


def gemm(model: Path, threads: int) -> Run:
    from benchmarks.int8_products import Products
    from models.recipe.shipped import read_model

    products = Products(read_model(model / "model.bin")[1])

    def run(batches: list[list[int]]) -> None:
        for n_sentences, n_source, n_steps in batches:
            products.translate(n_sentences, n_source, n_steps)

    return run


PEERS = {"argos": argos, "torch": torch, "gemm": gemm}


def main() -> None:
    name, model, threads = sys.argv[1:]
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no answer
    run = PEERS[name](Path(model), int(threads))
    for line in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        run(json.loads(line))
        took = [time.perf_counter() - wall, time.process_time() - cpu]
        os.write(answers, json.dumps(took).encode() + b"\n")


if __name__ == "__main__":
    main()
