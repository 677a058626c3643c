import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tiny_models import dictionary_model, write_manifest

from kawaraban.artifacts import (
    MANIFEST,
    add_model,
    embedded,
    list_models,
    load_manifest,
    verify,
)
from kawaraban.errors import ArtifactError, CorruptArtifactError, MissingArtifactError
from kawaraban.foreign_models import detect_affixes
from kawaraban.manifest import AffixTokens
from kawaraban.translation.engine import load_translator

SENTENCE, ENGLISH = "日銀は29日、利上げを決めた。", "BOJ 29 day, rate hike decided."
# field, value instead, what the error says
BROKEN_FIELDS: list[tuple[str, Any, str]] = [
    ("name", None, "found name = None; expected a string"),
    ("kind", "painter", "found kind = 'painter' in 'ctranslate2'"),
    ("format", "onnx", "found kind = 'translation' in 'onnx'"),
    ("files", [], "found files = none"),
    ("files", {"path": "model.bin"}, "expected path, size_bytes and sha256"),
    ("files", [{"path": "../x", "size_bytes": 1, "sha256": ""}], "a path inside the directory"),
    ("files", [{"path": "/etc/x", "size_bytes": 1, "sha256": ""}], "a path inside the directory"),
    ("tokenizer", None, "found tokenizer = None; expected an object"),
    ("tokenizer", {"kind": "bpe", "model": "x"}, "found tokenizer.kind = 'bpe'"),
    ("tokenizer", {"kind": "sentencepiece"}, "expected source and target, or model"),
    ("prefix_tokens", {"source": "x"}, "expected a list of strings"),
    ("annotation", {"open": "⟦"}, "open, separator and close"),
    ("dim", "256", "expected a whole number"),
]
# what is in the vocabulary, config.json, what stands round a sentence
FAMILIES = [
    ({"jpn_Jpan", "eng_Latn"}, {}, AffixTokens(("jpn_Jpan",), ("</s>",), ("eng_Latn",))),
    ({"__ja__", "__en__"}, {}, AffixTokens(("__ja__",), ("</s>",), ("__en__",))),
    ({"ja_XX", "en_XX"}, {}, AffixTokens(("ja_XX",), ("</s>",), ("en_XX",))),
    ({"<2en>", "<2ja>"}, {}, AffixTokens(("<2en>",), ("</s>",), ())),
    (
        {"日"},
        {"eos_token": "</s>", "decoder_start_token": "</s>", "add_source_eos": False},
        AffixTokens(source_end=("</s>",)),
    ),
    (
        {"日"},
        {"eos_token": "</s>", "decoder_start_token": "</s>", "add_source_eos": True},
        AffixTokens(),
    ),
    ({"日"}, {"eos_token": "</s>", "decoder_start_token": "<s>"}, AffixTokens()),
    ({"日"}, {}, AffixTokens()),
]


@pytest.fixture
def model(tiny_translation_model: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(tiny_translation_model, tmp_path / "copy"))


def change_manifest(model: Path, **fields: object) -> None:
    raw = json.loads((model / MANIFEST).read_text(encoding="utf-8"))
    (model / MANIFEST).write_text(json.dumps(raw | fields), encoding="utf-8")


def pack_argos(model: Path, package: Path, **metadata: str) -> Path:
    """An Argos package as argospm makes them: one folder, `model/` in it."""
    facts = {"package_version": "1.2", "from_code": "ja", "to_code": "en"} | metadata
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("translate-ja_en-1_2/metadata.json", json.dumps(facts))
        archive.write(model / "source.spm", "translate-ja_en-1_2/sentencepiece.model")
        archive.writestr("translate-ja_en-1_2/stanza/ja/tokenize.pt", b"not ours")
        for path in model.iterdir():
            if path.name in ("model.bin", "config.json") or "vocabulary" in path.name:
                archive.write(path, f"translate-ja_en-1_2/model/{path.name}")
    return package


