"""The encoder's recipe from raw corpus to a verified directory, in a tiny configuration.

Each step runs in a process of its own, as a user would start it, because torch and CTranslate2
bring different OpenMP libraries. Needs the `train` extra.
"""

import importlib.util
import itertools
import json
import lzma
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kawaraban.artifacts import verify
from kawaraban.embedding import OnnxEncoder

for _package in ("torch", "onnx", "onnxscript"):
    if importlib.util.find_spec(_package) is None:
        pytest.skip(f"{_package} is not installed", allow_module_level=True)

pytestmark = pytest.mark.timeout(300)
REPOSITORY = Path(__file__).resolve().parents[1]

SUBJECTS = [
    ("漁協", "The fishing cooperative"), ("県警", "The prefectural police"),
    ("農家", "The farmer"), ("楽団", "The orchestra"), ("鉄道会社", "The railway company"),
    ("知事", "The governor"), ("博物館", "The museum"), ("球団", "The baseball club"),
    ("大学病院", "The university hospital"), ("製紙工場", "The paper mill"),
]  # fmt: skip
VERBS = [
    ("募集を始めた", "began recruiting"), ("会見を開いた", "held a press conference"),
    ("計画を変えた", "changed its plan"), ("料金を下げた", "cut its fees"),
    ("資料を公開した", "released documents"), ("新人を迎えた", "welcomed newcomers"),
    ("寄付を受けた", "received a donation"), ("賞を取った", "won a prize"),
    ("謝罪した", "apologized"), ("祭りに出た", "joined the festival"),
]  # fmt: skip
WHEN = [
    ("春に", "in spring"), ("先週", "last week"), ("駅前で", "near the station"),
    ("雨の中", "in the rain"), ("深夜に", "late at night"), ("島で", "on the island"),
    ("東京で", "in Tokyo"), ("三年ぶりに", "for the first time in three years"),
]  # fmt: skip
FORBIDDEN = "県警は深夜に資料を公開した。"

CONFIG = """
name = "sentence-encoder"
version = "0.0.1"
[clean]
max_ja_chars = 200
max_en_chars = 500
max_ratio = 9.0
ja_ngram_chars = 12
en_ngram_words = 9
held_out_per_thousand = 100
[corpus]
everyday = { file = "everyday" }
[domains]
everyday = 1.0
[tokenizer]
vocab_size = 500
character_coverage = 1.0
lines = { everyday = 1200 }
[data]
max_tokens = 24
[network]
width = 32
layers = 1
heads = 2
ff = 64
gain = 3.0
[train]
seed = 1
threads = 1
temperature = 0.05
articles_share = 0.2
static_articles_share = 0.1
static_warmup_steps = 5
static_dropped_share = 0.1
static_batch = 64
static_budget_s = 2
static_lr = 0.01
batch = 32
budget_s = BUDGET
lr = 0.001
weight_decay = 0.0
warmup_steps = 5
checkpoint_every_s = 1
log_every_steps = 1
[evaluate]
held_out = ["everyday"]
retrieval = []
adequacy = ["tiny"]
"""

PARITY = """
import sys, tempfile
from pathlib import Path
import numpy, onnxruntime, torch
from models.recipe import encoder_export
from models.recipe.files import read_config
work, config = Path(sys.argv[1]), read_config(Path(sys.argv[2]))
network = encoder_export.load_network(work, config, work / "encoder" / "weights.pt")
generator = torch.Generator().manual_seed(1)
ids = torch.randint(3, network.embedding.num_embeddings, (9, 17), generator=generator)
mask = (torch.arange(17)[None, :] < torch.arange(9, 18)[:, None]).long()
feed = {"input_ids": (ids * mask).numpy(), "attention_mask": mask.numpy()}
with torch.no_grad():
    expected = network(ids * mask, mask).numpy()
with tempfile.TemporaryDirectory() as folder:
    encoder_export.export_float(network, Path(folder) / "model.onnx")
    session = onnxruntime.InferenceSession(Path(folder) / "model.onnx")
    float_rows = session.run(None, feed)[0]
int8_rows = onnxruntime.InferenceSession(sys.argv[3]).run(None, feed)[0]
for rows in (float_rows, int8_rows):
    print((rows * expected).sum(axis=1).min())
print(numpy.abs(expected @ expected.T - numpy.eye(9)).min())
"""


def pairs() -> list[tuple[str, str]]:
    combined = itertools.product(SUBJECTS, WHEN, VERBS)
    return [(f"{s[0]}は{w[0]}{v[0]}。", f"{s[1]} {v[1]} {w[1]}.") for s, w, v in combined]


