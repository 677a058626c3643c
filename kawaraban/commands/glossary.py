"""`kawaraban glossary`: check, bring in and write out the terms that the translation obeys."""

from __future__ import annotations

from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kawaraban.commands.console import group, print_json, tell
from kawaraban.errors import UsageError
from kawaraban.settings import Settings

if TYPE_CHECKING:
    from kawaraban.translation.own_terms import TermConflict
    from kawaraban.translation.term_files import Entry
    from service.glossaries import Shelf

app = group("Terms and names that the translation obeys.")


class Form(Enum):
    """What `export` writes."""

    tsv = "tsv"
    csv = "csv"
    tbx = "tbx"


class Rule(Enum):
    """What `import` does when a term is known with other English."""

    stop = "stop"
    keep = "keep"
    replace = "replace"


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="TSV, CSV or TBX of your terms; default: those in use.")
    ] = None,
) -> None:
    """Read a glossary and report every line that cannot be used."""
    from kawaraban.translation.glossary import load_glossary
    from kawaraban.translation.term_files import read_entries

    path = file or Settings.from_env().user_glossary
    problems: list[str] = []
    entries = read_entries(path, problems=problems) if path else []
    glossary = None if problems else load_glossary(path)
    print_json(
        {
            "file": str(path) if path else None,
            "own_terms": len(entries),
            "terms": len(glossary) if glossary else None,
            "version": glossary.version if glossary else None,
            "problems": problems,
        }
    )
    if problems:
        raise UsageError(f"{path}: found {len(problems)} lines that cannot be used; correct them")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="TSV, CSV or TBX of your terms.")],
    on_conflict: Annotated[
        Rule, typer.Option("--on-conflict", help="When a term is known with other English.")
    ] = Rule.stop,
) -> None:
    """Merge a file into your terms, which every later translation obeys; all of it or nothing."""
    from kawaraban.translation.own_terms import merge_terms
    from kawaraban.translation.term_files import read_entries

    settings = Settings.from_env()
    shelf, own, name = _own_terms(settings)
    merged = merge_terms(own, read_entries(file), on_conflict=on_conflict.value)
    stopped = on_conflict is Rule.stop and bool(merged.conflicts)
    if not stopped:
        _save(shelf, name, merged.entries)
    print_json(
        {
            "path": str(shelf.path("default")),
            "written": not stopped,
            "own_terms": len(own if stopped else merged.entries),
            "added": merged.n_added,
            "changed": merged.n_changed,
            "unchanged": merged.n_unchanged,
            "conflicts": [asdict(conflict) for conflict in merged.conflicts],
        }
    )
    _tell_conflicts(merged.conflicts, on_conflict)
    if stopped:
        raise UsageError(
            f"{file}: {len(merged.conflicts)} terms are known with other English and nothing was "
            "written; correct the file, or add --on-conflict keep or --on-conflict replace"
        )
    if settings.glossary is not None:
        tell(f"KAWARABAN_GLOSSARY names {settings.glossary}: unset it to use the imported terms")


@app.command()
def export(
    built_in: Annotated[
        bool, typer.Option("--built-in", help="The built-in terms in place of your own.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="Form of the file.")] = Form.tsv,
) -> None:
    """Write your terms to standard output, in a form that `import` reads again."""
    from kawaraban.translation.glossary import load_glossary
    from kawaraban.translation.own_terms import render_terms
    from kawaraban.translation.term_files import read_entries

    entries: tuple[Entry, ...] | list[Entry] = ()
    if built_in:
        entries = load_glossary().entries
    elif path := Settings.from_env().user_glossary:
        entries = read_entries(path)
    else:
        tell("no terms of your own yet; bring some in with `kawaraban glossary import FILE`")
    print(render_terms(entries, form.value), end="")


def _own_terms(settings: Settings) -> tuple[Shelf, tuple[Entry, ...], str]:
    """The shelf that the service uses too, the terms on it, and their name."""
    from service.glossaries import DEFAULT, Shelf

    shelf = Shelf(settings.glossaries)
    if not shelf.path(DEFAULT).is_file():
        return shelf, (), "Own terms"
    kept = shelf.read(DEFAULT)
    return shelf, kept.entries, kept.name


def _save(shelf: Shelf, name: str, entries: tuple[Entry, ...]) -> None:
    from service.glossaries import DEFAULT

    shelf.replace(DEFAULT, name, entries)


def _tell_conflicts(conflicts: tuple[TermConflict, ...], rule: Rule) -> None:
    outcome = {"stop": "nothing written", "keep": "kept", "replace": "replaced"}[rule.value]
    for conflict in conflicts:
        english = f"{conflict.own!r} here, {conflict.other!r} in the file"
        tell(f"conflict  {conflict.ja}: {english} [{outcome}]")
