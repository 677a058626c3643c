"""Changes to a finished translation: one span of its English, with the ledger kept right.

    >>> edited(translation, (0, 8), "Sanae Takaichi", ja="高市氏", change="full").en
    'Sanae Takaichi said so.'

Figures keep pointing at their place. A span that touches a figure, or the English of a reviewer,
is never changed. What was changed is in `terms`, with the words that stood there before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kawaraban.types import HUMAN, Flag, NumberCheck, TermChange, TermCheck, Translation

Span = tuple[int, int]


def edited(
    translation: Translation, span: Span, form: str, *, ja: str, change: TermChange
) -> Translation:
    """The translation with `form` in place of the span; as it was, where that is not allowed."""
    start, end = span
    before = translation.en[start:end]
    if before == form or translation.model == HUMAN or _touches_figure(translation, span):
        return translation
    shift = len(form) - (end - start)
    numbers = tuple(_moved(number, end, shift) for number in translation.numbers)
    return replace(
        translation,
        en=translation.en[:start] + form + translation.en[end:],
        numbers=numbers,
        terms=_noted(translation.terms, ja, form, change, before),
        flags=tuple(flag for flag in translation.flags if not _is_about(flag, ja)),
    )


def flagged(translation: Translation, reason: str) -> Translation:
    """The translation with a flag more; not the same flag twice."""
    flag = Flag("consistency", reason)
    if flag in translation.flags:
        return translation
    return replace(translation, flags=(*translation.flags, flag))


def _touches_figure(translation: Translation, span: Span) -> bool:
    spans = [number.en_span for number in translation.numbers if number.en_span]
    return any(start < span[1] and span[0] < end for start, end in spans)


def _moved(number: NumberCheck, end: int, shift: int) -> NumberCheck:
    if number.en_span is None or number.en_span[0] < end:
        return number
    return replace(number, en_span=(number.en_span[0] + shift, number.en_span[1] + shift))


def _noted(
    terms: Sequence[TermCheck], ja: str, form: str, change: TermChange, before: str
) -> tuple[TermCheck, ...]:
    first = next((term.before for term in terms if term.ja == ja and term.change), before)
    note = TermCheck(ja, form, True, change, first)
    if first == form:  # changed back
        note = TermCheck(ja, form, True)
    known = [note if term.ja == ja else term for term in terms]
    return tuple(known if note in known else [*known, note])


def _is_about(flag: Flag, ja: str) -> bool:
    return flag.kind == "term" and flag.reason.startswith(f"{ja} ")
