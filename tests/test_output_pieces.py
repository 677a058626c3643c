import json
from pathlib import Path

from tiny_models import dictionary_model, write_manifest

from kawaraban.translation.engine import OUTPUT_PIECES, load_translator
from models.recipe import outputs

SENTENCES = ["円は上昇した。", "日銀は29日、利上げを決めた。", "東京で鑫が述べた。"]


def test_translate_when_the_model_lists_its_output_pieces_then_no_other_is_said(
    tmp_path: Path,
) -> None:
    model = dictionary_model(tmp_path / "listed")
    before = load_translator(model).translate(SENTENCES)
    vocabulary = json.loads((model / "shared_vocabulary.json").read_text(encoding="utf-8"))
    pieces = [piece for piece in outputs.english_pieces(vocabulary) if piece != "▁yen"]
    (model / OUTPUT_PIECES).write_text("\t" + " ".join(pieces) + "\n", encoding="utf-8")
    write_manifest(model, name="tiny-dictionary")
    listed = load_translator(model)
    made = listed.translate(SENTENCES)
    assert [t.en for t in before[:2]] == ["yen rose.", "BOJ 29 day, rate hike decided."]
    assert "yen" not in made[0].en
    assert made[1].en == before[1].en
    assert made[1].model != before[1].model
    assert [listed.translate([sentence])[0] for sentence in SENTENCES] == made


def test_outputs_when_run_on_a_model_then_its_manifest_names_the_list(tmp_path: Path) -> None:
    model = dictionary_model(tmp_path / "shipped")
    expected = load_translator(model).translate(SENTENCES)
    outputs.add_to(model)
    candidates = (model / OUTPUT_PIECES).read_text(encoding="utf-8").strip().split(" ")
    assert "日銀" not in candidates and {"▁yen", "</s>", ".", "<0xE9>"} <= set(candidates)
    made = load_translator(model).translate(SENTENCES)
    assert [t.en for t in made] == [t.en for t in expected]
    assert made[0].model != expected[0].model
