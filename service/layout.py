"""Inline elements of a Japanese text → their places in the English.

Input:  a run of `service.markup`, the English of each of its sentences, and the English of each
        element's content.
Output: the English with the tags in it, escaped.

    日銀は<b>利上げ</b>を決めた。  +  "The BOJ decided on a rate hike."  +  {"利上げ": "rate hike"}
    →  The BOJ decided on a <b>rate hike</b>.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.markup import Element, Run

_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of the text and its English: a sentence, or several that an element joins."""

    start: int
    end: int
    en: str


@dataclass(frozen=True, slots=True)
class _Placed:
    element: Element
    start: int
    end: int


def contents(elements: Sequence[Element]) -> Iterator[Element]:
    """All elements, those inside others too."""
    for element in elements:
        yield element
        yield from contents(element.children)


def join_units(run: Run, units: Sequence[Unit]) -> list[Unit]:
    """Sentences in the middle of which an element begins or ends go together with its others."""
    joined: list[Unit] = []
    for unit in units:
        if joined and _crosses(run.elements, joined[-1], unit.start):
            last = joined.pop()
            joined.append(Unit(last.start, unit.end, f"{last.en} {unit.en}".strip()))
        else:
            joined.append(unit)
    return joined


def _crosses(elements: Sequence[Element], before: Unit, cut: int) -> bool:
    return any(element.start < cut < element.end for element in contents(elements))


def render(run: Run, units: Sequence[Unit], english: Mapping[str, str]) -> str:
    """The run in English, its tags in place. `english` has the contents of elements alone."""
    parts = [run.lead]
    for number, unit in enumerate(units):
        is_last = number == len(units) - 1
        inside = [
            element
            for element in run.elements
            if unit.start <= element.start and (element.start < unit.end or is_last)
        ]
        if number and unit.en and parts[-1] and not parts[-1][-1].isspace():
            parts.append(" ")
        parts.append(_render_unit(run.text, unit, inside, english))
    parts.append(run.tail)
    return "".join(parts)


def _render_unit(
    text: str, unit: Unit, elements: Sequence[Element], english: Mapping[str, str]
) -> str:
    source = (unit.start, unit.end)
    return _lay(text, source, unit.en, (0, len(unit.en)), elements, english)


def _lay(
    text: str,
    source: tuple[int, int],
    en: str,
    target: tuple[int, int],
    elements: Sequence[Element],
    english: Mapping[str, str],
) -> str:
    """`en[target]` with the elements that stand in `text[source]`."""
    placed = _place(text, source, en, target, elements, english)
    parts: list[str] = []
    position = target[0]
    for item in placed:
        parts.append(_escape(en[position : item.start]))
        element = item.element
        parts.append(element.open_tag)
        if element.kept:
            parts.append(element.inside)
        else:
            inner = (element.start, element.end)
            span = (item.start, item.end)
            parts.append(_lay(text, inner, en, span, element.children, english))
        parts.append(element.close_tag)
        position = item.end
    parts.append(_escape(en[position : target[1]]))
    return "".join(parts)


def _place(
    text: str,
    source: tuple[int, int],
    en: str,
    target: tuple[int, int],
    elements: Sequence[Element],
    english: Mapping[str, str],
) -> list[_Placed]:
    """A place for each element, none overlapping, in the order of the English."""
    taken: list[_Placed] = []
    left: list[Element] = []
    for element in elements:
        content = text[element.start : element.end]
        if content and content.strip() == text[source[0] : source[1]].strip():
            span: tuple[int, int] | None = target
        else:
            span = _find(content, english.get(content, ""), en, target, taken)
        if span is None or any(span[0] < t.end and t.start < span[1] for t in taken):
            left.append(element)
        else:
            taken.append(_Placed(element, *span))
    for element in left:
        taken.append(_Placed(element, *_by_length(element, source, en, target, taken)))
    order = {id(element): number for number, element in enumerate(elements)}
    return sorted(taken, key=lambda item: (item.start, item.end, order[id(item.element)]))


def _find(
    content: str, alone: str, en: str, target: tuple[int, int], taken: Sequence[_Placed]
) -> tuple[int, int] | None:
    """Where the content stands in the English: as it is, or as it is translated alone."""
    alone = alone.strip().rstrip(".")
    for form in (content.strip(), alone, _ARTICLE.sub("", alone)):
        if not form:
            continue
        pattern = rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])"
        for match in re.finditer(pattern, en[target[0] : target[1]], re.IGNORECASE):
            start, end = match.start() + target[0], match.end() + target[0]
            if not any(start < item.end and item.start < end for item in taken):
                return start, end
    return None


def _by_length(
    element: Element,
    source: tuple[int, int],
    en: str,
    target: tuple[int, int],
    taken: Sequence[_Placed],
) -> tuple[int, int]:
    """The place that corresponds by length, at word edges, free of other elements."""
    n_source = max(1, source[1] - source[0])
    n_target = target[1] - target[0]

    def there(offset: int) -> int:
        share = min(max(offset - source[0], 0), n_source) / n_source
        return _edge(en, target[0] + round(share * n_target), target)

    start, end = there(element.start), there(element.end)
    while start < end and en[start].isspace():
        start += 1
    while start < end and en[end - 1].isspace():
        end -= 1
    if element.kept or not element.close_tag:
        end = start
    elif start == end:
        end = _word_end(en, start, target)
    for item in taken:
        if item.start < start < item.end:
            start = item.end
        if start < item.end and item.start < end:
            end = max(start, item.start)
    return start, max(start, end)


def _word_end(en: str, at: int, target: tuple[int, int]) -> int:
    """The end of the word at or after `at`."""
    match = re.compile(r"\W*\w+").match(en, at, target[1])
    return match.end() if match else at


def _edge(en: str, at: int, target: tuple[int, int]) -> int:
    """The nearest edge of a word at or before `at`; the very ends stay."""
    if at <= target[0] or at >= target[1]:
        return min(max(at, target[0]), target[1])
    while at > target[0] and en[at - 1].isalnum() and en[at].isalnum():
        at -= 1
    return at


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
