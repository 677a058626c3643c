"""Parts of the training that a whole run of the recipe would not show when they are wrong."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import numpy as np
import pytest

from kawaraban.artifacts import embedded
from models.recipe import binarize, marks, notices, stream


def pair(source: int, target: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(1, source + 1), np.arange(1, target + 1)


def test_cut_when_lengths_differ_then_shapes_lie_on_the_grid_and_no_pair_is_lost() -> None:
    rng = np.random.default_rng(1)
    pairs = [pair(*sizes) for sizes in rng.integers(3, 60, (500, 2))]
    groups = stream.cut(pairs, micro_tokens=512)
    batches = [stream.make_batch(group) for group in groups]
    assert sorted(len(source) for group in groups for source, _ in group) == sorted(
        len(source) for source, _ in pairs
    )
    for batch in batches:
        assert batch.src.shape[1] % stream.GRID == batch.tgt_in.shape[1] % stream.GRID == 0
        assert max(batch.src.size, batch.tgt_in.size) <= 512
        assert (batch.src != 0).sum() == batch.source_tokens
    shapes = {(batch.src.shape[1], batch.tgt_in.shape[1]) for batch in batches}
    assert len(shapes) <= (60 // stream.GRID) ** 2


def test_binarize_when_versions_repeat_then_plain_ones_are_cut_anew(
    tmp_path: Path,
) -> None:
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(
        model_file=str(embedded("ja-en") / "sentencepiece.model")
    )
    ja = "政府は半導体産業の国内回帰を後押しするため、補正予算案を閣議決定した。"
    marked = "政府は⟦半導体産業⟼ chip industry⟧の国内回帰を後押しする。"
    pairs = tmp_path / "toy.tsv"
    lines = [f"{ja}\tThe government decided.\ttoy", f"{marked}\tThe chip industry.\ttoy"]
    pairs.write_text("\n".join(lines * 4) + "\n", encoding="utf-8")
    settings = {"seed": 3, "sampled_share": 1.0, "alpha": 0.2}

    def sources(sampling: dict[str, float] | None) -> list[list[int]]:
        arrays = binarize.binarize(pairs, pieces, versions=4, max_tokens=99, sampling=sampling)
        return [row.tolist() for row in np.split(arrays["src"], arrays["src_ends"][:-1])]

    plain, sampled = sources(None), sources(settings)
    assert sampled[:2] == plain[:2] and sampled[1::2] == plain[1::2]
    assert len({tuple(row) for row in sampled[0::2]}) >= 3
    assert {pieces.decode(row[:-1]) for row in sampled[0::2]} == {ja}
    assert sources(settings) == sampled


def test_load_into_when_the_network_is_wider_inside_then_it_computes_the_same() -> None:
    torch = pytest.importorskip("torch", reason="training needs the `train` extra")
    from models.recipe import shipped
    from models.recipe.network import NetworkShape, Translator

    torch.manual_seed(1)
    small = NetworkShape(vocab=50, width=16, heads=2, ff=24, encoder_layers=2, decoder_layers=1)
    old = Translator(small)
    for parameter in old.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    wide = dataclasses.replace(small, ff=40)
    new = Translator(wide)
    shipped.load_into(new, old.state_dict())
    src, tgt = torch.randint(5, 50, (3, 8)), torch.randint(5, 50, (3, 6))
    lengths = torch.tensor([8, 5, 2])
    assert torch.allclose(new(src, lengths, tgt), old(src, lengths, tgt), atol=1e-6)


def test_begin_when_the_model_is_another_then_says_what_was_found_and_what_to_do() -> None:
    pytest.importorskip("torch", reason="training needs the `train` extra")
    from models.recipe import shipped
    from models.recipe.network import NetworkShape, Translator

    network = Translator(NetworkShape(vocab=50, width=16, heads=2, ff=24))
    with pytest.raises(SystemExit, match=r"found .*expected 9\.9\.9 .*check out the commit"):
        shipped.begin(network, embedded("ja-en"), "9.9.9")


def test_smoothed_loss_when_the_last_block_is_not_full_then_the_gradients_are_the_same() -> None:
    torch = pytest.importorskip("torch", reason="training needs the `train` extra")
    from models.recipe.network import SmoothedLoss

    torch.manual_seed(1)
    hidden, weight = torch.randn(21, 8), torch.randn(30, 8)
    gold = torch.randint(0, 30, (21,))
    h, w = hidden.clone().requires_grad_(), weight.clone().requires_grad_()
    torch.nn.functional.cross_entropy(
        h @ w.T, gold, reduction="sum", label_smoothing=0.1
    ).backward()
    plain = torch.nn.functional.cross_entropy(hidden @ weight.T, gold, reduction="sum")
    for block in (7, 8, 64):
        own_h, own_w = hidden.clone().requires_grad_(), weight.clone().requires_grad_()
        loss = SmoothedLoss.apply(own_h, own_w, gold, 0.1, block)
        loss.backward()
        assert torch.allclose(loss, plain, atol=1e-4)
        assert torch.allclose(own_h.grad, h.grad, atol=1e-5)
        assert torch.allclose(own_w.grad, w.grad, atol=1e-5)


def test_swap_latin_when_a_name_stands_once_on_both_sides_then_another_takes_its_place() -> None:
    ja, en = "米DeepSeekは新しいモデルを公開した。", "DeepSeek of the U.S. released a new model."
    for seed in range(20):
        swapped = marks.swap_latin(ja, en, random.Random(seed), ["Qwen-VL", "TikTok"])
        assert swapped is not None and "DeepSeek" not in "".join(swapped)
        name = swapped[0].removeprefix("米").removesuffix("は新しいモデルを公開した。")
        assert swapped[1] == f"{name} of the U.S. released a new model."


@pytest.mark.parametrize(
    ("ja", "en"),
    [
        ("アップルが発表した。", "Apple said so."),
        ("NaverとNaverの子会社。", "Naver and a unit of Naver."),
        ("新興のNaverが発表。", "A Naver unit said so."),
        ("Naverが発表。", "NaverPay said so."),
    ],
    ids=["no Latin name", "twice", "after an article", "part of a word"],
)
def test_swap_latin_when_the_places_are_not_certain_then_none(ja: str, en: str) -> None:
    assert marks.swap_latin(ja, en, random.Random(1), ["TikTok"]) is None


def test_list_items_when_marked_then_both_sides_carry_the_same_number() -> None:
    made = {marks.as_list_item("円安", "Weak yen", random.Random(seed)) for seed in range(60)}
    assert ("③円安", "(3) Weak yen") in made and ("・円安", "• Weak yen") in made
    assert marks.without_stop("円は下げた。", "The yen fell.") == ("円は下げた", "The yen fell")
    assert marks.without_stop("円は下げたか？", "Did the yen fall?") is None


@pytest.mark.parametrize(
    ("chrf", "told"), [(30.0, "is a draft"), (40.0, "a small model"), (51.0, "")]
)
def test_notice_when_better_systems_are_left_then_readers_are_told(chrf: float, told: str) -> None:
    peers = {"nllb": {"chrf": 38.3}, "bergamot-base": {"chrf": 50.2}}
    notice = notices.notice({"wmt20-vat": {"kawaraban": {"chrf": chrf}, **peers}})
    assert told in notice
    assert bool(notice) == bool(told)
    assert "is a draft" in notices.notice({})
