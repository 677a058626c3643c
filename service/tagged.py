"""Texts with tags, or without, through a translator: what both drop-in APIs need.

    translate_marked(["<p>日銀は<b>動いた</b>。</p>"], make_translator, rules=Rules())
    →  ["<p>The BOJ <b>moved</b>.</p>"]

All sentences of all texts, and the contents of their inline elements, go to the translator in one
call. `make_translator` is given the terms that must stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kawaraban.pipeline import Translator
from kawaraban.segmentation import split_sentences
from kawaraban.translation.glossary import Entry
from service.layout import Unit, contents, join_units, render
from service.markup import Part, Rules, Run, parse
from service.prose import Splitting, is_japanese

MakeTranslator = Callable[[Sequence[Entry]], Translator]

_LAYOUT = re.compile(r"[\r\n\t]")
_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
_MAX_TERM_CHARS = 60


@dataclass(frozen=True, slots=True)
class _Plan:
    """A run cut to sentences."""

    run: Run
    spans: tuple[tuple[int, int], ...]

    def sentence(self, span: tuple[int, int]) -> str:
        return _SPACE.sub("", self.run.text[span[0] : span[1]].strip())


def translate_marked(
    texts: Sequence[str],
    make_translator: MakeTranslator,
    *,
    rules: Rules,
    splitting: Splitting = "nonewlines",
) -> list[str]:
    """Each text with its tags, in English."""
    parsed = [parse(text, rules) for text in texts]
    plans = {
        id(part): _plan(part, splitting)
        for parts in parsed
        for part in parts
        if isinstance(part, Run)
    }
    wanted = dict.fromkeys(text for plan in plans.values() for text in _wanted(plan))
    translator = make_translator(_kept_terms(list(plans.values())))
    translations = translator.translate(list(wanted))
    english = {ja: done.en for ja, done in zip(wanted, translations, strict=True)}
    return ["".join(_write(part, plans, english) for part in parts) for parts in parsed]


def _plan(run: Run, splitting: Splitting) -> _Plan:
    text = run.text if splitting == "lines" else _LAYOUT.sub(" ", run.text)
    run.text = text
    spans = split_sentences(text) if splitting != "none" else [(0, len(text))]
    return _Plan(run, tuple(spans))


def _wanted(plan: _Plan) -> list[str]:
    """What of a run goes to the translator: sentences, then contents of elements."""
    found = [plan.sentence(span) for span in plan.spans]
    found += [
        plan.run.text[element.start : element.end]
        for element in contents(plan.run.elements)
        if not element.kept
    ]
    return [text for text in found if is_japanese(text)]


def _kept_terms(plans: Sequence[_Plan]) -> list[Entry]:
    """Japanese inside a sentence that stays Japanese: its English is itself."""
    found = dict.fromkeys(
        plan.run.text[element.start : element.end].strip()
        for plan in plans
        for element in contents(plan.run.elements)
        if element.kept
    )
    return [
        Entry(text, text)
        for text in found
        if is_japanese(text) and len(text) <= _MAX_TERM_CHARS and text.isprintable()
    ]


def _write(part: Part, plans: dict[int, _Plan], english: dict[str, str]) -> str:
    if isinstance(part, str):
        return part
    plan = plans[id(part)]
    units = []
    for span in plan.spans:
        sentence = plan.sentence(span)
        units.append(Unit(*span, english.get(sentence, sentence)))
    return render(part, join_units(part, units), english)
