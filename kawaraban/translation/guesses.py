"""Names whose English the translator had to guess, beside those before 氏 or 社長 (names.py).

    ブレーク・ウィンドレッド   →  not in the glossary, spelling guessed; perhaps "Bureku Windreddo"
    尹志堯会長                 →  not in the glossary, the reading is a guess
    著書『石炭問題』           →  a title, its English is a guess
    AI機会基金                 →  not in the glossary, the English name is a guess
    ザルツブルク               →  not in the glossary and perhaps lost; perhaps Salzburg

Each is a flag of kind "name" that begins with the Japanese. A name that the glossary has is no
guess, and neither is one that the model's own lexicon gave and that came back as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kawaraban.translation.term_checks import check_terms
from kawaraban.translation.terms import Term
from kawaraban.translation.transliteration import heard, romanize
from kawaraban.types import Flag

if TYPE_CHECKING:
    from kawaraban.translation.drafts import Source

Span = tuple[int, int]
_KATAKANA_NAME = re.compile(r"[ァ-ヴー]{2,}(?:[・＝][ァ-ヴー]{2,})+")
_KATAKANA_WORD = re.compile(r"[ァ-ヴー・＝]{4,}")
_WORK = (
    r"著書|著作|小説|映画|番組|ドラマ|アルバム|楽曲|漫画|アニメ|書籍|論文|戯曲|オペラ|報告書|回顧録"
)
_TITLE = re.compile(
    rf"(?:{_WORK})(?:の)?[「『](?P<before>[^「」『』]{{2,30}})[」』]"
    rf"|『(?P<after>[^「」『』]{{2,30}})』(?=(?:の|など)?(?:{_WORK}|著者|作者|筆者|監督|原作|という本))"
)
_NAMED = (
    r"基金|財団|連盟|協会|機構|研究所|条約|協定|議定書|宣言|憲章|構想|イニシアチブ|プロジェクト"
    r"|プログラム|アピール|呼びかけ|枠組み|規則|指令|原則|計画|作戦|賞"
)
_QUOTED_NAME = re.compile(rf"[「『](?P<name>[^「」『』、。]{{2,30}}(?:{_NAMED}))[」』]")
_BODY = re.compile(
    r"(?<![一-龥々ァ-ヴーA-Za-z])(?P<name>[A-Za-z0-9ァ-ヴー一-龥々・]{2,16}"
    r"(?:基金|財団|協会|連盟|研究所|条約|議定書|憲章))(?![一-龥々ァ-ヴー])"
)
_ORDINARY = re.compile(r"^(?:同|各|両|この|その|国際|平和|当該|関連|関係|業界|本)")
_OFFICE = (
    r"会長|社長|選手|監督|投手|捕手|教授|准教授|議員|知事|市長|町長|村長|総裁|大使|長官|委員長|代表|理事長"
    r"|学長|院長|弁護士|記者|書記長|幹事長|外相|報道官|研究員|医師|内野手|外野手|騎手|棋士|親方|CEO"
)
_KANJI_NAME = re.compile(
    rf"(?<![一-龥々ァ-ヴーA-Za-z])(?P<name>[一-龥々]{{3,5}}?)"
    rf"(?=(?:前|元|現|新|副|次期|特別|名誉)?(?:{_OFFICE}))"
)
_NO_PERSON = re.compile(
    r"[会社党県市区省庁院部局校学国銀連道府都団組室課所署員前元現新副同各両代性米大手業本町村郡州庫塾協関等"
    r"級系軍隊者家人的内外長官相兼店後泳]$"
    r"|^(?:同|各|両|元|年|初代|歴代|女性|男性|日本|米国|名誉|大学|専門|大手|企業|共同|全国|国際|地方|中央"
    r"|最高|先発|第|候補)|委員|理事|会議|部門|選挙|担当|出身|所属|女子|男子|優秀"
)
_LONE_WORD = re.compile(r"(?<![ァ-ヴー・＝])[ァ-ヴー]{5,}(?![ァ-ヴー・＝])")
_HEARD = 0.75
_NOT_HEARD = 0.65  # of a lone word, which may be a common one: one in two hundred true sentences


def lost_flags(source: Source, en: str) -> list[Flag]:
    """One flag per katakana name of which the English has no sound."""
    return [
        Flag("name", f"{name}: not in the glossary and perhaps lost; perhaps {form}")
        for name, form, is_heard in _katakana(source, en)
        if not is_heard
    ]


def guess_flags(source: Source, en: str) -> list[Flag]:
    """One flag per name that is in the English as the translator guessed it."""
    known = [(term.start, term.end) for term in source.terms]
    sure = known + [(start, end) for start, end, _ in source.told]
    reasons = [
        f"{name}: not in the glossary, spelling guessed; perhaps {form}"
        for name, form, is_heard in _katakana(source, en)
        if is_heard
    ]
    reasons += _kanji(source.ja, known, sure)
    reasons += [*_titles(source.ja, sure), *_bodies(source.ja, sure)]
    return [Flag("name", reason) for reason in dict.fromkeys(reasons)]


def _katakana(source: Source, en: str) -> Iterator[tuple[str, str, bool]]:
    """Names, how each may be spelt, and whether the English sounds like it."""
    ja = source.ja
    known = [(term.start, term.end) for term in source.terms]
    sure = known + [(start, end) for start, end, _ in source.told]
    for match in _KATAKANA_NAME.finditer(ja):
        if match.span() not in sure and not any(_overlap(match.span(), span) for span in known):
            yield match[0], f'"{romanize(match[0])}"', heard(match[0], en) >= _HEARD
    for match in _LONE_WORD.finditer(ja):
        if not any(_overlap(match.span(), span) for span in sure) and (
            heard(match[0], en) < _NOT_HEARD
        ):
            yield match[0], f'"{romanize(match[0])}"', False
    for start, end, form in source.names:
        name = ja[start:end]
        is_part = "・" in (ja[start - 1 : start], ja[end : end + 1])
        if is_part or not _KATAKANA_WORD.fullmatch(name):
            continue
        if not check_terms([Term(start, end, name, form, "name")], en)[0].found:
            yield name, form, heard(name, en) >= _HEARD


def _kanji(ja: str, known: Sequence[Span], sure: Sequence[Span]) -> Iterator[str]:
    for match in _KANJI_NAME.finditer(ja):
        span = match.span("name")
        is_sure = span in sure or any(_overlap(span, other) for other in known)
        if not is_sure and not _NO_PERSON.search(match["name"]):
            yield f"{match['name']}: not in the glossary, the reading is a guess"


def _titles(ja: str, sure: Sequence[Span]) -> Iterator[str]:
    for match in _TITLE.finditer(ja):
        group = "before" if match["before"] else "after"
        if match.span(group) not in sure and not match[group].isascii():
            yield f"{match[group]}: a title, its English is a guess"


def _bodies(ja: str, sure: Sequence[Span]) -> Iterator[str]:
    for pattern in (_QUOTED_NAME, _BODY):
        for match in pattern.finditer(ja):
            inside = any(
                span[0] <= match.start("name") and match.end("name") <= span[1] for span in sure
            )
            if not inside and not _ORDINARY.match(match["name"]):
                yield f"{match['name']}: not in the glossary, the English name is a guess"


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
