"""Model directories: what a manifest says, and whether the files are the ones it names.

A directory holds `manifest.json`, a card (`README.md`), the weights and the tokenizers, and nothing
else. Loading a model goes through `verify`, which hashes every file (10-20 ms for a shipped model).

Input:  a directory.
Output: its `Manifest`, or an error with file, found, expected and the command that repairs it.

    >>> verify(embedded("ja-en")).direction
    'ja-en'
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from kawaraban.errors import ArtifactError, CorruptArtifactError, MissingArtifactError
from kawaraban.foreign_models import copy_directory, safe_name, unpack_argos
from kawaraban.manifest import ArtifactFile, Manifest, parse_manifest

MANIFEST = "manifest.json"
CARD = "README.md"
MODELS = "models"  # folder under home
_CHUNK_BYTES = 1 << 20


def embedded(name: str) -> Path:
    """Directory of a model that ships with the program: in the wheel, or in a checkout."""
    package = Path(__file__).resolve().parent
    candidates = (package / "_models" / name, package.parent / "models" / name)
    for directory in candidates:
        if (directory / MANIFEST).is_file():
            return directory
    raise MissingArtifactError(
        f"model {name!r}: found no {MANIFEST} in {' or '.join(map(str, candidates))}; expected the "
        "model that ships with the program; reinstall kawaraban, or name another model directory"
    )


def load_manifest(directory: Path) -> Manifest:
    """Reads and checks `manifest.json` alone; `verify` also checks the files."""
    path = directory / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingArtifactError(
            f"{path}: not found; expected the manifest of a model directory; {_repair(directory)}"
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CorruptArtifactError(
            f"{path}: found {error}; expected a JSON object; {_repair(directory)}"
        ) from error
    return parse_manifest(raw, path, repair=_repair(directory))


def verify(directory: Path) -> Manifest:
    """The manifest of a directory whose files are exactly those it names, byte for byte."""
    manifest = load_manifest(directory)
    listed = {entry.path for entry in manifest.files} | {MANIFEST, CARD}
    for entry in manifest.files:
        _verify_file(directory, entry)
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_file() and name not in listed:
            raise CorruptArtifactError(
                f"{path}: found a file that the manifest of {manifest.name} does not name; "
                f"expected only {', '.join(sorted(listed))}; remove it"
            )
    return manifest


def describe_files(directory: Path, paths: Sequence[str]) -> tuple[ArtifactFile, ...]:
    """The manifest entries of files: their sizes and hashes as they are now."""
    return tuple(
        ArtifactFile(path, (directory / path).stat().st_size, _sha256(directory / path))
        for path in sorted(paths)
    )


def _verify_file(directory: Path, entry: ArtifactFile) -> None:
    path = directory / entry.path
    if not path.is_file():
        raise MissingArtifactError(
            f"{path}: not found; expected {entry.size_bytes} bytes with SHA-256 {entry.sha256}; "
            f"{_repair(directory)}"
        )
    if (size := path.stat().st_size) != entry.size_bytes:
        raise CorruptArtifactError(
            f"{path}: found {size} bytes; expected {entry.size_bytes}; {_repair(directory)}"
        )
    if (sha256 := _sha256(path)) != entry.sha256:
        raise CorruptArtifactError(
            f"{path}: found SHA-256 {sha256}; expected {entry.sha256}; {_repair(directory)}"
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _repair(directory: Path) -> str:
    package = Path(__file__).resolve().parent
    if directory.resolve().is_relative_to(package):
        return "repair it with `pip install --force-reinstall kawaraban`"
    if directory.resolve().is_relative_to(package.parent / "models"):
        return f"repair it with `git checkout -- models/{directory.name}`"
    return (
        "see all damaged files with `kawaraban models verify`, then repair it with "
        "`kawaraban models add` from where the model came from"
    )


def list_models(home: Path) -> list[tuple[Path, Manifest]]:
    """Every model directory: those that ship, then those added under `home`, each by name."""
    package = Path(__file__).resolve().parent
    shipped = package / "_models"
    roots = (shipped if shipped.is_dir() else package.parent / "models", home / MODELS)
    directories = [path.parent for root in roots for path in sorted(root.glob(f"*/{MANIFEST}"))]
    return [(directory, load_manifest(directory)) for directory in directories]


def add_model(source: Path, home: Path, *, facts: Mapping[str, object] | None = None) -> Path:
    """Copies a model directory, or an `.argosmodel` package, under `home`; gives its folder.

    The directory is one of ours, with manifest, or any CTranslate2 directory with its SentencePiece
    files, about which `facts` (licence, version, …) go into its manifest. A translation model must
    load and translate one sentence before it counts as added.
    """
    from kawaraban.translation.engine import load_translator

    parent = home / MODELS
    parent.mkdir(parents=True, exist_ok=True)
    if not source.exists():
        raise MissingArtifactError(f"{source}: not found; expected a model directory or package")
    with tempfile.TemporaryDirectory(prefix=".adding-", dir=parent) as folder:
        copy = Path(folder) / "model"
        copy.mkdir()
        if (source / MANIFEST).is_file():
            name = _copy_ours(source, copy)
        else:
            name = _copy_foreign(source, copy, facts or {})
        if load_manifest(copy).kind == "translation":
            load_translator(copy, threads=1).translate(["市場は上昇した。"])
        target = parent / name
        if target.exists():
            raise ArtifactError(f"{target}: found a model of that name; remove it first")
        copy.replace(target)
    return target


def _copy_ours(source: Path, copy: Path) -> str:
    manifest = verify(source)
    for name in (MANIFEST, CARD, *(entry.path for entry in manifest.files)):
        if (source / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, copy / name)
    return safe_name(manifest.name)


def _copy_foreign(source: Path, copy: Path, facts: Mapping[str, object]) -> str:
    fields = copy_directory(source, copy) if source.is_dir() else unpack_argos(source, copy)
    fields |= facts
    name = fields["name"] = safe_name(str(fields["name"]))
    names = [path.name for path in copy.iterdir() if path.name != CARD]
    fields["files"] = [asdict(entry) for entry in describe_files(copy, names)]
    text = json.dumps(fields, ensure_ascii=False, indent=1)
    (copy / MANIFEST).write_text(text, encoding="utf-8")
    return name
