"""Models of a hub: looked up, downloaded, checked, converted where needed, added under `home`.

The real `huggingface_hub` client does the transfer, so HF_ENDPOINT, HF_TOKEN, HF_HOME,
HF_HUB_OFFLINE, its cache and its way to resume work as its users know them. A repository with a
CTranslate2 model is taken as it is; original weights are converted by CTranslate2's own converter.

Input:  a short name (`public_models`) or any `owner/repository`.
Output: the model's folder under `HOME/models`, loaded once and verified.

    offer = look_up(find_model("nllb-600m"))
    offer.license, offer.size_bytes        # ('CC-BY-NC-4.0', 630000000): before anything is fetched
    pull(offer, home)                      # HOME/models/nllb-600m
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kawaraban import __version__
from kawaraban.artifacts import MANIFEST, MODELS, add_model
from kawaraban.conversion import convert, require_converter, require_family
from kawaraban.errors import (
    ArtifactError,
    CorruptArtifactError,
    MissingArtifactError,
    UsageError,
)
from kawaraban.hub_errors import client_errors, first_line
from kawaraban.public_models import (
    CARD,
    TOKENIZER_FILES,
    FileChoice,
    PublicModel,
    choose_files,
    choose_tokenizer,
    has_tokenizer,
)

if TYPE_CHECKING:
    from huggingface_hub import CardData

_CLIENT = 'pip install "huggingface_hub>=2,<3"'
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """What one repository gives: files with their hashes, as the hub (or its cache) names them."""

    repository: str
    revision: str  # the commit
    wanted: str | None  # the revision asked for; None: the main one
    choice: FileChoice
    digests: Mapping[str, str]  # SHA-256, or the git hash of a small file
    size_bytes: int
    license: str
    model_type: str = ""  # of original weights, where the hub tells it


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that could be pulled: the weights first, then the tokenizer if it is elsewhere."""

    model: PublicModel
    parts: tuple[Part, ...]

    @property
    def license(self) -> str:
        """What the table says, or else the repository."""
        stated = self.parts[0].license
        if self.model.license and stated and stated.lower() != self.model.license.lower():
            return f"{self.model.license} (its repository says {stated})"
        return self.model.license or stated or "not stated by its repository"

    @property
    def size_bytes(self) -> int:
        return sum(part.size_bytes for part in self.parts)

    @property
    def converts(self) -> bool:
        return self.parts[0].choice.kind == "original"


def look_up(model: PublicModel, home: Path, *, revision: str | None = None) -> Offer:
    """What would be downloaded, and under which licence; nothing is downloaded yet."""
    target = home / MODELS / model.name
    if target.exists():
        raise ArtifactError(f"{target}: found a model of that name; remove it first")
    weights = _look_up(
        model.repository, revision, lambda names: choose_files(names, where=model.repository)
    )
    parts = [weights]
    if MANIFEST not in weights.choice.files and not has_tokenizer(weights.choice.files):
        where = model.tokenizer_repository or model.repository
        parts.append(_look_up(where, None, lambda names: choose_tokenizer(names, where=where)))
    if weights.choice.kind == "original":
        require_family(model.repository, weights.model_type)
        require_converter(model.repository)
    return Offer(model, tuple(parts))


def pull(offer: Offer, home: Path, *, progress: bool = False) -> Path:
    """Downloads what the cache lacks, checks every file, and adds the model; gives its folder."""
    folders = [_download(part, progress=progress) for part in offer.parts]
    (home / MODELS).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pulling-", dir=home / MODELS) as folder:
        source = Path(folder) / offer.model.name
        if offer.converts:
            convert(folders[0], source)
        else:
            source.mkdir()
        for part, origin in zip(offer.parts, folders, strict=True):
            for name in part.choice.files:
                keep = part.choice.kind != "original" or name in (*TOKENIZER_FILES, CARD)
                if keep and not (source / name).exists():
                    _link(source / name, origin / name)
        return add_model(source, home, facts=_facts(offer))