def write_shared(shared: Path) -> None:
    for folder in ("corpus", "articles", "eval", "samples"):
        (shared / folder).mkdir(parents=True)
    with lzma.open(shared / "corpus" / "everyday.tsv.xz", "wt", encoding="utf-8") as out:
        out.writelines(f"{ja}\t{en}\ttanaka\n" for ja, en in pairs())
    with lzma.open(shared / "articles" / "wikinews_ja.jsonl.xz", "wt", encoding="utf-8") as out:
        for index in range(60):
            subject = SUBJECTS[index % len(SUBJECTS)][0]
            text = "\n".join(
                f"{subject}は{w[0]}{v[0]}。" for w, v in zip(WHEN, VERBS, strict=False)
            )
            row = {"id": str(index), "title": f"{subject}、今月の動き", "text": text}
            out.write(json.dumps(row) + "\n")
    (shared / "eval" / "tiny.ja").write_text(f"{FORBIDDEN}\n球団は賞を取った。\n", encoding="utf-8")
    (shared / "eval" / "tiny.en").write_text(
        "Police released papers at midnight.\nThe club won a prize.\n", encoding="utf-8"
    )


def recipe(*arguments: object) -> None:
    command = [sys.executable, "-W", "ignore", *map(str, arguments)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


class Run:
    """One run of the recipe in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.shared, self.work, self.out = folder / "shared", folder / "work", folder / "out"
        self.config = folder / "config.toml"
        write_shared(self.shared)

    def start(self, budget_s: int) -> None:
        self.config.write_text(CONFIG.replace("BUDGET", str(budget_s)), encoding="utf-8")
        folders = ["--work", self.work, "--out", self.out, "--shared", self.shared]
        recipe("-m", "models.recipe.encoder_run", self.config, *folders)

    def log(self) -> list[dict[str, object]]:
        lines = (self.work / "encoder" / "train.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run(tmp_path_factory.mktemp("encoder"))
    run.start(budget_s=3)
    return run


def test_recipe_when_run_from_raw_corpus_then_the_directory_is_verified_and_retrieves(
    finished: Run,
) -> None:
    manifest = verify(finished.out)
    assert (manifest.kind, manifest.dim, manifest.max_tokens) == ("sentence-encoder", 32, 24)
    chosen = pairs()[::17]
    encoder = OnnxEncoder(finished.out, threads=1)
    ja, en = encoder.embed([ja for ja, _ in chosen]), encoder.embed([en for _, en in chosen])
    assert ((ja @ en.T).argmax(axis=1) == np.arange(len(chosen))).mean() > 0.8


def test_recipe_when_finished_then_card_and_manifest_hold_scores_speed_and_data(
    finished: Run,
) -> None:
    manifest = verify(finished.out)
    assert {str(row["task"]) for row in manifest.scores} >= {"retrieval ja→en", "topic shift"}
    assert all(row["sentences_per_s"] for row in manifest.speed)
    assert [row["licence"] for row in manifest.data] == ["CC-BY-SA-4.0", "CC-BY-2.5"]
    card = (finished.out / "README.md").read_text(encoding="utf-8")
    assert "retrieval ja→en" in card
    assert "Tanaka corpus" in card


def test_recipe_when_a_line_overlaps_an_evaluation_set_then_it_is_not_trained_on(
    finished: Run,
) -> None:
    clean = finished.work / "clean"
    kept = (clean / "everyday.tsv").read_text(encoding="utf-8")
    assert FORBIDDEN in {ja for ja, _ in pairs()}
    assert FORBIDDEN not in kept
    held_lines = (clean / "held_out.tsv").read_text(encoding="utf-8").splitlines()
    held = {line.split("\t")[0] for line in held_lines}
    assert held
    assert not held & {line.split("\t")[0] for line in kept.splitlines()}


def test_export_when_compared_with_torch_then_float_is_equal_and_int8_is_near(
    finished: Run,
) -> None:
    command = [sys.executable, "-W", "ignore", "-c", PARITY, finished.work, finished.config]
    done = subprocess.run(
        [*map(str, command), str(finished.out / "model.onnx")],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    float_cos, int8_cos, distinct = map(float, done.stdout.split()[-3:])
    assert float_cos > 0.9995  # the table alone is int8
    assert int8_cos > 0.995
    assert distinct < 0.9  # the rows differ, so that equality means something


def test_train_when_started_again_with_more_time_then_it_goes_on_where_it_stopped(
    finished: Run,
) -> None:
    steps = [row["step"] for row in finished.log() if row["phase"] == "full"]
    (finished.work / "encoder" / "weights.pt").unlink()
    finished.start(budget_s=5)
    again = [row["step"] for row in finished.log() if row["phase"] == "full"]
    assert again[: len(steps)] == steps
    assert len(again) > len(steps)
    assert again[len(steps)] > steps[-1]
    assert sum(row["phase"] == "static" and row["step"] == 1 for row in finished.log()) == 1
