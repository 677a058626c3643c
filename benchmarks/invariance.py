"""Whether a sentence's English depends on its neighbours: the count over a thousand sentences.

    python -m benchmarks.invariance [--shared ../shared] [--model DIR] [--sentences 1000]

Output: for padded and for strict batches, how many come out as they come out alone. Each sentence
        is translated twice: in one list with all, shuffled, and among six others.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.translate_speed import measure_invariance, read_sentences
from kawaraban.artifacts import embedded


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("--shared", type=Path, default=default)
    parser.add_argument("--model", type=Path, help="model directory; default: the shipped one")
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    sentences = read_sentences(args.shared, args.sentences)
    found = measure_invariance(args.model or embedded("ja-en"), sentences, threads=args.threads)
    for name, counts in found.items():
        print(f"{name}: {counts}")


if __name__ == "__main__":
    main()
