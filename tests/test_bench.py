import json
import sys
from pathlib import Path

import pytest

from kawaraban.__main__ import main
from kawaraban.translation.bench import SENTENCES
from kawaraban.translation.engine import load_translator


def test_sentences_when_read_then_are_different_and_of_many_lengths() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) >= 40
    assert min(map(len, SENTENCES)) < 15 < 45 < max(map(len, SENTENCES))


def test_bench_when_given_a_model_then_prints_speed_and_hardware_as_json(
    tiny_translation_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KAWARABAN_HOME", str(tmp_path))
    monkeypatch.setenv("KAWARABAN_THREADS", "1")
    monkeypatch.setenv("KAWARABAN_BEAM_SIZE", "4")
    arguments = ["models", "bench", str(tiny_translation_model), "--seconds", "0.1"]
    monkeypatch.setattr(sys, "argv", ["kawaraban", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    record = json.loads(capsys.readouterr().out)
    assert not ended.value.code
    translator = load_translator(tiny_translation_model, threads=1, beam_size=4)
    assert record["model"] == translator.model
    assert record["hardware"]["threads"] == 1
    assert record["hardware"]["cores"] >= 1
    assert record["hardware"]["processor"]
    assert [(run["search"], run["batch"]) for run in record["runs"]] == [
        ("greedy", "list"),
        ("greedy", "one a call"),
        ("beam 4", "list"),
        ("beam 4", "one a call"),
    ]
    n_pieces = sum(len(h[0].pieces) for h in translator.decode(SENTENCES))
    for run in record["runs"]:
        slowest, fastest = run["slowest_and_fastest"]
        assert 0 < slowest <= run["sentences_per_s"] <= fastest
        assert run["n_rounds"] >= 3
    pieces_a_sentence = record["runs"][2]["tokens_per_s"] / record["runs"][2]["sentences_per_s"]
    assert pieces_a_sentence == pytest.approx(n_pieces / len(SENTENCES), rel=0.02)
