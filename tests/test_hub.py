"""The real client of the hub against a hub on loopback; the models are real and tiny."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hub_server import COMMIT, Hub, serve_hub
from huggingface_hub import close_session, constants
from tiny_models import dictionary_model

from kawaraban import __version__
from kawaraban.artifacts import MANIFEST, verify
from kawaraban.errors import (
    ArtifactError,
    CorruptArtifactError,
    FetchError,
    KawarabanError,
    MissingArtifactError,
    UsageError,
)
from kawaraban.foreign_models import detect_affixes
from kawaraban.hub import look_up, pull
from kawaraban.manifest import AffixTokens
from kawaraban.public_models import PUBLIC_MODELS, PublicModel, choose_files, find_model, size_text
from kawaraban.translation.engine import load_translator

SENTENCE, ENGLISH = "日銀は29日、利上げを決めた。", "BOJ 29 day, rate hike decided."
TINY, NLLB, TOKENIZER = "someone/tiny-ct2", "someone/nllb-ct2", "someone/nllb-original"
CT2_FILES = ["config.json", "model.bin", "shared_vocabulary.json", "source.spm", "target.spm"]
# what a repository holds, what is taken from it
REPOSITORIES = [
    ([*CT2_FILES, "notes.pdf", ".gitattributes"], "ctranslate2", CT2_FILES),
    (
        ["config.json", "model.safetensors", "pytorch_model.bin", "tf_model.h5", "source.spm"],
        "original",
        ["config.json", "model.safetensors", "source.spm"],
    ),
    (
        [
            "config.json",
            "pytorch_model-00001-of-00002.bin",
            "run.py",
            "pytorch_model.bin.index.json",
        ],
        "original",
        ["config.json", "pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json"],
    ),
    (
        ["model.bin", "pytorch_model.bin", "manifest.json", "lexicon.tsv", "README.md"],
        "ctranslate2",
        ["README.md", "lexicon.tsv", "manifest.json", "model.bin"],
    ),
]
WRONG_NAMES = ["opus", "a/b/c", "/x", "x/", "", "../../etc"]
VOCABULARIES = {
    "Marian": {"日"},
    "NLLB-200": {"jpn_Jpan", "eng_Latn"},
    "M2M-100": {"__ja__", "__en__"},
    "MADLAD-400": {"<2en>"},
}


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A CTranslate2 model with its tokenizers, and one whose tokenizer is elsewhere."""
    root = tmp_path_factory.mktemp("repositories")
    tiny = dictionary_model(root / "tiny", adds_eos=False)
    (tiny / MANIFEST).unlink()
    (tiny / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n# A card\n")
    (tiny / "train.py").write_text("not part of the model")
    nllb = dictionary_model(root / "nllb", language_tokens=("jpn_Jpan", "eng_Latn"), adds_eos=False)
    (nllb / MANIFEST).unlink()
    original = root / "original"
    original.mkdir()
    (nllb / "source.spm").rename(original / "sentencepiece.bpe.model")
    (nllb / "target.spm").unlink()
    return {TINY: tiny, NLLB: nllb, TOKENIZER: original}


@pytest.fixture
def hub(
    repositories: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hub]:
    """A hub, and the client set up for it as HF_ENDPOINT and HF_HUB_CACHE would."""
    licenses = {TINY: "cc-by-4.0", NLLB: "cc-by-nc-4.0"}
    with serve_hub(Hub(dict(repositories), licenses)) as server:
        template = server.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 4096)
        monkeypatch.setattr("time.sleep", lambda s: None)
        yield server
    close_session()


def translated(directory: Path) -> str:
    return load_translator(directory, threads=1).translate([SENTENCE])[0].en


def test_pull_when_the_repository_is_ctranslate2_then_adds_it_as_it_is(
    hub: Hub, tmp_path: Path
) -> None:
    offer = look_up(find_model(TINY), tmp_path)
    assert (offer.license, offer.converts) == ("cc-by-4.0", False)
    wanted = [*CT2_FILES, "README.md"]
    assert offer.size_bytes == sum((hub.folders[TINY] / n).stat().st_size for n in wanted)
    assert not any(path.endswith(tuple(CT2_FILES)) for _, path, _ in hub.requests)
    added = pull(offer, tmp_path)
    manifest = verify(added)
    assert added == tmp_path / "models" / "someone-tiny-ct2"
    assert (manifest.license, manifest.version) == ("cc-by-4.0", COMMIT[:12])
    assert manifest.recipe == {"pulled": [f"{TINY}@{COMMIT}"], "converted": False}
    assert {path.name for path in added.iterdir()} == {*wanted, MANIFEST}
    assert not any(path.is_symlink() for path in added.iterdir())
    assert translated(added) == ENGLISH
    assert hub.gets("train.py") == []
    assert any(agent.startswith(f"kawaraban/{__version__};") for agent in hub.agents)


