"""People of an article in English: the first mention in full, later ones by surname.

    高市早苗首相は… 高市氏は…  →  Prime Minister Sanae Takaichi … Takaichi …

The headline and the shown sentences each name a person in full once, as a newspaper does. Where
a digest shows only a later sentence, its 高市氏 is given in full too: the reader has not met her
yet. A short form in Japanese that comes later stays, or becomes, a surname. Only certain places
are changed: a surname that stands alone, of a person whom the article or the glossary settles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kawaraban.translation.edits import Span, edited
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.people import Cast, Mention, Person
from kawaraban.translation.spelling import is_free, nearest, places_of, ratio, spans_of
from kawaraban.translation.terms import HONORIFICS, Term
from kawaraban.types import Flag, Translation

_AFTER_A_NAME = re.compile(
    r"(?:['’]s?)? (?:administration|government|cabinet|tariffs?|era|family|team|camp|faction|effect"
    r"|policy|policies|trade|rally|tower|organization|foundation|doctrine|shock|paradox|plan|law|act)\b|-",
    re.I,
)
_NEARLY = 0.75
_TITLE_BEFORE = re.compile(
    r"(?:President|Minister|Premier|Chancellor|CEO|COO|CFO|CTO|Chair(?:man|woman|person)?|Gov\.?"
    r"|Governor|Secretary(?:-General)?|General|Leader|Speaker|Ambassador|Mayor|Mr\.?|Ms\.?|Mrs\.?"
    r"|Dr\.?|Professor|Prof\.?|Sen\.?|Rep\.?|Officer|Executive|Director|Justice|Adviser|Advisor)$"
)
_CAPITAL_BEFORE = re.compile(r"(?<![A-Za-z])[A-Z][\w'’-]*$")
_OPENING = re.compile(
    r"(?:The|A|An|And|But|As|When|While|If|For|In|On|At|By|To|From|With|Since|After|Before|Then|So"
    r"|Because|Although|Though|That|What|Why|How|Like|Did|Will|Would|Can|Is|Was|Does|Has|Meanwhile"
    r"|However|Former|Also|Only|Even|Under|Both|Until|Unlike|Of)$"
)


def name_people(lines: Sequence[Translation], cast: Cast, glossary: Glossary) -> list[Translation]:
    """One text (a headline, or the shown sentences in order) with its people named in order."""
    met: set[Person] = set()
    named = []
    for line in lines:
        terms = glossary.find_terms(line.ja)
        mentions = cast.mentions(line.ja, terms)
        people = list(dict.fromkeys(mention.person for mention in mentions))
        for person in people:
            if sum(person.surname == other.surname for other in people) > 1:
                continue  # whose surname stands where is not certain
            own = [mention for mention in mentions if mention.person == person]
            line = _right_person(_right_order(line, person, own[0].ja), person, own[0])
            if person not in met or cast.shares_surname(person):
                others = [term for term in terms if not _is_among(term, own)]
                line = _in_full(line, person, own[0].ja, others)
            elif not any(mention.full for mention in own):
                line = _by_surname(line, person, own[0].ja)
        met |= {person for person in people if spans_of(person.full, line.en)}
        named.append(line)
    return named


def explain_names(line: Translation, text: str) -> Translation:
    """Unknown surnames with the full name that the article has: 山岡 → 山岡健一."""
    flags = tuple(_explained(flag, line.ja, text) for flag in line.flags)
    return line if flags == line.flags else replace(line, flags=flags)


def _in_full(line: Translation, person: Person, ja: str, others: Sequence[Term]) -> Translation:
    """`others` are the sentence's other terms: the Jevons paradox is not Jevons."""
    if spans_of(person.full, line.en):
        return line
    taken = places_of(others, line.en)
    for span in surnames(line.en, person):
        place = _with_given(line.en, span, person)
        if is_free(place, taken) and _stands_alone(line.en, place):
            return edited(line, place, person.full, ja=ja, change="full")
    return line


def _by_surname(line: Translation, person: Person, ja: str) -> Translation:
    for span in reversed(spans_of(person.full, line.en)):
        line = edited(line, span, person.surname, ja=ja, change="surname")
    return line


def _is_among(term: Term, mentions: Sequence[Mention]) -> bool:
    return any(term.start < mention.end and mention.start < term.end for mention in mentions)


def _with_given(en: str, place: Span, person: Person) -> Span:
    """The place with a misspelt given name before it: Sane Takaichi."""
    before = re.search(r"[\w'’-]+(?= $)", en[: place[0]])
    if before and ratio(before[0].lower(), person.given.lower()) >= _NEARLY:
        return before.start(), place[1]
    return place


def surnames(en: str, person: Person) -> list[Span]:
    """Where the surname stands without the rest of the name."""
    in_full = spans_of(person.full, en)
    return [
        (start, end)
        for start, end in spans_of(person.surname, en)
        if en[start].isupper() and not any(left <= start < right for left, right in in_full)
    ]


def _right_order(line: Translation, person: Person, ja: str) -> Translation:
    """Takaichi Sanae → Sanae Takaichi."""
    first, _, rest = person.full.partition(" ")
    for span in spans_of(f"{rest} {first}", line.en):
        return edited(line, span, person.full, ja=ja, change="form")
    return line


def _right_person(line: Translation, person: Person, mention: Mention) -> Translation:
    """菅氏 in an article about 菅直人 is Kan, though the glossary's usual 菅氏 is Suga; and a
    surname that was spelt in the model's own way is spelt as the full name has it."""
    if spans_of(person.surname, line.en):
        return line
    if mention.usual and mention.usual != person:
        wrong = surnames(line.en, mention.usual)
        if len(wrong) == 1 and not spans_of(mention.usual.full, line.en):
            return edited(line, wrong[0], person.surname, ja=mention.ja, change="form")
    span = nearest(mention.ja, person.surname, line.en)
    if span is None:
        return line
    line = edited(line, span, person.surname, ja=mention.ja, change="spelling")
    known = f"{mention.ja}: not in the glossary"
    return replace(line, flags=tuple(f for f in line.flags if not f.reason.startswith(known)))


def _stands_alone(en: str, span: Span) -> bool:
    """Not "the Takaichi administration", not "Hanako Takaichi"."""
    if _AFTER_A_NAME.match(en, span[1]):
        return False
    before = en[: span[0]]
    if before.endswith("-") or re.match(r" [A-Z][a-z]+-[a-z]", en[span[1] :]):
        return False
    if not before.endswith(" "):
        return True
    before = before.rstrip()
    if _CAPITAL_BEFORE.search(before) is None:
        return True
    return bool(_TITLE_BEFORE.search(before) or _OPENING.search(before))


def _explained(flag: Flag, ja: str, text: str) -> Flag:
    name, colon, _ = flag.reason.partition(": not in the glossary")
    if flag.kind != "name" or not colon or "in full" in flag.reason:
        return flag
    stem = re.escape(name)
    katakana = rf"[ァ-ヴー]+(?:・[ァ-ヴー]+)*・{stem}(?![ァ-ヴー])"
    kanji = rf"(?<![一-龥々]){stem}[一-龥々]{{1,3}}?(?=(?:元|前)?(?:{HONORIFICS}))"
    full = set(re.findall(f"{katakana}|{kanji}", text))
    if len(full) != 1 or (found := full.pop()) in ja:
        return flag
    return Flag("name", f"{flag.reason}; in full {found} in the article")
