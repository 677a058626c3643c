"""Who is meant: the people of a glossary, and the Japanese forms that name them in an article.

    >>> cast = Cast(People(load_glossary()), "高市早苗首相は29日… 高市氏は…")
    >>> [(m.person.full, m.full) for m in cast.mentions("高市氏は述べた。", terms)]
    [('Sanae Takaichi', False)]

One person may have several Japanese names (黄仁勳, ジェンスン・フアン). A surname is one person's
only where nobody else of that surname is in the article: who is not certain is not named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kawaraban.translation.glossary import Entry
from kawaraban.translation.terms import HONORIFICS, PEOPLE, Term

_TITLE = (
    rf"(?:{HONORIFICS}|国家主席|主席|総統|総書記|王|さま|陛下|大臣|[外財法農総産働境衛]相|幹事長)"
)
_TITLED = re.compile(rf"(?:元|前|現|新|次期)?{_TITLE}$")
_OFFICE_EN = re.compile(
    r"\b(?:minister|president|leader|pope|prince|princess|king|queen|secretary|secretary-general"
    r"|emperor|empress|gov\.|premier|chair)\b",
    re.I,
)
_AFTER = re.compile(rf"(?:元|前|現|新|次期)?{_TITLE}|[はがをにもと、]")
_NOT_A_PERSON = re.compile(r"(?:前|元|次期)?(?:政権|内閣)")
_KANJI_FULL = re.compile(r"[一-龥々]{3,}")


@dataclass(frozen=True, slots=True)
class Person:
    """`full` is the English name as the first mention has it, `surname` as later ones have it."""

    full: str
    surname: str

    @property
    def given(self) -> str:
        """What the full name has beside the surname."""
        return self.full.removesuffix(f" {self.surname}").removeprefix(f"{self.surname} ")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of the Japanese that means a person, by the full name or by a short form."""

    start: int
    end: int
    ja: str
    person: Person
    full: bool
    usual: Person | None = None  # whom the glossary takes a short form for


class People:
    """The glossary's people by their Japanese forms."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        people = [entry for entry in entries if entry.type in PEOPLE]
        self._types = {entry.ja: entry.type for entry in people}
        self.full = {e.ja: p for e in people if (p := _person(e)) is not None}
        by_name = {person.full: person for person in self.full.values()}
        by_last: dict[str, list[str]] = {}
        for ja, person in self.full.items():
            by_last.setdefault(_last_word(person.surname), []).append(ja)
        self.links: dict[str, tuple[Person, bool]] = {}  # other forms → who, and whether in full
        for entry in people:
            if entry.ja not in self.full and (link := self._link(entry, by_name, by_last)):
                self.links[entry.ja] = link

    def _link(
        self, entry: Entry, by_name: dict[str, Person], by_last: dict[str, list[str]]
    ) -> tuple[Person, bool] | None:
        for form in (entry.en, *entry.also):
            words = form.split()
            for at in range(len(words) - 1):
                if person := by_name.get(" ".join(words[at:])):
                    return person, form == entry.en
        stem = _TITLED.sub("", entry.ja)
        namesakes = by_last.get(_last_word(entry.en), [])
        fits = {ja: self.full[ja] for ja in namesakes if _is_surname(stem, ja)}
        same = {person for ja, person in fits.items() if self._types[ja] == entry.type}
        who = same or set(fits.values())
        return (next(iter(who)), False) if len(who) == 1 else None


class Cast:
    """The people of one article: `text` is its headline and body."""

    def __init__(self, people: People, text: str) -> None:
        self._people = people
        self._text = text
        self._named = {ja: person for ja, person in people.full.items() if ja in text}
        self._stems = _stems(self._named)

    def mentions(self, ja: str, terms: Sequence[Term]) -> list[Mention]:
        """Every certain mention in a sentence of the article, in order; `terms` are its terms."""
        found = [mention for term in terms if (mention := self._of_term(ja, term))]
        taken = [(term.start, term.end) for term in terms]
        for match in self._stems.finditer(ja) if self._stems else ():
            start, end = match.span(1)
            if any(start < right and left < end for left, right in taken):
                continue
            if person := self._by_surname(match[1], None):
                found.append(Mention(start, end, match[1], person, full=False))
        return sorted(found, key=lambda mention: mention.start)

    def shares_surname(self, person: Person) -> bool:
        """Whether another person of the article has that surname in English."""
        return any(p != person and p.surname == person.surname for p in self._named.values())

    def _of_term(self, ja: str, term: Term) -> Mention | None:
        place = (term.start, term.end, term.ja)
        if person := self._people.full.get(term.ja):
            return Mention(*place, person, full=True)
        linked = self._people.links.get(term.ja)
        if linked and linked[1]:
            return Mention(*place, linked[0], full=True)
        if term.type not in PEOPLE or ja[: term.start].endswith("・"):
            return None
        if not (_TITLED.search(term.ja) or _AFTER.match(ja, term.end)):
            return None  # トランプ関税: named after him, not he
        if _NOT_A_PERSON.match(ja, term.end):
            return None
        usual = linked[0] if linked else None
        who = self._by_surname(_TITLED.sub("", term.ja), usual)
        return Mention(*place, who, full=False, usual=usual) if who else None

    def _by_surname(self, stem: str, usual: Person | None) -> Person | None:
        """Whom a surname means here: the one the article names in full, else the usual one."""
        named = {person for ja, person in self._named.items() if _is_surname(stem, ja)}
        if len(named) > 1 or self._has_namesake(stem):
            return None
        return next(iter(named), usual)

    def _has_namesake(self, stem: str) -> bool:
        """Whether somebody of that surname is in the article whom the glossary does not know."""
        surname = re.escape(stem)
        if _KANJI_FULL.match(stem + "々々") and not stem.isascii():
            pattern = rf"(?<![一-龥々]){surname}[一-龥々]{{1,3}}?(?=(?:元|前)?(?:{HONORIFICS}))"
            found = {match[0] for match in re.finditer(pattern, self._text)}
            return any(not _TITLED.fullmatch(name[len(stem) :]) for name in found - {*self._named})
        found = set(re.findall(rf"[ァ-ヴー・]+・{surname}(?![ァ-ヴー])", self._text))
        return any(name not in self._people.full for name in found)


def _person(entry: Entry) -> Person | None:
    """The person of an entry that is a full name; None for a surname, a title, a government."""
    if _TITLED.search(entry.ja) or entry.en.startswith("the ") or " " not in entry.en:
        return None
    for form in entry.also:
        if entry.en.endswith(f" {form}") or entry.en.startswith(f"{form} "):
            person = Person(entry.en, form)
            return None if _OFFICE_EN.search(person.given) else person
    return None


def _last_word(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


def _is_surname(stem: str, ja: str) -> bool:
    """フアン of ジェンスン・フアン, 高市 of 高市早苗."""
    if not stem or stem == ja:
        return False
    return ja.endswith(f"・{stem}") or ("・" not in ja and len(ja) > 2 and ja.startswith(stem))


def _stems(named: dict[str, Person]) -> re.Pattern[str] | None:
    """小野寺(?=氏): the beginnings of the kanji names, the longest first."""
    stems = {ja[:n] for ja in named if _KANJI_FULL.fullmatch(ja) for n in range(1, len(ja) - 1)}
    if not stems:
        return None
    either = "|".join(sorted(stems, key=lambda stem: (-len(stem), stem)))
    return re.compile(rf"(?<![一-龥々])({either})(?=(?:元|前)?{_TITLE})(?!{_NOT_A_PERSON.pattern})")