def test_pull_when_the_tokenizer_is_elsewhere_then_fetches_it_there(
    hub: Hub, tmp_path: Path
) -> None:
    affixes = AffixTokens(("jpn_Jpan",), ("</s>",), ("eng_Latn",))
    model = PublicModel("nllb", NLLB, "CC-BY-NC-4.0", 1, "NLLB-200", affixes, TOKENIZER)
    offer = look_up(model, tmp_path)
    assert [part.repository for part in offer.parts] == [NLLB, TOKENIZER]
    added = pull(offer, tmp_path)
    assert verify(added).affixes == affixes
    assert verify(added).license == "CC-BY-NC-4.0"
    assert translated(added) == ENGLISH


def test_look_up_when_no_tokenizer_is_known_then_says_how_to_name_one(
    hub: Hub, tmp_path: Path
) -> None:
    with pytest.raises(ArtifactError, match=r"found no SentencePiece model.*--tokenizer"):
        look_up(find_model(NLLB), tmp_path)
    offer = look_up(find_model(NLLB, tokenizer_repository=TOKENIZER), tmp_path)
    assert len(offer.parts) == 2


def test_pull_when_the_connection_breaks_then_goes_on_where_it_stopped(
    hub: Hub, tmp_path: Path
) -> None:
    hub.breaks_after["model.bin"] = 100_000
    added = pull(look_up(find_model(TINY), tmp_path), tmp_path)
    first, second = hub.gets("model.bin")
    assert first == ""
    assert 0 < int(second.removeprefix("bytes=").rstrip("-")) <= 100_000
    assert translated(added) == ENGLISH


def test_pull_when_it_failed_half_way_then_the_next_one_fetches_only_the_rest(
    hub: Hub, tmp_path: Path
) -> None:
    hub.fails.add("shared_vocabulary.json")
    offer = look_up(find_model(TINY), tmp_path)
    with pytest.raises(FetchError, match=r"the download broke off .*run the command again"):
        pull(offer, tmp_path)
    hub.fails.clear()
    kept = {path.name for path in (tmp_path / "cache").rglob("snapshots/*/*")}
    hub.requests.clear()
    added = pull(look_up(find_model(TINY), tmp_path), tmp_path)
    assert kept
    assert all(hub.gets(name) == [] for name in kept)
    assert len(hub.gets("shared_vocabulary.json")) == 1
    assert translated(added) == ENGLISH


def test_pull_when_a_file_is_damaged_then_names_it_and_the_next_one_heals_it(
    hub: Hub, tmp_path: Path
) -> None:
    hub.damages.add("model.bin")
    with pytest.raises(CorruptArtifactError, match=rf"{TINY}/model\.bin: found hash .*; expected"):
        pull(look_up(find_model(TINY), tmp_path), tmp_path)
    assert list((tmp_path / "models").glob("*")) == []
    hub.damages.clear()
    assert translated(pull(look_up(find_model(TINY), tmp_path), tmp_path)) == ENGLISH


@pytest.mark.parametrize("name", ["config.json", "shared_vocabulary.json"])
def test_pull_when_a_small_file_is_damaged_then_names_it(
    hub: Hub, tmp_path: Path, name: str
) -> None:
    hub.damages.add(name)
    with pytest.raises(CorruptArtifactError, match=name):
        pull(look_up(find_model(TINY), tmp_path), tmp_path)


