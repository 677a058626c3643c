"""Reading and writing the files that stages hand to each other.

Input:  tab-separated pairs, plain or `.xz`; `config.toml`.
Output: the same, written to a temporary name and moved into place, so that a file that exists is
        complete and a stage whose output exists can be skipped.

    for ja, en, source in read_pairs(Path("news_authored.tsv.xz")): ...
"""

from __future__ import annotations

import lzma
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Pair = tuple[str, str, str]


def read_pairs(path: Path) -> Iterator[Pair]:
    """Japanese, English, third column (or the file's name) of every line."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) >= 2:
                yield cells[0], cells[1], cells[2] if len(cells) > 2 else path.name


def write_lines(path: Path, lines: Iterable[str]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    count = 0
    with partial.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(line + "\n")
            count += 1
    partial.replace(path)
    return count


def write_pairs(path: Path, pairs: Iterable[Pair]) -> int:
    return write_lines(path, ("\t".join(pair) for pair in pairs))


def read_config(path: Path) -> dict[str, Any]:
    with path.open("rb") as raw:
        return tomllib.load(raw)
