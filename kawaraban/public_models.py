"""The well-known public ja→en models, and which files of a repository of the Hub make up a model.

    name         family   licence        download  made ready by
    opus-mt      Marian   Apache-2.0       0.3 GB  conversion
    fugumt       Marian   CC-BY-SA-4.0     0.2 GB  conversion
    elanmt       Marian   CC-BY-SA-4.0     0.2 GB  conversion
    nllb-600m    NLLB     CC-BY-NC-4.0     0.6 GB  as it is
    m2m100-418m  M2M-100  MIT              0.5 GB  as it is
    madlad-3b    T5       Apache-2.0       3.0 GB  as it is

None of them has been downloaded or run where this program is built, because no hub can be reached
from there: ids, licences and sizes are from public sources, the files of each family from tiny
models of the same shape. What is shown before a download is what the hub itself says.

    >>> choose_files({"model.bin", "config.json", "shared_vocabulary.txt", "notes.pdf"}).kind
    'ctranslate2'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kawaraban.errors import ArtifactError, UsageError
from kawaraban.foreign_models import ENGINE_FILES, TOKENIZERS, WEIGHTS, safe_name
from kawaraban.manifest import AffixTokens

CARD = "README.md"
TOKENIZER_FILES = tuple(dict.fromkeys(name for pair in TOKENIZERS for name in pair))
_OURS = ("manifest.json", "lexicon.tsv")
_TRANSFORMERS_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    *TOKENIZER_FILES,
)
_SAFETENSORS = ("model.safetensors", "model-*-of-*.safetensors", "model.safetensors.index.json")
_PICKLES = ("pytorch_model.bin", "pytorch_model-*-of-*.bin", "pytorch_model.bin.index.json")


@dataclass(frozen=True, slots=True)
class PublicModel:
    """A model by its short name. `tokenizer_repository`: where the weights come without one."""

    name: str
    repository: str
    license: str = ""
    size_bytes: int = 0  # of the download, about
    family: str = ""
    affixes: AffixTokens | None = None  # None: what the vocabulary tells
    tokenizer_repository: str = ""


_MARIAN = AffixTokens(source_end=("</s>",))
PUBLIC_MODELS = (
    PublicModel(
        "opus-mt", "Helsinki-NLP/opus-mt-ja-en", "Apache-2.0", 310_000_000, "Marian", _MARIAN
    ),
    PublicModel("fugumt", "staka/fugumt-ja-en", "CC-BY-SA-4.0", 250_000_000, "Marian", _MARIAN),
    PublicModel(
        "elanmt", "Mitsua/elan-mt-bt-ja-en", "CC-BY-SA-4.0", 250_000_000, "Marian", _MARIAN
    ),
    PublicModel(
        "nllb-600m",
        "JustFrederik/nllb-200-distilled-600M-ct2-int8",
        "CC-BY-NC-4.0",
        630_000_000,
        "NLLB-200",
        AffixTokens(("jpn_Jpan",), ("</s>",), ("eng_Latn",)),
        "facebook/nllb-200-distilled-600M",
    ),
    PublicModel(
        "m2m100-418m",
        "jncraton/m2m100_418M-ct2-int8",
        "MIT",
        500_000_000,
        "M2M-100",
        AffixTokens(("__ja__",), ("</s>",), ("__en__",)),
        "facebook/m2m100_418M",
    ),
    PublicModel(
        "madlad-3b",
        "Heng666/madlad400-3b-mt-ct2-int8",
        "Apache-2.0",
        2_960_000_000,
        "MADLAD-400",
        AffixTokens(("<2en>",), ("</s>",), ()),
        "google/madlad400-3b-mt",
    ),
)


@dataclass(frozen=True, slots=True)
class FileChoice:
    """What to take from a repository: `kind` is "ctranslate2", "original" or "tokenizer"."""

    kind: str
    patterns: tuple[str, ...]
    files: tuple[str, ...]


def find_model(name: str, *, tokenizer_repository: str = "") -> PublicModel:
    """A short name of the table, or any `owner/repository` of the hub; else UsageError."""
    for model in PUBLIC_MODELS:
        if name == model.name:
            return model
    if name.count("/") == 1 and all(name.split("/")):
        return PublicModel(safe_name(name), name, tokenizer_repository=tokenizer_repository)
    known = "; ".join(
        f"{model.name} ({model.license}, {size_text(model.size_bytes)})" for model in PUBLIC_MODELS
    )
    raise UsageError(f"{name!r}: no such model; expected owner/repository of a hub, or: {known}")


def choose_files(names: Iterable[str], *, where: str = "the repository") -> FileChoice:
    """The allow-list for a repository that holds `names`; safetensors before pickled weights."""
    names = set(names)
    if WEIGHTS in names:
        return _choice("ctranslate2", (*ENGINE_FILES, *TOKENIZER_FILES, *_OURS, CARD), names)
    for weights in (_SAFETENSORS, _PICKLES):
        if any(fnmatchcase(name, pattern) for name in names for pattern in weights):
            return _choice("original", (*_TRANSFORMERS_FILES, *weights, CARD), names)
    raise ArtifactError(
        f"{where}: found no weights (only {', '.join(sorted(names)[:8]) or 'nothing'}); expected "
        f"{WEIGHTS} of CTranslate2, model.safetensors or pytorch_model.bin; name another repository"
    )


def choose_tokenizer(names: Iterable[str], *, where: str) -> FileChoice:
    """The SentencePiece files alone."""
    choice = _choice("tokenizer", TOKENIZER_FILES, set(names))
    if not choice.files:
        raise ArtifactError(
            f"{where}: found no SentencePiece model; expected {' or '.join(TOKENIZER_FILES)}; "
            "name the repository of the original model with --tokenizer"
        )
    return choice


def has_tokenizer(files: Iterable[str]) -> bool:
    return any(set(files).issuperset(pair) for pair in TOKENIZERS)


def size_text(size_bytes: int) -> str:
    """310000000 → "310 MB"."""
    if size_bytes >= 1_000_000_000:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes >= 1_000_000 else f"{size_bytes / 1e3:.0f} kB"


def _choice(kind: str, patterns: tuple[str, ...], names: set[str]) -> FileChoice:
    files = [name for name in names if any(fnmatchcase(name, p) for p in patterns)]
    return FileChoice(kind, patterns, tuple(sorted(files)))
