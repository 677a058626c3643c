"""Terms of the user: merged, kept where the service keeps them, written out, obeyed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import dictionary_model

from kawaraban.__main__ import main
from kawaraban.errors import UsageError
from kawaraban.pipeline import load_stages
from kawaraban.settings import Settings
from kawaraban.translation.glossary import load_glossary
from kawaraban.translation.own_terms import TermConflict, merge_terms, render_terms, unique_terms
from kawaraban.translation.term_files import Entry, read_entries
from service.glossaries import DEFAULT, Shelf

BOJ, BOJ_SHORT, KAWARA = (
    Entry("日銀", "the Bank of Japan"),
    Entry("日銀", "the BOJ"),
    Entry("瓦版", "Kawaraban", "company", ("Kawara-ban",), strict=False),
)
# own, file, rule, all terms after it, (added, changed, unchanged), conflicts
MERGES = [
    ((), (BOJ,), "stop", (BOJ,), (1, 0, 0), 0),
    ((BOJ,), (BOJ, KAWARA), "stop", (BOJ, KAWARA), (1, 0, 1), 0),
    ((BOJ,), (BOJ_SHORT, KAWARA), "keep", (BOJ, KAWARA), (1, 0, 0), 1),
    ((BOJ, KAWARA), (BOJ_SHORT,), "replace", (BOJ_SHORT, KAWARA), (0, 1, 0), 1),
    (
        (BOJ,),
        (Entry("日銀", "the Bank of Japan", also=("BOJ",)),),
        "stop",
        (Entry("日銀", "the Bank of Japan", also=("BOJ",)),),
        (0, 1, 0),
        0,
    ),
]
TRICKY = (
    KAWARA,
    Entry("M&A", "M&A", "term", ("mergers & acquisitions", "<M&A>")),
    Entry("「瓦」、他", 'tiles, "and more"', "term", ("tiles, etc.",)),
)
FORMS = ["tsv", "csv", "tbx"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KAWARABAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KAWARABAN_GLOSSARY", raising=False)
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*args: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kawaraban", "glossary", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("own", "incoming", "rule", "after", "counts", "n_conflicts"), MERGES)
def test_merge_terms_when_given_a_rule_then_follows_it(
    own: tuple[Entry, ...],
    incoming: tuple[Entry, ...],
    rule: str,
    after: tuple[Entry, ...],
    counts: tuple[int, int, int],
    n_conflicts: int,
) -> None:
    merged = merge_terms(own, incoming, on_conflict=rule)  # type: ignore[arg-type]
    assert merged.entries == after
    assert (merged.n_added, merged.n_changed, merged.n_unchanged) == counts
    assert merged.conflicts == n_conflicts * (TermConflict("日銀", "the Bank of Japan", "the BOJ"),)


def test_unique_terms_when_a_file_contradicts_itself_then_says_how() -> None:
    with pytest.raises(UsageError, match="'the Bank of Japan' and 'the BOJ' for 日銀"):
        unique_terms([BOJ, BOJ_SHORT])


@pytest.mark.parametrize("form", FORMS)
def test_render_terms_when_read_again_then_gives_the_same(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"terms.{form}"
    path.write_text(render_terms(TRICKY, form), encoding="utf-8")
    expected = TRICKY
    if form == "tbx":
        expected = tuple(Entry(e.ja, e.en, "term", e.also) for e in TRICKY)
    assert tuple(read_entries(path)) == expected


@pytest.mark.parametrize("form", FORMS)
def test_render_terms_when_given_the_built_in_ones_then_all_come_back(
    tmp_path: Path, form: str
) -> None:
    terms = load_glossary().entries
    path = tmp_path / f"terms.{form}"
    path.write_text(render_terms(terms, form), encoding="utf-8")
    assert [(e.ja, e.en, e.also) for e in read_entries(path)] == [
        (e.ja, e.en, e.also) for e in terms
    ]


def test_import_when_terms_are_new_then_the_service_sees_them_and_the_pipeline_obeys(
    run: Run, home: Path, tmp_path: Path
) -> None:
    model = dictionary_model(tmp_path / "model")
    settings = Settings(home=home, translation_model=str(model), threads=1)
    before = load_stages(settings).translator
    file = write(tmp_path / "mine.csv", "ja,en,also", "利上げ,hike of the rate,rate rise")
    code, out, err = run("import", file)
    record = json.loads(out)
    assert (code, err) == (0, "")
    assert (record["written"], record["added"], record["own_terms"]) == (True, 1, 1)
    kept = Shelf(home / "glossaries").read(DEFAULT)
    assert kept.entries == (Entry("利上げ", "hike of the rate", also=("rate rise",)),)
    after = load_stages(settings).translator
    assert before.model != after.model
    terms = [
        after.translate(["利上げを決めた。"])[0].terms,
        before.translate(["利上げを決めた。"])[0].terms,
    ]
    assert ("利上げ", "hike of the rate") in {(term.ja, term.en) for term in terms[0]}
    assert "hike of the rate" not in {term.en for term in terms[1]}
    assert load_glossary(settings.user_glossary).version != load_glossary().version


def test_import_when_terms_conflict_then_nothing_is_written_until_a_rule_is_given(
    run: Run, home: Path, tmp_path: Path
) -> None:
    run("import", write(tmp_path / "old.tsv", "日銀\tthe Bank of Japan"))
    kept = home / "glossaries" / "default.tsv"
    before = kept.read_bytes()
    file = write(tmp_path / "new.tsv", "日銀\tthe BOJ", "瓦版\tKawaraban")
    code, out, err = run("import", file)
    assert code == 2
    assert json.loads(out)["conflicts"] == [
        {"ja": "日銀", "own": "the Bank of Japan", "other": "the BOJ"}
    ]
    assert json.loads(out)["written"] is False
    assert "conflict  日銀: 'the Bank of Japan' here, 'the BOJ' in the file" in err
    assert "--on-conflict keep" in err
    assert kept.read_bytes() == before
    assert run("import", file, "--on-conflict", "keep")[0] == 0
    assert [e.en for e in read_entries(kept)] == ["the Bank of Japan", "Kawaraban"]
    assert run("import", file, "--on-conflict", "replace")[0] == 0
    assert [e.en for e in read_entries(kept)] == ["the BOJ", "Kawaraban"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("日銀\tthe Bank of Japan", "瓦版"), "new.tsv:2: found ja='瓦版', en=''"),
        (("日銀\ta\x07b",), "control character"),
        (("日銀\tA", "日銀\tB"), "new.tsv:2: 日銀 is 'B' here but 'A' on line 1"),
    ],
)
def test_import_when_a_line_cannot_be_used_then_nothing_is_written(
    run: Run, home: Path, tmp_path: Path, lines: tuple[str, ...], message: str
) -> None:
    code, _, err = run("import", write(tmp_path / "new.tsv", *lines))
    assert code == 2
    assert message in err
    assert not (home / "glossaries" / "default.tsv").exists()


def test_import_when_a_tbx_is_given_then_takes_it(run: Run, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "base.tbx"
    path.write_text(render_terms(TRICKY, "tbx"), encoding="utf-8")
    code, out, _ = run("import", path)
    assert (code, json.loads(out)["added"]) == (0, 3)


def test_import_when_the_setting_names_another_file_then_says_that_it_wins(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "mine.tsv", "日銀\tthe BOJ")
    monkeypatch.setenv("KAWARABAN_GLOSSARY", str(file))
    code, _, err = run("import", file)
    assert code == 0
    assert "KAWARABAN_GLOSSARY names" in err


def test_export_when_terms_were_imported_then_gives_them_and_import_reads_them_again(
    run: Run, tmp_path: Path
) -> None:
    assert run("export") == (
        0,
        "ja\ten\ttype\talso\tuse\n",
        "no terms of your own yet; bring some in with `kawaraban glossary import FILE`\n",
    )
    run("import", write(tmp_path / "mine.tsv", "瓦版\tKawaraban\tcompany\tKawara-ban\tcheck"))
    code, out, err = run("export", "--format", "csv")
    assert (code, err) == (0, "")
    assert out == "ja,en,type,also,use\n瓦版,Kawaraban,company,Kawara-ban,check\n"
    (tmp_path / "again.csv").write_text(out, encoding="utf-8")
    assert json.loads(run("import", tmp_path / "again.csv")[1])["unchanged"] == 1
    code, out, _ = run("export", "--built-in")
    assert len(out.splitlines()) - 1 == len(load_glossary())


def test_check_when_lines_are_wrong_then_reports_each(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "mine.tsv", "日銀\tthe BOJ", "瓦版", "日銀\tNichigin", "円\tyen")
    code, out, err = run("check", file)
    record = json.loads(out)
    assert code == 2
    assert [p.split(": ")[0].rsplit(":")[-1] for p in record["problems"]] == ["2", "3"]
    assert record["own_terms"] == 2
    assert "found 2 lines that cannot be used" in err


def test_check_when_no_file_is_named_then_checks_the_terms_in_use(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("check")[1])["own_terms"] == 0
    run("import", write(tmp_path / "mine.tsv", "瓦版\tKawaraban"))
    code, out, _ = run("check")
    record = json.loads(out)
    assert (code, record["own_terms"], record["problems"]) == (0, 1, [])
    assert record["terms"] == len(load_glossary()) + 1
