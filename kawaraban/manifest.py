"""The manifest of a model directory as a value: what the model is, and which files make it up.

Input:  the parsed JSON of `manifest.json`.
Output: a `Manifest`, or a CorruptArtifactError that names the field, found and expected.

    {"name": "ja-en", "version": "0.1.0", "kind": "translation", "format": "ctranslate2",
     "direction": "ja-en", "license": "CC-BY-SA-4.0",
     "files": [{"path": "model.bin", "size_bytes": 22000000, "sha256": "…"}, …],
     "tokenizer": {"kind": "sentencepiece", "source": "source.spm", "target": "target.spm"},
     "prefix_tokens": {"source": [], "source_end": [], "target": []},
     "annotation": {"open": "⟦", "separator": "⟼", "close": "⟧"},
     "data": [], "recipe": {}, "scores": [], "speed": []}

A sentence encoder has kind "sentence-encoder", format "onnx", `dim`, `max_tokens` and a tokenizer
with one `model`. Fields that only readers use are kept as they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from kawaraban.errors import CorruptArtifactError

_KINDS = {"translation": "ctranslate2", "sentence-encoder": "onnx"}


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """One file of the allow-list; `path` is relative to the directory, with forward slashes."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """SentencePiece models by file name: `source` and `target`, or one `model` for both."""

    kind: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class AffixTokens:
    """Pieces a model family wants round the sentence: `source + pieces + source_end`, target.

    NLLB-200 has source `jpn_Jpan`, source_end `</s>` and target `eng_Latn`.
    """

    source: tuple[str, ...] = ()
    source_end: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnotationMarks:
    """The marks round an inline term, if the model was trained to obey them."""

    open: str
    separator: str
    close: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says. The last ones are for readers: data to notice."""

    name: str
    version: str
    kind: str
    format: str
    license: str
    files: tuple[ArtifactFile, ...]
    tokenizer: Tokenizer
    direction: str = ""
    affixes: AffixTokens = AffixTokens()
    annotation: AnnotationMarks | None = None
    dim: int = 0
    max_tokens: int = 0
    data: tuple[Mapping[str, object], ...] = ()
    recipe: Mapping[str, object] | None = None
    scores: tuple[Mapping[str, object], ...] = ()
    speed: tuple[Mapping[str, object], ...] = ()
    notice: str = ""  # what every reader of the model's output should know

    @property
    def id(self) -> str:
        """ "name@version+hash": the hash tells apart weights that carry the same version."""
        digest = hashlib.sha256("".join(sorted(f.sha256 for f in self.files)).encode())
        return f"{self.name}@{self.version}+{digest.hexdigest()[:8]}"

    @property
    def size_bytes(self) -> int:
        return sum(f.size_bytes for f in self.files)


def parse_manifest(raw: object, path: Path, *, repair: str) -> Manifest:
    """`raw` as a Manifest; `path` and `repair` (what the user should do) go into errors."""
    return _Reader(path, raw, repair).manifest()


class _Reader:
    """Takes typed fields out of a manifest; an error names the field."""

    def __init__(self, path: Path, raw: object, repair: str) -> None:
        self._path = path
        self._repair = repair
        self._raw = self._object(raw, "manifest")

    def manifest(self) -> Manifest:
        kind = self._text("kind")
        if self._text("format") != _KINDS.get(kind):
            expected = ", ".join(f"{k} in {f}" for k, f in _KINDS.items())
            self._fail("kind", f"{kind!r} in {self._raw['format']!r}", f"one of {expected}")
        return Manifest(
            name=self._text("name"),
            version=self._text("version"),
            kind=kind,
            format=self._text("format"),
            license=self._text("license"),
            files=self._files(),
            tokenizer=self._tokenizer(),
            direction=str(self._raw.get("direction", "")),
            affixes=self._affixes(),
            annotation=self._annotation(),
            dim=self._number("dim"),
            max_tokens=self._number("max_tokens"),
            data=self._objects("data"),
            recipe=self._object(self._raw.get("recipe") or {}, "recipe"),
            scores=self._objects("scores"),
            speed=self._objects("speed"),
            notice=str(self._raw.get("notice", "")),
        )

    def _files(self) -> tuple[ArtifactFile, ...]:
        entries = []
        for raw in self._objects("files"):
            path, size, sha256 = raw.get("path"), raw.get("size_bytes"), raw.get("sha256")
            if not (isinstance(path, str) and isinstance(size, int) and isinstance(sha256, str)):
                self._fail("files", repr(raw), "path, size_bytes and sha256")
            parts = PurePosixPath(path).parts
            if not parts or path.startswith("/") or ".." in parts or "\\" in path:
                self._fail("files", repr(path), "a path inside the directory")
            entries.append(ArtifactFile(path, size, sha256))
        if not entries:
            self._fail("files", "none", "at least one file")
        return tuple(entries)

    def _tokenizer(self) -> Tokenizer:
        raw = self._object(self._raw.get("tokenizer"), "tokenizer")
        both = raw.get("model")
        source, target = raw.get("source", both), raw.get("target", both)
        if not isinstance(source, str) or not isinstance(target, str):
            self._fail("tokenizer", repr(raw), "source and target, or model")
        if raw.get("kind") != "sentencepiece":
            self._fail("tokenizer.kind", repr(raw.get("kind")), "'sentencepiece'")
        return Tokenizer("sentencepiece", source, target)

    def _affixes(self) -> AffixTokens:
        raw = self._object(self._raw.get("prefix_tokens") or {}, "prefix_tokens")
        groups = {}
        for name in ("source", "source_end", "target"):
            values = raw.get(name, [])
            if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
                self._fail(f"prefix_tokens.{name}", repr(values), "a list of strings")
            groups[name] = tuple(values)
        return AffixTokens(**groups)

    def _annotation(self) -> AnnotationMarks | None:
        if self._raw.get("annotation") is None:
            return None
        raw = self._object(self._raw["annotation"], "annotation")
        marks = [raw.get(name) for name in ("open", "separator", "close")]
        if not all(isinstance(mark, str) and len(mark) == 1 for mark in marks):
            self._fail("annotation", repr(raw), "open, separator and close of one character")
        return AnnotationMarks(*(str(mark) for mark in marks))

    def _text(self, name: str) -> str:
        value = self._raw.get(name)
        if not isinstance(value, str) or not value:
            self._fail(name, repr(value), "a string")
        return value

    def _number(self, name: str) -> int:
        value = self._raw.get(name, 0)
        if not isinstance(value, int):
            self._fail(name, repr(value), "a whole number")
        return value

    def _objects(self, name: str) -> tuple[Mapping[str, object], ...]:
        values = self._raw.get(name) or []
        if isinstance(values, dict):
            values = [values]
        if not isinstance(values, list):
            self._fail(name, repr(values), "a list of objects")
        return tuple(self._object(value, name) for value in values)

    def _object(self, value: object, name: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            self._fail(name, repr(value), "an object")
        return value

    def _fail(self, field: str, found: str, expected: str) -> NoReturn:
        raise CorruptArtifactError(
            f"{self._path}: found {field} = {found}; expected {expected}; {self._repair}"
        )
