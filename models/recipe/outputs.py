"""Stage 6c: which pieces English can be made of.

Input:  a vocabulary, or a model directory.
Output: the ids of every piece but those with a Japanese character, the only ones that training
        predicts; in a directory, `vmap.txt`, which lists them. CTranslate2 computes and says no
        other: of 12,000 pieces 5,429 are left, and beam search takes a quarter less time.

One list for every source, so a sentence's English does not depend on its neighbours, as it would
with candidates for each source piece. Also for a model that already has its manifest:

    python -m models.recipe.outputs models/ja-en
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

from kawaraban.artifacts import MANIFEST, describe_files
from kawaraban.translation.engine import OUTPUT_PIECES

JAPANESE = re.compile("[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")


def english_pieces(vocabulary: list[str]) -> list[str]:
    """
    >>> english_pieces(["\u2581the", "日銀", "。", "7", "\u2581"])
    ['\u2581the', '。', '7', '\u2581']
    """
    return [piece for piece in vocabulary if not JAPANESE.search(piece)]


def output_rows(vocabulary: list[str]) -> list[int]:
    """Ids of the pieces that a translation is made of."""
    english = frozenset(english_pieces(vocabulary))
    return [at for at, piece in enumerate(vocabulary) if piece in english]


def write_output_pieces(model: Path) -> None:
    """An empty source stands for any; candidates follow a tab, parted by spaces."""
    vocabulary = json.loads((model / "shared_vocabulary.json").read_text(encoding="utf-8"))
    line = "\t" + " ".join(english_pieces(vocabulary)) + "\n"
    (model / OUTPUT_PIECES).write_text(line, encoding="utf-8")


def add_to(model: Path) -> None:
    """Also names the list in the manifest that the model has."""
    write_output_pieces(model)
    manifest = json.loads((model / MANIFEST).read_text(encoding="utf-8"))
    names = sorted({entry["path"] for entry in manifest["files"]} | {OUTPUT_PIECES})
    manifest["files"] = [asdict(entry) for entry in describe_files(model, names)]
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (model / MANIFEST).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    add_to(Path(sys.argv[1]))
