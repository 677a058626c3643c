"""Are the numbers and the names of the source in the translation?

Input:  Japanese, reference and output lines.
Output: for numbers and for names: how many of those that the reference carries over (in a form the
        rules or the lexicon know) the output carries over as well.

    numbers(["5兆ドルに達した。"], ["It hit $5 trillion."], ["It hit 5 trillion dollars."]) → (1, 1)
"""

from __future__ import annotations

from collections.abc import Sequence

from kawaraban.translation.annotation import annotate
from kawaraban.translation.lexicon import TermLexicon
from models.recipe.lexicon import Lexicon, find_surface
from models.recipe.numbers import form_in, number_forms


def numbers(
    sources: Sequence[str], references: Sequence[str], outputs: Sequence[str]
) -> tuple[int, int]:
    """(found, wanted): any form of the right value counts."""
    found = wanted = 0
    for ja, reference, output in zip(sources, references, outputs, strict=True):
        for _, _, forms in number_forms(ja):
            if form_in(forms, reference) is not None:
                wanted += 1
                found += form_in(forms, output) is not None
    return found, wanted


def names(
    lexicon: Lexicon,
    sources: Sequence[str],
    references: Sequence[str],
    outputs: Sequence[str],
) -> tuple[int, int]:
    """(found, wanted): the form the reference uses must be in the output."""
    found = wanted = 0
    for ja, reference, output in zip(sources, references, outputs, strict=True):
        for _, _, form, is_name in lexicon.matches(ja, reference):
            if is_name:
                wanted += 1
                found += find_surface((form,), output, output.lower()) is not None
    return found, wanted


def assisted(terms: TermLexicon, sources: Sequence[str]) -> list[str]:
    """Sources as the program gives them: numbers by rule, then the terms of the model's lexicon."""
    lines: list[str] = []
    for ja in sources:
        spans = [(start, end, forms[0]) for start, end, forms in number_forms(ja)]
        taken = [(start, end) for start, end, _ in spans]
        lines.append(annotate(ja, spans + terms.spans(ja, taken=taken)))
    return lines


def annotated(lexicon: Lexicon, sources: Sequence[str], references: Sequence[str]) -> list[str]:
    """Sources with every name of the reference, and every number by rule, given to the model.

    The number's form is the first that the rules write, whatever the reference says.
    """
    lines: list[str] = []
    for ja, reference in zip(sources, references, strict=True):
        spans = [
            (start, end, form)
            for start, end, form, is_name in lexicon.matches(ja, reference)
            if is_name
        ]
        spans += [(start, end, forms[0]) for start, end, forms in number_forms(ja)]
        lines.append(annotate(ja, spans))
    return lines
