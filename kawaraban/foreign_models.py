"""Other people's translation models: what their files mean, and a copy of them as a directory.

Input:  a CTranslate2 directory with its SentencePiece files, or an `.argosmodel` package.
Output: a folder under `HOME/models` with a manifest of ours.

The families differ in what they want round a sentence, which the vocabulary tells:

    NLLB-200       jpn_Jpan … </s>   →  eng_Latn …
    M2M-100        __ja__ … </s>     →  __en__ …
    mBART-50       ja_XX … </s>      →  en_XX …
    MADLAD-400     <2en> … </s>      →  …
    Marian (Hub)   … </s>            →  …      (OPUS-MT, FuguMT, ElanMT)
    others         …                 →  …      (Argos, OpenNMT, our own)
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from kawaraban.errors import ArtifactError
from kawaraban.manifest import AffixTokens

WEIGHTS = "model.bin"
_CONFIG = "config.json"
_CARD = "README.md"
_VOCABULARIES = ("shared_vocabulary", "source_vocabulary", "target_vocabulary")
ENGINE_FILES = (
    WEIGHTS,
    _CONFIG,
    *(f"{name}.{suffix}" for name in _VOCABULARIES for suffix in ("json", "txt")),
)
# Names under which the families ship their SentencePiece models: source and target side.
TOKENIZERS = (
    ("source.spm", "target.spm"),
    ("sentencepiece.model", "sentencepiece.model"),
    ("sentencepiece.bpe.model", "sentencepiece.bpe.model"),
    ("spiece.model", "spiece.model"),
    ("spm.model", "spm.model"),
)
_LANGUAGE_TOKENS = (
    AffixTokens(("jpn_Jpan",), ("</s>",), ("eng_Latn",)),
    AffixTokens(("__ja__",), ("</s>",), ("__en__",)),
    AffixTokens(("ja_XX",), ("</s>",), ("en_XX",)),
    AffixTokens(("<2en>",), ("</s>",), ()),
)
_MAX_RATIO = 200  # decompressed to compressed size: weights hardly compress
_MAX_BYTES = 20_000_000_000


def copy_directory(source: Path, target: Path) -> dict[str, Any]:
    """Copies the files of a CTranslate2 directory that a model needs; gives manifest fields."""
    tokenizer = _tokenizer_files({path.name for path in source.iterdir()}, source)
    for name in {*ENGINE_FILES, *tokenizer, _CARD}:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    return {"name": source.name, "version": "0", **_fields(target, tokenizer)}


def unpack_argos(package: Path, target: Path) -> dict[str, Any]:
    """Takes model and tokenizer out of an `.argosmodel` package; gives manifest fields."""
    try:
        with zipfile.ZipFile(package) as archive:
            members = _argos_members(archive, package)
            metadata = json.loads(archive.read(members["metadata.json"]))
            pair = (metadata.get("from_code"), metadata.get("to_code"))
            if pair != ("ja", "en"):
                raise ArtifactError(
                    f"{package}: found a model from {pair[0]} to {pair[1]}; expected ja to en"
                )
            tokenizer = _tokenizer_files(set(members), package)
            for name in {*ENGINE_FILES, *tokenizer} & members.keys():
                with archive.open(members[name]) as file, (target / name).open("wb") as copy:
                    shutil.copyfileobj(file, copy)
    except (zipfile.BadZipFile, ValueError, KeyError, NotImplementedError) as error:
        raise ArtifactError(
            f"{package}: found {error}; expected an Argos package (.argosmodel)"
        ) from error
    fields = _fields(target, tokenizer)
    if prefix := metadata.get("target_prefix"):
        fields["prefix_tokens"] |= {"target": [str(prefix)]}
    version = str(metadata.get("package_version", "0"))
    return {"name": "argos-ja-en", "version": version, **fields}


def detect_affixes(vocabulary: set[str], config: Mapping[str, Any]) -> AffixTokens:
    """What the family of a model wants round the pieces of a sentence."""
    for affixes in _LANGUAGE_TOKENS:
        if vocabulary.issuperset(affixes.source + affixes.target):
            return affixes
    end = config.get("eos_token", "</s>")
    starts_with_end = config.get("decoder_start_token") == end
    if starts_with_end and not config.get("add_source_eos", False):
        return AffixTokens(source_end=(end,))
    return AffixTokens()


def _fields(directory: Path, tokenizer: tuple[str, str]) -> dict[str, Any]:
    if not (directory / WEIGHTS).is_file():
        raise ArtifactError(
            f"found no {WEIGHTS}; expected a CTranslate2 model; convert the original weights with "
            "ct2-transformers-converter --quantization int8"
        )
    config = directory / _CONFIG
    settings = json.loads(config.read_text(encoding="utf-8")) if config.is_file() else {}
    return {
        "kind": "translation",
        "direction": "ja-en",
        "format": "ctranslate2",
        "license": "unknown (see where the model came from)",
        "tokenizer": {"kind": "sentencepiece", "source": tokenizer[0], "target": tokenizer[1]},
        "prefix_tokens": asdict(detect_affixes(_vocabulary(directory), settings)),
        "annotation": None,
    }


def _vocabulary(directory: Path) -> set[str]:
    tokens: set[str] = set()
    for name in _VOCABULARIES:
        path = directory / f"{name}.json"
        if path.is_file():
            tokens.update(json.loads(path.read_text(encoding="utf-8")))
        elif (path := path.with_suffix(".txt")).is_file():
            tokens.update(path.read_text(encoding="utf-8").split("\n"))
    return tokens


def _tokenizer_files(names: set[str], where: Path) -> tuple[str, str]:
    for pair in TOKENIZERS:
        if names.issuperset(pair):
            return pair
    raise ArtifactError(
        f"{where}: found no SentencePiece model (only {', '.join(sorted(names)[:12]) or 'nothing'})"
        f"; expected {' or '.join(' and '.join(dict.fromkeys(pair)) for pair in TOKENIZERS)}; "
        "put the tokenizer of the original model beside the weights"
    )


def _argos_members(archive: zipfile.ZipFile, package: Path) -> dict[str, zipfile.ZipInfo]:
    """File name → member, for the package folder and its `model` folder."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    roots = [
        PurePosixPath(i.filename).parent for i in infos if i.filename.endswith("metadata.json")
    ]
    if not roots:
        raise ArtifactError(f"{package}: found no metadata.json; expected an Argos package")
    root = min(roots, key=lambda path: len(path.parts))
    members = {}
    for info in infos:
        path = PurePosixPath(info.filename)
        if path.parent in (root, root / "model"):
            if info.file_size > min(_MAX_BYTES, _MAX_RATIO * max(info.compress_size, 1_000)):
                raise ArtifactError(
                    f"{package}: found {info.filename} of {info.file_size} bytes packed into "
                    f"{info.compress_size}; expected weights, which hardly shrink"
                )
            members[path.name] = info
    return members


def safe_name(name: str) -> str:
    """A folder name made of a model's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-") or "model"
