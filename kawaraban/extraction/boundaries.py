"""Where one article ends and the next begins, by evidence that adds up.

In: what stands before a paragraph (the open article, headlines, what was dropped in between) and
the paragraphs that follow. Out: points; `starts_article` compares their sum to a threshold.
Example: after 「（共同）」, 「【ロンドン＝架空太郎】英政府は…」 opens one without a headline.
Add a sign: one function below with its example, one row in `SIGNS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kawaraban.extraction import cohesion, forms
from kawaraban.extraction.blocks import HEADING_TAGS, Judged

THRESHOLD = 2.0  # points, if headlines stand before the paragraph
_TERMS_CHARS = 1_500  # of each paragraph
THRESHOLD_BARE = 3.0  # points, if none does


@dataclass(frozen=True, slots=True)
class Gap:
    """All that one looks at to decide whether an article starts here."""

    title: Judged | None  # of the open article
    paragraphs: Sequence[str]  # of the open article, the last ones
    group: int  # of the open article
    heads: Sequence[Judged]  # headlines and key points since its last paragraph
    between: Sequence[Judged]  # blocks dropped since its last paragraph
    section: str  # the paragraphs up to the next headline
    section_group: int
    n_articles: int  # found so far, the open one included
    lists_articles: bool  # the page says so: 「…に関するニュース一覧」, a contents list
    marked_up: bool  # the page has elements, so that it could set a new article apart
    similarity: Callable[[], float] | None = None  # cosine of text and section, with an encoder

    @property
    def n_chars(self) -> int:
        return sum(map(len, self.paragraphs))

    @property
    def terms(self) -> frozenset[str]:
        """What the open article has spoken of so far."""
        known: frozenset[str] = frozenset()
        return known.union(*(cohesion.terms(p[:_TERMS_CHARS]) for p in self.paragraphs))

    @property
    def first_head(self) -> Judged | None:
        return self.heads[0] if self.heads else None


def starts_article(gap: Gap) -> bool:
    """Is `gap.section` the begin of another article? The costly signs are read last."""
    threshold = THRESHOLD if gap.heads else THRESHOLD_BARE
    total = sum(sign(gap) for sign in SIGNS)
    if total + _MAX_WORDS + _MAX_MEANING < threshold:
        return False
    words = _words(gap)
    total += words
    if gap.similarity is None or (words < 0 and not gap.heads):
        return total >= threshold
    return total + _meaning(gap) >= threshold


def explain(gap: Gap) -> dict[str, float]:
    """The signs that spoke, by name: what to read when a page is cut wrong."""
    found = {sign.__name__.strip("_"): sign(gap) for sign in (*SIGNS, _words)}
    found["meaning"] = _meaning(gap)
    return {name: value for name, value in found.items() if value}


def _element(gap: Gap) -> float:
    """Another <article>; or two parts of one among several."""
    if gap.group != gap.section_group:
        return 5.0 if gap.section_group and gap.heads else 1.5
    return -3.0 if gap.group and not any(h.block.tag == "h1" for h in gap.heads) else 0.0


def _unparted(gap: Gap) -> float:
    """<p>…</p><p>…</p>: a page that could have set a headline or a line in between did not."""
    return -2.0 if gap.marked_up and not gap.heads and not gap.between else 0.0


def _heading_level(gap: Gap) -> float:
    """<h2> after an article under <h1> is a subhead; after one under <h2> a title."""
    levels = [int(h.block.tag[1]) for h in gap.heads if h.block.tag in HEADING_TAGS]
    if not levels:
        return 0.0
    if min(levels) == 1:
        return 4.0
    if gap.title is None or gap.title.block.tag not in HEADING_TAGS:
        return 0.5
    return 2.5 if min(levels) <= int(gap.title.block.tag[1]) else -2.5


def _mark(gap: Gap) -> float:
    """「■日銀、…」 after an article whose title has 「■」 too."""
    own = forms.title_mark(gap.title.text) if gap.title else ""
    marks = [forms.title_mark(h.text) for h in gap.heads]
    if own:
        unlike = -1.0 if gap.heads and own not in "【＜<《" else 0.0
        return 2.5 if own in marks else unlike
    return 0.0


def _parted(gap: Gap) -> float:
    """A line of signs, a byline, a date, a list of other headlines in between."""
    rules = {item.rule for item in gap.between}
    labels = {item.label for item in gap.between}
    best = 0.0
    if "nav.ruler" in rules:
        best = 2.0
    if "author_note" in labels:
        best = max(best, 2.0)
    if "date" in labels:
        best = max(best, 1.5)
    if labels & {"disclaimer", "teaser", "related", "table"} - set(_inline(gap)):
        best = max(best, 1.0)
    return best


def _inline(gap: Gap) -> list[str]:
    """A single related link or teaser inside an article parts nothing."""
    related = [item for item in gap.between if item.label in ("related", "teaser")]
    return [item.label for item in related] if len(related) <= 1 else []


def _structure(gap: Gap) -> float:
    """A headline and key points, several lines, not marked as a list."""
    plain = [h for h in gap.heads if not forms.is_bullet(h.text)]
    return 1.5 if len(gap.heads) >= 3 and plain else 0.0


def _dateline(gap: Gap) -> float:
    """「【ロンドン＝架空太郎】」 or 「[東京 25日 ロイター]」 opens a wire story."""
    return 3.0 if DATELINE.match(gap.section) else 0.0


DATELINE = re.compile(
    r"^[\s　]*(?:[【\[［(（〔][^】\]］)）〕。]{1,30}"
    r"(?:[=＝][^】\]］)）〕。]{1,20}|\d{1,2}日[^】\]］)）〕。]{0,20}|"
    r"(?:ロイター|共同|時事|AFP|ブルームバーグ|Bloomberg)[^】\]］)）〕。]{0,12})[】\]］)）〕]|"
    r"[(（](?:ブルームバーグ|Bloomberg|ロイター|共同|時事|AFP)[)）]\s*(?:[:：]|-{1,2}|―|—)?|"
    r"[一-鿿ァ-ヶA-Z]{2,10}[\s　]*[（(]?\d{1,2}日[\s　]*(?:ロイター|共同|時事|AFP|ブルームバーグ))"
)


def _lede(gap: Gap) -> float:
    """「日銀は31日の会合で…決めた。」: a day early in the first sentence, the past at its end."""
    found = _FIRST_SENTENCE.match(gap.section)
    if found is None:
        return 0.0
    sentence = found.group()
    day = _DAY.search(sentence[:_DAY_WITHIN_CHARS])
    if day and re.search(r"(?:た|ました)。$", sentence):
        return 1.5
    if day and _REPORT.search(sentence):
        return 1.0
    return 0.5 if _REPORT.search(sentence[-14:]) else 0.0


_FIRST_SENTENCE = re.compile(r"(?:「[^「」]{0,200}」|[^。「」]){5,240}。")
_DAY_WITHIN_CHARS = 45
_DAY = re.compile(
    r"(?<!\d年)(?<!\d{4}年\d月)(?<!\d{4}年\d{2}月)\d{1,2}日(?!間|以内|後|連続|目|ぶり|前)|[月火水木金土日]曜日"
)
_REPORT = re.compile(
    r"発表し|明らかに(?:し|なっ)|公表し|決め(?:た|まし)|決定し|公開し|表明し|発売(?:する|し)|開始(?:する|し)|合意し|報じ|分かった|"
    r"わかった|可決|承認し|提出し|逮捕|死去|発生し|観測し|開幕|閉幕|取引を終え|終値は|始まった|始まり|突破し|禁止し|下しま|下した|"
    r"述べた|語った|開(?:いた|かれ)|行(?:った|われ|いまし)|打ち上げ|就任|辞任|設立|買収|提携|投入|引き(?:上|下)げ"
)


def _opener(gap: Gap) -> float:
    """「しかし、」「同社は」「この裁定は」 go on with what was said."""
    return -2.0 if _GOES_ON.match(gap.section) or _SPEECH.match(gap.section) else 0.0


_SPEECH = re.compile(r"^[\s　]*(?:―{2}|——|──|[QＱAＡ]\s*[.．：:]|「[^」]*」(?:$|\n))")


_GOES_ON = re.compile(
    r"^[\s　]*(?:しかし|だが|ただ(?:し|、)|また、|さらに|一方|そして|そこ(?:で|に)|"
    r"これ(?:に|は|を|ら|まで)|"
    r"この|その|それ|こうした|そうした|同(?:社|氏|日|国|省|庁|署|行|会|紙|時|様)|もっとも|なお、|とはいえ|"
    r"つまり|例えば|たとえば|実際|具体的|とりわけ|特に|むしろ|加えて|だから|したがって|このため|"
    r"こう(?:いう|いった|して)|彼(?:は|女|ら)|もちろん|ところが|ところで|では、|次に|最後に|第[二三]に|"
    r"両(?:国|社|者|氏))"
)


def _words(gap: Gap) -> float:
    """Few words of the section were said before."""
    section = cohesion.terms(gap.section[:800])
    if sum(map(len, section)) < 30 or gap.n_chars < 80:
        return 0.0
    shared = cohesion.share(section, gap.terms)
    if shared > 0.22:
        return -2.0 if shared > 0.35 else -1.0
    known_enough = gap.n_chars >= 300
    if shared < 0.05:
        return 2.0 if known_enough else 1.0
    return 1.0 if shared < 0.10 and known_enough else 0.0


def _meaning(gap: Gap) -> float:
    """Sentence vectors of the section point where those of the article do, or elsewhere.

    Below a headline the theme of a page may be one and its articles several, so that nearness says
    less there. English quotations lie far from everything and say nothing.
    """
    if gap.similarity is None or forms.japanese_share(gap.section[:200]) < _MIN_JAPANESE:
        return 0.0
    similarity = gap.similarity()
    table = _NEAR_BELOW_HEADLINE if gap.heads else _NEAR
    points = next(points for below, points in table if similarity < below)
    scarce = gap.n_chars < _MIN_KNOWN_CHARS or len(gap.section) < _MIN_SECTION_CHARS
    return points / 2 if scarce and points > 0 else points


_MIN_KNOWN_CHARS = 200  # two short paragraphs of one article may lie far apart
_MIN_SECTION_CHARS = 100
_NEAR = ((0.12, 2.5), (0.2, 1.5), (0.3, 0.5), (0.4, -1.0), (0.55, -2.0), (2.0, -3.0))
_NEAR_BELOW_HEADLINE = ((0.12, 2.5), (0.2, 1.5), (0.3, 0.5), (0.5, 0.0), (2.0, -0.5))
_MIN_JAPANESE = 0.5
_MAX_MEANING = 2.5
_MAX_WORDS = 2.0


def _title_length(gap: Gap) -> float:
    """Titles are long, subheads short."""
    if not gap.heads:
        return 0.0
    n_chars = max(len(h.text) for h in gap.heads)
    return 0.5 if n_chars >= 18 else -1.0 if n_chars <= 12 else 0.0


def _title_form(gap: Gap) -> float:
    """「架空市、路面電車の延伸を断念」: who, a comma, what; two parts; 「〔東京外為〕ドル…」."""
    if any(_TITLE_TAG.match(h.text) for h in gap.heads[:2]):
        return 1.5
    return 0.5 if any(_TITLE_FORM.match(h.text) for h in gap.heads[:2]) else 0.0


_TITLE_TAG = re.compile(r"^[〔【\[［][^〕】\]］]{1,12}[〕】\]］][\s　]*[^\s　〕】]{6,}")


_TITLE_FORM = re.compile(r"^[^、。\s　]{2,14}、\S|^\S{8,30}[\s　]\S{5,}")


def _numbered(gap: Gap) -> float:
    """「理由その1 預金が足りない」 below a title without a number parts an article."""
    if gap.first_head is None or (gap.title and _NUMBER.match(gap.title.text)):
        return 0.0
    return -2.0 if _NUMBER.match(gap.first_head.text) else 0.0


_NUMBER = re.compile(
    r"^[\s　■◆●【]*(?:(?:理由|ポイント|その|第|背景|論点|疑問|対策|STEP|Step)?(?:その)?"
    r"[\d０-９一二三四五①-⑩]{1,2}(?:[\s　.．、:：】)）章部位]|つ目))"
)


def _title_known(gap: Gap) -> float:
    """A headline all of whose words were said before is a subhead."""
    if gap.first_head is None:
        return 0.0
    return -1.0 if cohesion.share(cohesion.terms(gap.first_head.text), gap.terms) > 0.5 else 0.0


def _page(gap: Gap) -> float:
    """A page that has had two articles, or calls itself a list of them, has more."""
    if not gap.heads:
        return 0.0
    return (1.0 if gap.n_articles >= 2 else 0.0) + (1.0 if gap.lists_articles else 0.0)


SIGNS: tuple[Callable[[Gap], float], ...] = (
    _element,
    _unparted,
    _heading_level,
    _mark,
    _parted,
    _structure,
    _dateline,
    _lede,
    _opener,
    _title_length,
    _title_form,
    _numbered,
    _title_known,
    _page,
)
