"""Names and terms whose English is fixed: found in the Japanese, checked in the English.

    >>> glossary = load_glossary()
    >>> [(t.ja, t.en) for t in glossary.find_terms("日銀の植田和男氏とトランプ氏")]
    [('日銀', 'the Bank of Japan'), ('植田和男', 'Kazuo Ueda'), ('トランプ', 'Trump')]

The longest form wins, as a whole word only: モディ is not in コモディティ, 小林健 not in 小林健太.
A term marked for the translator ("mark") is strict: its absence from the English is a flag, and so
is a country's. The others (titles, common terms with many right forms) are reported only.

The user's own file (TSV, CSV or TBX) comes on top: columns ja, en, then optionally type, also, use.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path

from kawaraban.translation.abbreviations import find_countries
from kawaraban.translation.latin import latin_names
from kawaraban.translation.term_files import Entry, parse_rows, read_entries
from kawaraban.types import TermCheck

PEOPLE = frozenset(
    {
        "head of state or government", "Japanese politician", "official", "business person",
        "scientist or thinker", "athlete", "person",
    }
)  # fmt: skip
LATIN_NAME = "name in Latin letters"
_PLACES = frozenset({"country", "region", "city", "state", "prefecture"})
HONORIFICS = (
    r"氏|さん|首相|大統領|副大統領|CEO|COO|CFO|CTO|CISO|最高経営責任者|会長|社長|長官|議長|総裁"
    r"|委員長|代表|教授|博士|選手|投手|監督"
    r"|容疑者|被告|議員|知事|市長|大使|国王|皇太子|教皇|将軍|司令官|報道官|補佐官|外相|国防相"
    r"|財務相|研究員|アナリスト|エコノミスト|夫人"
)
_ROLE = re.compile(
    rf"(?:{HONORIFICS}|国家主席|主席|総統|総書記|前|元|現|次期|副|新|首席|内閣|政権|幹事長"
    rf"|政調会長|官房長官|書記|党首|理事長|院長|学長"
    r"|取締役|名誉|共同|外野手|内野手|捕手|棋士|竜王|名人|騎手|親方|関$|師|記者|弁護士|夫妻|両"
    r"|防衛|経済|デジタル|法相|農相|環境|総務"
    r"|厚|文部|国土|駐|陛下|殿下|作家|俳優|上院|下院|衆院|参院|宇宙飛行士|先生|君|ら|兄弟|一家"
    r"|体制|談話|候補|陣営|財務官|審議|次官"
    r"|校長|所長|部長|課長|局長|主任|専務|常務|頭取|創業者|デザイナー|プロデューサー|特使|代理"
    r"|守|の|は|が|と|を|に|も|や|、|。|」|』|\)|）|・|$)"
)
_KATAKANA = re.compile(r"[ァ-ヴー]")
_LOANWORD = re.compile(r"[ァ-ヴー・]{4,}")
_KANJI = re.compile(r"[一-龥々]")
_WIDE = {0xFF10 + i: 0x30 + i for i in range(10)}
_WIDE |= {0xFF21 + i: 0x41 + i for i in range(26)} | {0xFF41 + i: 0x61 + i for i in range(26)}
_WIDE |= {ord("･"): ord("・"), ord("＆"): ord("&"), ord("＝"): ord("・"), ord("　"): ord(" ")}
# 琴欧州, 我那覇: two characters inside a longer word; 在米, 東大阪, 訪中 are not.
_INSIDE = re.compile(
    r"[一-龥々](?<![在訪対駐反親旧元前新米英独仏中韓日台露豪両各全現同本省都道府県市町村区郡大東西南北約月年日時])[一-龥]"
)
_TAILS = re.compile(r"(?<=大連)立|的(?=[なにだで])|家(?=[のはが、])")
_ADMINISTRATION = re.compile(r"(?P<past>前|旧|元)?(?:政権|内閣)(?!交代|公約|運営)")
_VERSION = re.compile(r" \d+(?:\.\d+)?(?![\d.,:万億兆千百十年月日人社台件個本枚基回倍割%％ドル円])")
_SURNAME = re.compile(rf"([ァ-ヴー]{{3,}})(?={HONORIFICS}|[前旧元]?政権)")


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term in a sentence: `text[start:end] == ja`."""

    start: int
    end: int
    ja: str
    en: str
    type: str
    also: tuple[str, ...] = ()
    strict: bool = True  # told to the translator

    @property
    def required(self) -> bool:
        """Its absence from the English is a flag: Japan or Japanese, but one of them; and a
        loanword (データセンター) hardly has another English."""
        is_loanword = self.type.endswith("term") and _LOANWORD.fullmatch(self.ja) is not None
        return self.strict or self.type == "country" or is_loanword


