"""Whether a glossary entry stands in a text as a word of its own.

    stands_at(entry, "コモディティ", 2)    → False for モディ
    stands_at(entry, "小林健太が", 0)      → False for 小林健: a role or a particle must follow

Texts and entries come in their form for comparing (`terms.flat`).
"""

from __future__ import annotations

import re

from kawaraban.translation.term_files import Entry
from kawaraban.translation.terms import HONORIFICS, PEOPLE

_PLACES = frozenset({"country", "region", "city", "state", "prefecture"})
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
_KANJI = re.compile(r"[一-龥々]")
# 琴欧州, 我那覇: two characters inside a longer word; 在米, 東大阪, 訪中 are not.
_INSIDE = re.compile(
    r"[一-龥々](?<![在訪対駐反親旧元前新米英独仏中韓日台露豪両各全現同本省都道府県市町村区郡大東西南北約月年日時])[一-龥]"
)
_TAILS = re.compile(r"(?<=大連)立|的(?=[なにだで])|家(?=[のはが、])")


def stands_at(entry: Entry, flat: str, start: int, *, floor: int = 0) -> bool:
    """Whether the entry, with which `flat[start:]` begins, is a whole word there; before
    `floor` other terms were found.
    """
    length = len(entry.ja)
    if _TAILS.match(flat, start + length):
        return False
    if start > floor and length == 2 and _INSIDE.search(flat, max(0, start - 1), start + 1):
        return False
    return _is_word(flat, start, start + length, entry)


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
