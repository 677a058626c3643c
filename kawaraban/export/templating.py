"""The Jinja environment of the HTML exports: autoescape on, every string cleaned, filters named.

    environment().get_template("digest.html.j2").render(digest=digest)

`finalize` cleans each printed value, so that a template cannot forget it.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kawaraban.export import spans, wording
from kawaraban.export.headlines import UNRELIABLE, headline, lead_headline
from kawaraban.export.safe import clean, safe_link
from kawaraban.types import DigestEntry, NumberCheck, TermCheck

TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    made.globals["UNRELIABLE"] = UNRELIABLE
    made.filters.update(
        safe_link=safe_link,
        runs=spans.language_runs,
        figures_en=spans.figures_en,
        figures_ja=spans.figures_ja,
        marked_paragraphs=spans.marked_paragraphs,
        ledger=ledger,
        ledger_line=ledger_line,
        changed_names=changed_names,
        change=wording.CHANGE_WORDS.__getitem__,
        flag_label=wording.FLAG_LABELS.__getitem__,
        block_label=wording.BLOCK_LABELS.__getitem__,
        mark=wording.VERDICT_MARKS.__getitem__,
        verdict=wording.VERDICT_WORDS.__getitem__,
    )
    for function in (
        *(wording.long_day, wording.japanese_day, wording.tokyo_time, wording.outlet),
        *(headline, lead_headline, wording.is_suspect),
        *(wording.byline, wording.copies),
        *(wording.contents_line, wording.empty_reason, wording.coverage_rows, wording.by_class),
        *(wording.shortened, wording.signature, wording.figure, wording.value),
    ):
        made.filters[function.__name__] = function
    return made


def ledger(entry: DigestEntry) -> list[NumberCheck]:
    """Every figure of the headline and the chosen sentences."""
    shown = (entry.title, *(chosen.translation for chosen in entry.sentences))
    return [number for translation in shown for number in translation.numbers]


def changed_names(entry: DigestEntry) -> list[TermCheck]:
    """Every name or term of the entry that was changed after translation."""
    shown = (entry.title, *(chosen.translation for chosen in entry.sentences))
    return [term for translation in shown for term in translation.terms if term.change]


def ledger_line(numbers: list[NumberCheck]) -> str:
    """The ledger in a line: "9 figures compared: 8 agree, 1 to check"."""
    bad = sum(number.verdict in ("missing", "wrong") for number in numbers)
    line = f"{wording.plural(len(numbers), 'figure')} compared: {len(numbers) - bad} agree"
    return f"{line}, {bad} to check" if bad else line


def _finalize(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value