class Glossary:
    """An index over entries; a later entry replaces an earlier one with the same Japanese."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {_flat(entry.ja): entry for entry in entries}
        self._lengths: dict[str, tuple[int, ...]] = {}
        heads: dict[str, set[int]] = {}
        for ja in self._entries:
            heads.setdefault(ja[:2], set()).add(len(ja))
        self._lengths = {head: tuple(sorted(n, reverse=True)) for head, n in heads.items()}
        self._surnames = _surnames(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries.values())

    @cached_property
    def version(self) -> str:
        """Hash of all entries: part of every key under which a translation is remembered."""
        digest = hashlib.sha256()
        for ja, entry in sorted(self._entries.items()):
            digest.update(repr((ja, entry.en, entry.also, entry.strict)).encode())
        return digest.hexdigest()[:12]

    def find_terms(self, text: str) -> list[Term]:
        """Terms of `text` in order, longest first, none overlapping."""
        flat = _flat(text)
        found: list[Term] = []
        pos = 0
        while pos < len(flat) - 1:
            entry = self._entry_at(flat, pos, floor=found[-1].end if found else 0)
            if entry is None:
                pos += 1
                continue
            term = _administration(entry, flat, pos) or _versioned(entry, flat, pos)
            term = term or _term(entry, pos)
            found.append(replace(term, ja=text[pos : term.end]))
            pos = term.end
        found += self._surname_terms(text, flat, found)
        found += [
            Term(start, end, text[start:end], en, kind, also, strict=False)
            for start, end, en, also, kind in find_countries(flat)
            if not any(term.start < end and start < term.end for term in found)
        ]
        return sorted(_with_latin(text, flat, found), key=lambda term: term.start)

    def check(self, ja: str, en: str) -> tuple[TermCheck, ...]:
        """Whether each term of `ja` came through in `en`, once per Japanese form."""
        return check_terms(self.find_terms(ja), en)

    def knows(self, name: str) -> bool:
        """Whether a Japanese form is an entry."""
        return _flat(name) in self._entries

    def _entry_at(self, flat: str, pos: int, *, floor: int) -> Entry | None:
        for length in self._lengths.get(flat[pos : pos + 2], ()):
            entry = self._entries.get(flat[pos : pos + length])
            if pos + length > len(flat):
                continue
            if entry is None or _TAILS.match(flat, pos + length):
                continue
            if pos > floor and length == 2 and _INSIDE.search(flat, max(0, pos - 1), pos + 1):
                continue
            if _is_word(flat, pos, pos + length, entry):
                return entry
        return None

    def _surname_terms(self, text: str, flat: str, found: Sequence[Term]) -> list[Term]:
        """フアン氏 → Huang, where the surname belongs to one English surname only."""
        terms = []
        for match in _SURNAME.finditer(flat):
            start, end = match.span(1)
            en = self._surnames.get(match[1])
            taken = any(term.start < end and start < term.end for term in found)
            if en and not taken and flat[start - 1 : start] not in ("・", "ー"):
                entry = Entry(match[1], en, "person")
                term = _administration(entry, flat, start) or _term(entry, start)
                terms.append(replace(term, ja=text[start : term.end]))
        return terms


def load_glossary(user: str | Path | None = None) -> Glossary:
    """The built-in glossary, with the user's file on top; raises UsageError naming file:line."""
    built_in = files("kawaraban").joinpath("data/glossary.tsv").read_text(encoding="utf-8")
    entries = parse_rows(built_in.splitlines(), name="glossary.tsv", separator="\t")
    return Glossary([*entries, *(read_entries(Path(user)) if user else [])])


def check_terms(terms: Sequence[Term], en: str) -> tuple[TermCheck, ...]:
    """One TermCheck per Japanese form among `terms`."""
    shown = normal_english(en)
    unique = {term.ja: term for term in terms}
    return tuple(
        TermCheck(term.ja, term.en, found=_present(term, shown)) for term in unique.values()
    )