def test_verify_when_files_are_as_named_then_gives_the_manifest(model: Path) -> None:
    (model / "README.md").write_text("# card")
    manifest = verify(model)
    assert (manifest.kind, manifest.direction, manifest.version) == (
        "translation",
        "ja-en",
        "0.1.0",
    )
    assert manifest.size_bytes == sum(
        p.stat().st_size for p in model.iterdir() if p.name not in ("README.md", MANIFEST)
    )
    assert manifest.annotation is not None
    assert manifest.annotation.separator == "⟼"


@pytest.mark.parametrize("name", ["model.bin", "source.spm", "target.spm", "config.json"])
def test_verify_when_one_byte_differs_then_names_file_found_expected_and_command(
    model: Path, name: str
) -> None:
    body = bytearray((model / name).read_bytes())
    body[len(body) // 2] ^= 1
    (model / name).write_bytes(body)
    with pytest.raises(CorruptArtifactError) as caught:
        verify(model)
    message = str(caught.value)
    assert f"{name}: found SHA-256 " in message
    assert "; expected " in message
    assert "`kawaraban models verify`" in message


def test_verify_when_a_file_is_missing_then_names_it(model: Path) -> None:
    (model / "target.spm").unlink()
    with pytest.raises(MissingArtifactError, match=r"target\.spm: not found; expected \d+ bytes"):
        verify(model)


def test_verify_when_a_file_is_not_named_then_refuses_it(model: Path) -> None:
    (model / "vmap.txt").write_text("changes what the engine says")
    with pytest.raises(CorruptArtifactError, match=r"vmap\.txt: found a file that the manifest"):
        verify(model)


@pytest.mark.parametrize(("field", "value", "message"), BROKEN_FIELDS)
def test_load_manifest_when_a_field_is_wrong_then_names_it(
    model: Path, field: str, value: object, message: str
) -> None:
    change_manifest(model, **{field: value})
    with pytest.raises(CorruptArtifactError) as caught:
        load_manifest(model)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_load_manifest_when_it_is_no_json_object_then_says_so(model: Path, text: str) -> None:
    (model / MANIFEST).write_text(text)
    with pytest.raises(CorruptArtifactError, match=r"JSON object|an object"):
        load_manifest(model)


def test_load_manifest_when_there_is_none_then_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingArtifactError, match="expected the manifest of a model directory"):
        load_manifest(tmp_path)


def test_id_when_weights_change_under_one_version_then_changes(tmp_path: Path) -> None:
    one = load_manifest(dictionary_model(tmp_path / "one"))
    other = load_manifest(dictionary_model(tmp_path / "other", never_ends=True))
    assert one.id.startswith("tiny-dictionary@0.1.0+")
    assert one.id != other.id


def test_embedded_when_there_is_no_such_model_then_says_what_to_do() -> None:
    with pytest.raises(MissingArtifactError, match=r"'klingon': found no manifest\.json in"):
        embedded("klingon")


def test_list_models_when_models_were_added_then_lists_shipped_and_added(
    tiny_translation_model: Path, tmp_path: Path
) -> None:
    shipped = [path.name for path, _ in list_models(tmp_path)]
    added = add_model(tiny_translation_model, tmp_path)
    listed = list_models(tmp_path)
    assert listed[-1][1] == load_manifest(tiny_translation_model)
    assert [path.name for path, _ in listed] == [*shipped, "tiny-dictionary"]
    assert listed[-1][0] == added
    for name in shipped:
        assert verify(embedded(name)).name == name


def test_add_model_when_given_a_directory_then_copies_what_belongs_to_it(
    model: Path, tmp_path: Path
) -> None:
    (model / MANIFEST).unlink()
    (model / "notes.txt").write_text("not part of the model")
    added = add_model(model, tmp_path / "home")
    assert {path.name for path in added.iterdir()} == {
        "manifest.json",
        "model.bin",
        "config.json",
        "shared_vocabulary.json",
        "source.spm",
        "target.spm",
    }
    assert load_translator(added).translate([SENTENCE])[0].en == ENGLISH
    with pytest.raises(ArtifactError, match="found a model of that name; remove it first"):
        add_model(model, tmp_path / "home")