def test_pull_when_offline_then_uses_the_cache_alone(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(pull(look_up(find_model(TINY), tmp_path), tmp_path))
    hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    offer = look_up(find_model(TINY), tmp_path)
    assert (offer.license, offer.parts[0].revision) == ("cc-by-4.0", COMMIT)
    assert translated(pull(offer, tmp_path)) == ENGLISH
    assert hub.requests == []
    with pytest.raises(MissingArtifactError, match="not in the cache, and the hub cannot"):
        look_up(find_model(NLLB), tmp_path)


def test_pull_when_a_cached_file_was_damaged_on_disk_then_names_it_offline_too(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(pull(look_up(find_model(TINY), tmp_path), tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    (blob,) = {p.resolve() for p in (tmp_path / "cache").rglob("snapshots/*/model.bin")}
    blob.write_bytes(blob.read_bytes()[:-1] + b"\xff")
    with pytest.raises(CorruptArtifactError, match=r"model\.bin: found hash"):
        pull(look_up(find_model(TINY), tmp_path), tmp_path)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("someone/absent", MissingArtifactError, "found no such repository or revision"),
        ("some one/x!", UsageError, "check the id"),
    ],
)
def test_look_up_when_there_is_no_such_repository_then_says_so(
    hub: Hub, tmp_path: Path, name: str, error: type[KawarabanError], message: str
) -> None:
    with pytest.raises(error, match=message):
        look_up(find_model(name), tmp_path)


def test_look_up_when_the_model_is_there_then_refuses_before_it_asks_the_hub(
    hub: Hub, tmp_path: Path
) -> None:
    pull(look_up(find_model(TINY), tmp_path), tmp_path)
    hub.requests.clear()
    with pytest.raises(ArtifactError, match="found a model of that name; remove it first"):
        look_up(find_model(TINY), tmp_path)
    assert hub.requests == []


def test_look_up_when_table_and_repository_differ_then_shows_both_licences(
    hub: Hub, tmp_path: Path
) -> None:
    model = replace(find_model(TINY), license="MIT")
    assert look_up(model, tmp_path).license == "MIT (its repository says cc-by-4.0)"


def test_look_up_when_weights_must_be_converted_without_a_converter_then_says_what_to_install(
    hub: Hub, tmp_path: Path
) -> None:
    if _has_converter():
        pytest.skip("transformers and torch are installed")
    folder = tmp_path / "original"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "source.spm", "target.spm"):
        (folder / name).write_text("{}")
    hub.folders["someone/original"] = folder
    with pytest.raises(UsageError, match='pip install "transformers>=5,<6" torch'):
        look_up(find_model("someone/original"), tmp_path)
    assert hub.gets("model.safetensors") == []


def test_look_up_when_weights_are_of_a_family_not_converted_rightly_then_refuses(
    hub: Hub, tmp_path: Path
) -> None:
    folder = tmp_path / "original"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "t5"}')
    for name in ("model.safetensors", "spiece.model"):
        (folder / name).write_text("{}")
    hub.folders["someone/t5"] = folder
    with pytest.raises(ArtifactError, match=r"original weights of type 't5'; expected .*marian"):
        look_up(find_model("someone/t5"), tmp_path)
    assert hub.gets("model.safetensors") == []


@pytest.mark.parametrize(("names", "kind", "files"), REPOSITORIES)
def test_choose_files_when_given_a_repository_then_takes_the_allow_list(
    names: list[str], kind: str, files: list[str]
) -> None:
    choice = choose_files(names)
    assert (choice.kind, list(choice.files)) == (kind, files)


def test_choose_files_when_there_are_no_weights_then_says_what_is_there() -> None:
    with pytest.raises(ArtifactError, match=r"x/y: found no weights \(only a\.gguf\)"):
        choose_files(["a.gguf"], where="x/y")


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_find_model_when_the_name_is_unknown_then_lists_the_known(name: str) -> None:
    with pytest.raises(UsageError, match=r"opus-mt \(Apache-2\.0, 310 MB\)"):
        find_model(name)


@pytest.mark.parametrize("model", PUBLIC_MODELS, ids=lambda model: model.name)
def test_public_models_when_listed_then_the_vocabulary_of_the_family_tells_the_same_tokens(
    model: PublicModel,
) -> None:
    config = {"eos_token": "</s>", "decoder_start_token": "</s>", "add_source_eos": False}
    assert detect_affixes(VOCABULARIES[model.family], config) == model.affixes
    assert find_model(model.name) == model
    assert size_text(model.size_bytes).endswith(("MB", "GB"))


def run_pull(hub: Hub, tmp_path: Path, *args: str, **environ: str) -> tuple[int, str, str]:
    """The command in a process of its own, told where the hub is by the client's own variables."""
    done = subprocess.run(
        [sys.executable, "-m", "kawaraban", "models", "pull", *args],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "KAWARABAN_HOME": str(tmp_path / "home"),
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(tmp_path / "hf"),
            **environ,
        },
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


def test_command_when_nobody_can_be_asked_then_shows_licence_and_size_and_downloads_nothing(
    hub: Hub, tmp_path: Path
) -> None:
    code, out, err = run_pull(hub, tmp_path, NLLB, "--tokenizer", TOKENIZER)
    assert (code, out) == (2, "")
    assert "licence  cc-by-nc-4.0\n         not for commercial use\nsize     " in err
    assert "add --yes" in err
    assert hub.gets("model.bin") == []


def test_command_when_given_token_and_yes_then_pulls_and_again_offline(
    hub: Hub, tmp_path: Path
) -> None:
    hub.token = "hf_secret"
    code, _, err = run_pull(hub, tmp_path, TINY, "--yes")
    assert code == 1
    assert "found no such repository" in err
    code, out, err = run_pull(hub, tmp_path, TINY, "--yes", HF_TOKEN=hub.token)
    assert code == 0, err
    record = json.loads(out)
    assert record["license"] == "cc-by-4.0"
    assert "licence  cc-by-4.0" in err
    assert "\r" not in err
    assert translated(Path(record["path"])) == ENGLISH
    shutil.rmtree(record["path"])
    hub.requests.clear()
    code, out, err = run_pull(hub, tmp_path, TINY, "--yes", HF_HUB_OFFLINE="1")
    assert (code, json.loads(out)) == (0, record)
    assert hub.requests == []


def _has_converter() -> bool:
    import importlib.util

    return all(importlib.util.find_spec(name) for name in ("transformers", "torch"))