def normal_english(text: str) -> str:
    """Lower case, no accents, no dots of abbreviations, hyphens as spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    plain = plain.replace("&", " and ").replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    plain = re.sub(r"(?<=\b[a-z])\.|(?<=[a-z])\.(?=[a-z])", "", plain)
    return " ".join(re.sub(r"[-–—/,]", " ", plain).split())


def _present(term: Term, shown: str) -> bool:
    if term.type == LATIN_NAME:
        return _spaced_at_will(normal_english(term.en)).search(shown) is not None
    return any(_has_form(form, shown) for form in (term.en, *term.also))


def _has_form(form: str, shown: str) -> bool:
    """Whether a form stands in normal English: articles optional, plural and possessive allowed."""
    body = _body(form)
    return body in shown and _whole(body).search(shown) is not None


@lru_cache(maxsize=5_000)
def _spaced_at_will(name: str) -> re.Pattern[str]:
    """iPodtouch is found in "iPod touch": Japanese leaves out the spaces of English names."""
    letters = " ?".join(map(re.escape, name.replace(" ", "")))
    return re.compile(rf"(?<![a-z0-9]){letters}(?:'s|s)?(?![a-z0-9])")


@lru_cache(maxsize=50_000)
def _body(form: str) -> str:
    plain = re.sub(r"^(?:the|an?) ", "", normal_english(form)).strip(' ."')
    plain = re.sub(r"\b(?:inc|corp|co|ltd|plc)\b\.?$", "", plain)
    return plain.strip(" .,")


@lru_cache(maxsize=5_000)
def _whole(body: str) -> re.Pattern[str]:
    suffix = r"(?:'s|s'|s|es|n|an|ese|led|based|made)?"
    return re.compile(rf"(?<![a-z0-9]){re.escape(body)}{suffix}(?![a-z0-9])")


def _flat(text: str) -> str:
    return text.translate(_WIDE)


def _term(entry: Entry, start: int) -> Term:
    end = start + len(entry.ja)
    return Term(start, end, entry.ja, entry.en, entry.type, entry.also, entry.strict)


def _administration(entry: Entry, flat: str, start: int) -> Term | None:
    """メルツ政権 → the Merz administration, where the leader is known."""
    match = _ADMINISTRATION.match(flat, start + len(entry.ja))
    if match is None or entry.type not in PEOPLE or not entry.strict:
        return None
    name = entry.also[0] if entry.also else entry.en
    nouns = ("administration", "government", "Cabinet", "era", "regime")
    also = [form for noun in nouns for form in (f"{name} {noun}", f"{name}'s {noun}", f"{noun} of")]
    en = f"the {'former ' if match['past'] else ''}{name} administration"
    return Term(start, match.end(), flat[start : match.end()], en, "administration", tuple(also))


def _with_latin(text: str, flat: str, found: list[Term]) -> list[Term]:
    """The terms with names in Latin letters; RTX in RTX Pro 6000D is not the company."""
    for start, end in latin_names(flat):
        inside = [term for term in found if term.start < end and start < term.end]
        rest = flat[start:end]
        for term in inside:
            rest = rest.replace(term.ja, "")
        if not inside or (re.search(r"[a-z0-9]", rest) and _same_letters(inside)):
            found = [term for term in found if term not in inside]
            found.append(Term(start, end, text[start:end], flat[start:end], LATIN_NAME))
    return found


def _same_letters(terms: Sequence[Term]) -> bool:
    return all(term.ja.lower() == term.en.lower() for term in terms)


def _versioned(entry: Entry, flat: str, start: int) -> Term | None:
    """ChatGPT 4.1: the version is part of the name."""
    match = _VERSION.match(flat, start + len(entry.ja))
    if match is None or not entry.ja.isascii() or not entry.strict:
        return None
    also = tuple(f"{form}{match[0]}" for form in entry.also)
    en = f"{entry.en}{match[0]}"
    return Term(start, match.end(), flat[start : match.end()], en, entry.type, also)


def _is_word(flat: str, start: int, end: int, entry: Entry) -> bool:
    before, after = flat[max(0, start - 1) : start], flat[end : end + 1]
    first, last = flat[start], flat[end - 1]
    if _KATAKANA.match(first) and before and _KATAKANA.match(before):
        return False
    if _KATAKANA.match(last) and after and _KATAKANA.match(after):
        return False
    if first.isascii() and first.isalnum() and before.isascii() and before.isalnum():
        return False
    if last.isascii() and last.isalnum() and after.isascii() and after.isalnum():
        return False
    if entry.type in _PLACES:
        return True
    if after == "・" and _KATAKANA.match(last) and _KATAKANA.match(flat[end + 1 : end + 2]):
        return False
    if entry.type in PEOPLE and _KANJI.match(last) and not entry.ja.endswith("政権"):
        return _ROLE.match(flat, end) is not None
    return True


def _surnames(entries: Iterable[Entry]) -> dict[str, str]:
    """Katakana surname → English surname, for those that have only one."""
    forms: dict[str, set[str]] = {}
    for entry in entries:
        if entry.type in PEOPLE and re.fullmatch(r"[ァ-ヴー・A-Z]+・[ァ-ヴー]{3,}", entry.ja):
            surname = entry.ja.rpartition("・")[2]
            english = entry.also[0] if entry.also else entry.en.split()[-1]
            forms.setdefault(surname, set()).add(english)
    return {ja: next(iter(english)) for ja, english in forms.items() if len(english) == 1}


__all__ = ["Entry", "Glossary", "Term", "check_terms", "load_glossary", "read_entries"]
