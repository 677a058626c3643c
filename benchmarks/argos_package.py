"""Our embedded model as a package that Argos Translate and LibreTranslate can run, to compare.

    pip install torch && pip install libretranslate gunicorn 'onnx<1.20'   # an own environment
    ENV/bin/python benchmarks/argos_package.py FOLDER      # FOLDER becomes XDG_DATA_HOME of Argos

Input:  a model directory of this project (SentencePiece, CTranslate2).
Output: `FOLDER/argos-translate/packages/ja_en/`, where Argos finds it when XDG_DATA_HOME is FOLDER,
        and `FOLDER/ja_en.argosmodel`, the same as a file that `argospm install` takes. An empty
        list of downloads stands beside it: without one Argos asks for its own list, and again.

An Argos package holds `metadata.json`, `model/` (CTranslate2), `sentencepiece.model`, and a network
that finds the ends of sentences. Argos' own such network for Japanese is fetched from a release
page; in its place stands one that ends a sentence after 。！？!? alone. It is a table look-up where
the original is an LSTM, so it costs less and gives Argos the better figures; everything round it,
the features of each character included, is Argos' own code.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENDS = "。！？!?"
METADATA = {
    "package_version": "1.0",
    "argos_version": "1.9",
    "from_code": "ja",
    "from_name": "Japanese",
    "to_code": "en",
    "to_name": "English",
}
MODEL_FILES = ("config.json", "model.bin", "shared_vocabulary.json")
FEATURES = ("space_before", "capitalized", "numeric", "end_of_para", "start_of_para")
UNKNOWN, SENTENCE_END, N_CLASSES = 1, 2, 3


def write_splitter(path: Path) -> None:
    """units int64 [B, L], features float32 [B, L, 5] → scores float32 [B, L, 3] of the classes
    "inside", "end of a token", "end of a sentence"."""
    import numpy as np
    import onnx  # type: ignore[import-not-found]
    from onnx import TensorProto, helper

    units = {"<PAD>": 0, "<UNK>": UNKNOWN} | {end: i for i, end in enumerate(ENDS, start=2)}
    table = np.zeros((len(units), N_CLASSES), np.float32)
    table[:2, 0] = 1.0
    table[2:, SENTENCE_END] = 1.0
    size: list[str | int] = ["batch", "length"]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "units"], ["output"], axis=0)],
        "sentence_ends",
        [
            helper.make_tensor_value_info("units", TensorProto.INT64, size),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, [*size, len(FEATURES)]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [*size, N_CLASSES])],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    vocabulary = {"lang": "ja", "idx": 0, "cutoff": 0, "lower": False, "_unit2id": units}
    properties = {
        "lang_code": json.dumps("ja"),
        "config": json.dumps({"feat_funcs": FEATURES, "batch_size": 32, "max_seqlen": 1000}),
        "vocab": json.dumps(vocabulary | {"_id2unit": list(units)}),
        "lexicon": "null",
    }
    helper.set_model_props(model, properties)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def write_package(model: Path, data_home: Path) -> Path:
    """The installed package under `data_home`, made anew; returns its folder."""
    package = data_home / "argos-translate" / "packages" / "ja_en"
    shutil.rmtree(package, ignore_errors=True)
    (package / "model").mkdir(parents=True)
    (package / "minisbd").mkdir()
    (package / "metadata.json").write_text(json.dumps(METADATA, indent=1), encoding="utf-8")
    for name in MODEL_FILES:
        shutil.copy(model / name, package / "model" / name)
    shutil.copy(model / "sentencepiece.model", package)
    write_splitter(package / "minisbd" / "ja.onnx")
    (data_home / "argos-translate" / "index.json").write_text("[]", encoding="utf-8")
    return package


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "ja-en")
    options = parser.parse_args()
    package = write_package(options.model, options.folder)
    packages = package.parent
    archive = shutil.make_archive(str(options.folder / "ja_en"), "zip", packages, package.name)
    print(Path(archive).rename(options.folder / "ja_en.argosmodel"))


if __name__ == "__main__":
    main()