def _facts(offer: Offer) -> dict[str, object]:
    facts: dict[str, object] = {
        "name": offer.model.name,
        "version": offer.parts[0].revision[:12] or "0",
        "license": offer.license,
        "recipe": {
            "pulled": [f"{part.repository}@{part.revision}" for part in offer.parts],
            "converted": offer.converts,
        },
    }
    if offer.model.affixes is not None:
        facts["prefix_tokens"] = asdict(offer.model.affixes)
    return facts


def _look_up(
    repository: str, revision: str | None, choose: Callable[[list[str]], FileChoice]
) -> Part:
    _require_client()
    import httpx2
    from huggingface_hub import HfApi
    from huggingface_hub.errors import OfflineModeIsEnabled

    with client_errors(repository):
        try:
            api = HfApi(library_name="kawaraban", library_version=__version__)
            info = api.model_info(repository, revision=revision, files_metadata=True)
        except (OfflineModeIsEnabled, httpx2.ConnectError, httpx2.TimeoutException) as error:
            return _look_up_cached(repository, revision, choose, reason=str(error))
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    choice = choose(list(siblings))
    chosen = {name: siblings[name] for name in choice.files}
    digests = {n: s.lfs.sha256 if s.lfs else (s.blob_id or "") for n, s in chosen.items()}
    size_bytes = sum(sibling.size or 0 for sibling in chosen.values())
    return Part(
        repository,
        info.sha or "",
        revision,
        choice,
        digests,
        size_bytes,
        _license(info.card_data),
        str((info.config or {}).get("model_type", "")),
    )


def _license(card: CardData | None) -> str:
    return str(card.get("license_name") or card.get("license") or "") if card else ""


def _look_up_cached(
    repository: str,
    revision: str | None,
    choose: Callable[[list[str]], FileChoice],
    *,
    reason: str,
) -> Part:
    """The same from the client's cache, for work without a network."""
    from huggingface_hub import ModelCard, constants, scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repos = scan_cache_dir(constants.HF_HUB_CACHE).repos
    except CacheNotFound:
        repos = frozenset()
    wanted = revision or "main"
    for repo in repos:
        for commit in repo.revisions:
            if repo.repo_id == repository and wanted in (*commit.refs, commit.commit_hash):
                files = {file.file_name: file for file in commit.files}
                choice = choose(list(files))
                digests = {name: files[name].blob_path.name for name in choice.files}
                size_bytes = sum(files[name].size_on_disk for name in choice.files)
                card = commit.snapshot_path / CARD
                license_ = _license(ModelCard.load(card).data if card.is_file() else None)
                return Part(
                    repository,
                    commit.commit_hash,
                    revision,
                    choice,
                    digests,
                    size_bytes,
                    license_,
                )
    raise MissingArtifactError(
        f"{repository}: not in the cache, and the hub cannot be reached ({first_line(reason)}); "
        "expected one of them; go online and unset HF_HUB_OFFLINE, or check HF_ENDPOINT"
    )


def _download(part: Part, *, progress: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not progress:
        disable_progress_bars()
    with client_errors(part.repository):
        folder = Path(
            snapshot_download(
                part.repository,
                revision=part.wanted,
                allow_patterns=list(part.choice.patterns),
                library_name="kawaraban",
                library_version=__version__,
            )
        )
    for name in part.choice.files:
        _check_file(folder / name, part)
    return folder


def _check_file(path: Path, part: Part) -> None:
    """Size is the client's business; the bytes are checked here, against the hub's own hash."""
    expected = part.digests.get(path.name, "")
    if len(expected) == 64:
        digest = hashlib.sha256()
    elif len(expected) == 40:
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    else:
        return
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    if (found := digest.hexdigest()) != expected:
        path.resolve().unlink()
        path.unlink(missing_ok=True)
        raise CorruptArtifactError(
            f"{part.repository}/{path.name}: found hash {found}; expected {expected}, as the hub "
            "says; the damaged copy was removed from the cache: run the command again"
        )


def _require_client() -> None:
    if importlib.util.find_spec("huggingface_hub") is None:
        raise UsageError(f"found no huggingface_hub; expected the client of the hub; `{_CLIENT}`")


def _link(target: Path, origin: Path) -> None:
    try:
        target.symlink_to(origin.resolve())
    except OSError:  # no right to make links
        shutil.copyfile(origin, target)