def test_add_model_when_given_an_argos_package_then_translates_with_it(
    model: Path, tmp_path: Path
) -> None:
    package = pack_argos(model, tmp_path / "translate-ja_en.argosmodel")
    added = add_model(package, tmp_path / "home")
    manifest = verify(added)
    assert (manifest.name, manifest.version) == ("argos-ja-en", "1.2")
    assert load_translator(added).translate([SENTENCE])[0].en == ENGLISH


def test_add_model_when_the_family_has_language_tokens_then_puts_them_round_the_sentence(
    tmp_path: Path,
) -> None:
    model = dictionary_model(
        tmp_path / "nllb", language_tokens=("jpn_Jpan", "eng_Latn"), adds_eos=False
    )
    (model / MANIFEST).unlink()
    added = add_model(model, tmp_path / "home")
    assert verify(added).affixes == AffixTokens(("jpn_Jpan",), ("</s>",), ("eng_Latn",))
    translation, longer = load_translator(added).translate([SENTENCE, SENTENCE * 2])
    assert (translation.en, longer.en) == (ENGLISH, f"{ENGLISH} {ENGLISH}")
    assert translation.log_prob > -0.1


def test_add_model_when_the_source_must_be_ended_then_ends_it(tmp_path: Path) -> None:
    model = dictionary_model(tmp_path / "marian", adds_eos=False)
    (model / MANIFEST).unlink()
    added = add_model(model, tmp_path / "home")
    assert verify(added).affixes == AffixTokens(source_end=("</s>",))
    (translation,) = load_translator(added).translate([SENTENCE])
    assert (translation.en, translation.flags) == (ENGLISH, ())


@pytest.mark.parametrize(("vocabulary", "config", "affixes"), FAMILIES)
def test_detect_affixes_when_given_a_family_then_gives_its_tokens(
    vocabulary: set[str], config: dict[str, Any], affixes: AffixTokens
) -> None:
    assert detect_affixes(vocabulary, config) == affixes


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("no weights", "found no model.bin"),
        ("no tokenizer", "found no SentencePiece model"),
        ("bad weights", "do not load"),
        ("absent", "not found; expected a model directory or package"),
        ("other language", "found a model from ja to fr; expected ja to en"),
        ("no zip", "expected an Argos package"),
        ("no metadata", r"found no metadata\.json"),
        ("bomb", "expected weights, which hardly shrink"),
    ],
)
def test_add_model_when_it_cannot_be_used_then_says_why_and_leaves_nothing(
    model: Path, tmp_path: Path, damage: str, message: str
) -> None:
    source = model
    (model / MANIFEST).unlink()
    package = tmp_path / "x.argosmodel"
    if damage == "no weights":
        (model / "model.bin").unlink()
    elif damage == "no tokenizer":
        (model / "target.spm").unlink()
    elif damage == "bad weights":
        (model / "model.bin").write_bytes(b"noise")
    elif damage == "absent":
        source = tmp_path / "nowhere"
    elif damage == "other language":
        source = pack_argos(model, package, to_code="fr")
    elif damage == "no zip":
        package.write_bytes(b"PK not a zip")
        source = package
    elif damage == "no metadata":
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("a/b.txt", "x")
        source = package
    else:
        (model / "model.bin").write_bytes(bytes(30_000_000))
        source = pack_argos(model, package)
    with pytest.raises(ArtifactError, match=message):
        add_model(source, tmp_path / "home")
    assert list((tmp_path / "home" / "models").iterdir()) == []


def test_write_manifest_when_it_names_another_tokenizer_then_it_is_loaded(model: Path) -> None:
    (model / "source.spm").rename(model / "both.model")
    (model / "target.spm").unlink()
    tokenizer = {"kind": "sentencepiece", "model": "both.model"}
    write_manifest(model, name="one-tokenizer", tokenizer=tokenizer)
    assert load_translator(model).translate([SENTENCE])[0].en == ENGLISH
