from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kawaraban.store import HUMAN, Store
from kawaraban.translation import memory
from kawaraban.translation.engine import load_translator
from kawaraban.translation.memory import MemoryTranslator
from kawaraban.types import Flag, NumberCheck, TermCheck, Translation


@dataclass
class Counting:
    """Answers in capitals and notes what it was asked."""

    model: str = "m@1"
    fails_at: int = 10**9
    calls: list[list[str]] = field(default_factory=list)

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        if len(self.calls) >= self.fails_at:
            raise KeyboardInterrupt
        self.calls.append(list(sentences))
        number = NumberCheck("3円", "3 yen", "3", "JPY", "ok", (0, 2), (0, 5))
        flags = (Flag("split", "2 parts"),)
        terms = (TermCheck("円", "yen", True),)
        return [
            Translation(s, f"EN {s}", -0.5, self.model, flags, (number,), terms) for s in sentences
        ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'kawaraban.db'}") as opened:
        yield opened


def test_translate_when_asked_again_then_the_engine_is_not(store: Store) -> None:
    inner = Counting()
    first = MemoryTranslator(inner, store)
    sentences = ["雨。", "風。", "雨。"]
    made = first.translate(sentences)
    assert (first.n_hits, first.n_misses) == (1, 2)
    again = MemoryTranslator(inner, store)
    assert again.translate([*sentences, "雪。"]) == [*made, inner.translate(["雪。"])[0]]
    assert (again.n_hits, again.n_misses) == (3, 1)
    assert inner.calls == [["雨。", "風。"], ["雪。"], ["雪。"]]
    assert again.translate([]) == []


def test_translate_when_the_model_changes_then_translates_anew(store: Store) -> None:
    MemoryTranslator(Counting("m@1"), store).translate(["雨。"])
    newer = MemoryTranslator(Counting("m@2"), store)
    assert newer.translate(["雨。"])[0].model == "m@2"
    assert newer.n_misses == 1


def test_translate_when_a_reviewer_corrected_then_gives_that(store: Store) -> None:
    translator = MemoryTranslator(Counting(), store)
    translator.translate(["雨。"])
    store.save_correction("雨。", "Rain.")
    store.save_correction("霧。", "Fog.")
    rain, fog = translator.translate(["雨。", "霧。"])
    assert (rain.en, fog.en, fog.model) == ("Rain.", "Fog.", HUMAN)


def test_translate_when_unicode_form_differs_then_is_the_same_sentence(store: Store) -> None:
    inner = Counting()
    translator = MemoryTranslator(inner, store)
    composed, decomposed = "が。", "か\u3099。"
    first, second = translator.translate([composed, decomposed])
    assert (first.ja, second.ja) == (composed, decomposed)
    assert first.en == second.en
    assert inner.calls == [[composed]]


def test_translate_when_the_run_is_killed_then_finished_chunks_are_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "SAVE_EVERY", 2)
    sentences = [f"{n}円。" for n in range(7)]
    with pytest.raises(KeyboardInterrupt):
        MemoryTranslator(Counting(fails_at=2), store).translate(sentences)
    inner = Counting()
    made = MemoryTranslator(inner, store).translate(sentences)
    assert inner.calls == [sentences[4:6], sentences[6:]]
    assert made == Counting().translate(sentences)


def test_translate_when_over_the_real_engine_then_equals_it(
    store: Store, tiny_translation_model: Path
) -> None:
    engine = load_translator(tiny_translation_model)
    sentences = ["日銀は利上げを決めた。", "", "円は上昇した。"]
    for _ in range(2):
        assert MemoryTranslator(engine, store).translate(sentences) == engine.translate(sentences)
