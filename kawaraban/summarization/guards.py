"""What a sentence is by its form: debris, a bare quotation, or one that leans on another.

is_debris("写真：ロイター")                  → True     a caption or credit, never shown
is_bare_quote("「もう限界だ。」")            → True     nobody says who says it
announces_quote("社長はこう語った。")         → True     says who, but not what
leans_back("同氏は反対の立場だ。")           → True     says what, but not about whom
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kawaraban.types import Sentence

_MIN_CHARS = 8
_MAX_CHARS = 400  # more is a list or a table that was run together
_CREDIT = re.compile(
    r"^[（(【［\[〈<■▲▼◆●※*＊・→⇒]*\s*(?:写真|撮影|提供|画像|図版?|図表|イラスト|動画|出典|資料|出所|Photo|PHOTO|Image|©|Ⓒ|\(c\)|\(C\))"
    r"(?:[0-9０-９は]?\s*[:：＝=/／｜|はー―-]|提供|[\s　])"
    r"|[＝=/／](?:ロイター|共同|時事|ＡＰ|AP|AFP|ＡＦＰ|[^＝=。]{1,12}(?:撮影|提供))[)）]?。?$"
    r"|(?:撮影|提供|無断転載(?:を禁[じず]ます)?|転載禁止|All [Rr]ights [Rr]eserved\.?"
    r"|続きを読む|詳細はこちら|関連記事|有料会員限定)[)）。]?$"
    r"|^(?:©|Ⓒ|Copyright)"
)
# 『首相が辞意』。 / 通信社電子版『首相が辞意』 / 山陽新聞、2006年4月25日。: sources at the foot.
_REFERENCE = re.compile(
    r"^[^。「『は]{0,20}(?:『[^』]*』|“[^”]*”|\"[^\"]*\")[。\s]*$"
    r"|^[^。「]{1,30}[、,，]\s*\d{4}年\d{1,2}月\d{1,2}日(?:\d{1,2}時\d{1,2}分)?(?:付)?(?:朝刊|夕刊)?。?$"
)
_DISCLAIMER = re.compile(
    r"(?:投資|売買)(?:の)?(?:判断|勧誘|助言)[^。]{0,30}(?:もの|目的|ください|願い)"
    r"|(?:自己|自身|ご自分)の?(?:責任|判断)[^。]{0,15}(?:ください|願い)"
    r"|(?:正確性|完全性)[^。]{0,20}保証|責任を負(?:い|わ)|筆者(?:の)?個人の見解|無断(?:転載|複製)"
)
_ENDS = re.compile(r"[。｡．！？!?.」』”）)…]$")
_QUOTE_ONLY = re.compile(r"^[\s　・]*(?:「[^「」]*(?:「[^「」]*」[^「」]*)*」[\s　]*)+[。…―]*$")
_ANNOUNCES = re.compile(
    r"(?:こう|次のように|以下のように|このように)(?:[^。「」]{0,12})?"
    r"(?:述べ|語|話|説明|コメント|振り返|指摘|訴え|強調|主張|答え|明か)[^。「」]{0,8}[。:：]?$"
)
# 同社は… この急落を… しかし、… but not 同時に, 同盟国は, この夏は.
_LEANS = re.compile(
    r"^(?:同(?!時|様|盟|士|僚|意|情|感|期|一|居|窓|性|行|席|級|業他)[一-鿿ァ-ヺー]{1,8}?(?:[はがもにのをとで、]|によ)"
    r"|(?:彼|彼女|彼ら)(?:[はがもにのをと]|によ)"
    r"|これ(?:[はがもをら]|に(?:対|よ|つ|伴)|よって|より|、|まで(?!に)|で|とは)"
    r"|それ(?:[はがもをら]|に(?:対|よ|つ|伴))|そこ[にでかは]"
    r"|[こそ]の(?!夏|春|秋|冬|日|年|週|月|ほか|ほど|間|数|十|道|世|国)[^、。]{1,12}?(?:[はがもにをでと]|によ)"
    r"|[こそ]の(?:ほか|間|結果|ため|うち|際|上|後|一方|中)|こうし[たて]|そうし[たて]|そのような|このような"
    r"|また[、は]|さらに|そして|しかし|だが|ただし?、|なお、|一方(?:で、|、|で)|ところが|とはいえ|もっとも、"
    r"|つまり|それでも|しかも|例えば|たとえば|というのも|なぜなら|他方|加えて|ほかに|あわせて|続いて|次いで"
    r"|逆に|むしろ|ちなみに|実際)"
)


def is_debris(text: str) -> bool:
    """A credit, caption, reference, disclaimer, scrap without a predicate, or endless list."""
    bare = text.strip()
    if len(bare) > _MAX_CHARS:
        return True
    if len(bare) < _MIN_CHARS and not _ENDS.search(bare):
        return True
    if not any(char.isalnum() for char in bare):
        return True
    return any(rule.search(bare) for rule in (_CREDIT, _REFERENCE, _DISCLAIMER))


def is_bare_quote(text: str) -> bool:
    """Nothing but 「…」: without its speaker it is a claim of the digest's own."""
    return _QUOTE_ONLY.match(text) is not None


def announces_quote(text: str) -> bool:
    """社長は次のように述べた。 — empty without the quotation that follows."""
    return _ANNOUNCES.search(text) is not None


def leans_back(text: str) -> bool:
    """Opens with a pronoun or connective, or its quotation began in another sentence."""
    return _LEANS.match(text) is not None or text.count("「") != text.count("」")


def units(sentences: Sequence[Sentence]) -> list[tuple[int, ...]]:
    """Sentences that may be chosen, those that belong together as one unit; debris is in none.

    Sentences 4 社長はこう語った。 and 5 「退くつもりはない。」 are the unit (4, 5).
    """
    glued = [False] * len(sentences)  # to the sentence before
    for i, sentence in enumerate(sentences):
        if is_bare_quote(sentence.text):
            speaker = _speaker(sentences, i)
            if speaker is not None:
                glued[max(i, speaker)] = True
    found: list[list[int]] = []
    for i, sentence in enumerate(sentences):
        if glued[i] and found and found[-1][-1] == i - 1:
            found[-1].append(i)
        elif not is_debris(sentence.text):
            found.append([i])
    return [tuple(unit) for unit in found]


def _speaker(sentences: Sequence[Sentence], quote: int) -> int | None:
    """The neighbour that says who speaks: one that announces, else the next, else the one before.

    社長は首を振った。「もう遅い。」彼は席を立った。 → 彼は席を立った。
    """
    before = quote - 1 if quote > 0 and not is_debris(sentences[quote - 1].text) else None
    if before is not None and announces_quote(sentences[before].text):
        return before
    if quote + 1 < len(sentences):
        after = sentences[quote + 1]
        same = after.paragraph == sentences[quote].paragraph
        if same and not is_bare_quote(after.text) and not is_debris(after.text):
            return quote + 1
    return before
