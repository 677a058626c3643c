"""What a block is by what stands beside it: lists, tables, doubled captions, sections.

In and out: the same blocks, some with a new class and rule. Each pass is one function that changes
labels and nothing else. Example: after 「最新ニュース」 every headline up to the next article is
`related`, rule `related.listed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kawaraban.extraction import forms
from kawaraban.extraction.blocks import HEADING_TAGS, LOOSE, Judged, relabel
from kawaraban.extraction.cues import has_disclaimer_word
from kawaraban.extraction.lists import contents, listed, teaser_pairs


def judge_together(judged: list[Judged]) -> list[Judged]:
    """All passes, in the order of `PASSES`."""
    for step in PASSES:
        judged = step(judged)
    return judged


def doubled(judged: list[Judged]) -> list[Judged]:
    """The caption that a page prints twice: 「…衝撃を与えた。(AP)」「…衝撃を与えた。(AP)」."""
    out = list(judged)
    titled = False  # a headline stands above the line before
    for i in range(1, len(out)):
        text = out[i].text
        titled = titled or (i >= 2 and out[i - 2].label == "heading")
        if text != out[i - 1].text or out[i].label in ("nav", "table", "related", "ad"):
            continue
        if _reads_as_caption(out[i], titled=titled):
            relabel(out, i - 1, "caption", "caption.doubled")
            relabel(out, i, "caption", "caption.doubled")
        elif out[i].label in ("body", "heading", "key_point"):
            relabel(out, i, "duplicate", "duplicate.line")
    return out


def _reads_as_caption(item: Judged, *, titled: bool) -> bool:
    """A doubled sentence; or a doubled line that is not the first one, which is a title."""
    text = item.text
    if len(text) > 160 or forms.n_full_stops(text) > 2 or item.block.tag in HEADING_TAGS:
        return False
    return titled or forms.is_prose(text)


def tables(judged: list[Judged]) -> list[Judged]:
    """Label cells between figures: 「日経平均」 「39,500」 「+0.3%」 「TOPIX」 「2,790」."""
    out = list(judged)
    i = 0
    while i < len(out):
        if not _may_be_cell(out[i]):
            i += 1
            continue
        end = i
        while end < len(out) and _may_be_cell(out[end]):
            end += 1
        n_figures = sum(out[k].label == "table" for k in range(i, end))
        if n_figures >= 2:
            _mark_table(out, i, end)
        i = end
    return out


def _may_be_cell(item: Judged) -> bool:
    if item.label == "table":
        return True
    short = len(item.text) <= 30 and item.block.tag not in HEADING_TAGS
    return short and item.label in ("heading", "key_point", "nav") and item.rule != "nav.ruler"


def _mark_table(out: list[Judged], start: int, end: int) -> None:
    """From the first to the last row; a label before and one after belong if they touch."""
    rows = [k for k in range(start, end) if out[k].label == "table"]
    first, last = rows[0], rows[-1]
    while first > start and not out[first].block.blank_before:
        first -= 1
    if first > start and _TABLE_HEAD.search(out[first - 1].text):
        first -= 1
    cells = range(first, last + 1)
    dense = len(rows) >= 0.3 * len(cells)
    for k in cells:
        if out[k].label != "table" and (dense or k < rows[0]):
            relabel(out, k, "table", "table.label")


_TABLE_HEAD = re.compile(
    r"(?:経済)?(?:指標|イベント)(?:カレンダー|発表)?|(?:主な|本日の|今日の|今後の|今週の).{0,14}(?:予定|日程|スケジュール|指標|イベント)|"
    r"カレンダー|相場表|株価(?:一覧|表)|値(?:上|下)がり率|市場データ|マーケット(?:データ|情報|概況)|為替レート|終値一覧|NY市場|東京市場|主要指標"
)


def table_heads(judged: list[Judged]) -> list[Judged]:
    """「【本日の主な経済指標】」 directly above a table belongs to it."""
    out = list(judged)
    for i in range(len(out) - 2, -1, -1):
        below = out[i + 1]
        short = out[i].label in LOOSE and len(out[i].text) <= 40
        if below.label == "table" and short and _TABLE_HEAD.search(out[i].text):
            relabel(out, i, "table", "table.head")
    return out


def schedules(judged: list[Judged]) -> list[Judged]:
    """Rows 「8/1（金）米雇用統計」 in a run: a calendar, also without times."""
    out = list(judged)
    run: list[int] = []
    for i, item in enumerate([*out, None]):
        if item is not None and item.label in LOOSE and _SCHEDULE_ROW.match(item.text):
            run.append(i)
            continue
        if len(run) >= 2:
            for k in run:
                relabel(out, k, "table", "table.schedule")
        run = []
    return out


_SCHEDULE_ROW = re.compile(
    r"^[・\s]*(?:\d{1,2}[/月]\d{1,2}日?|\d{1,2}日)[\s　]*(?:[(（][月火水木金土日祝・]+[)）])?"
    r"[\s　:：]*\S.{0,50}$"
)


def disclaimer_sections(judged: list[Judged]) -> list[Judged]:
    """Below 「【免責事項】」 what speaks of risk or responsibility, up to the next title."""
    out = list(judged)
    inside = below_head = False
    for i, item in enumerate(out):
        if item.label == "disclaimer":
            inside = True
            below_head = below_head or item.rule == "disclaimer.head"
        elif inside and item.label in ("body", "heading", "key_point"):
            touches = below_head and item.block.tag == "line" and not item.block.blank_before
            cue = has_disclaimer_word(item.text) and not forms.title_mark(item.text)
            if touches or cue:
                relabel(out, i, "disclaimer", "disclaimer.section")
            else:
                inside = below_head = False
    return out


def after_ad_mark(judged: list[Judged]) -> list[Judged]:
    """The line below a bare 「PR」."""
    out = list(judged)
    for i in range(len(out) - 1):
        below = out[i + 1]
        bare = out[i].rule == "ad.mark" and len(out[i].text) <= 12
        if bare and below.label in LOOSE and not below.block.blank_before:
            relabel(out, i + 1, "ad", "ad.below_mark")
    return out


def profiles(judged: list[Judged]) -> list[Judged]:
    """Name and vita below 「筆者プロフィール」."""
    out = list(judged)
    for i, item in enumerate(out):
        if item.rule != "author_note.profile_head":
            continue
        for k in range(i + 1, min(i + 4, len(out))):
            near = out[k]
            if near.label in LOOSE and len(near.text) <= 40 and k == i + 1:
                relabel(out, k, "author_note", "author_note.below_head")
            elif near.label == "body" and len(near.text) <= 400:
                relabel(out, k, "author_note", "author_note.below_head")
                break
            elif near.label != "author_note":
                break
    return out


def site_names(judged: list[Judged]) -> list[Judged]:
    """Who publishes, above the first title: 「架空証券 マーケット情報」, 「株式会社架空」."""
    out = list(judged)
    first_body = next((i for i, item in enumerate(out) if item.label == "body"), len(out))
    above = out[: min(first_body, 40)]
    points = [i for i, item in enumerate(above) if item.rule == "nav.key_points_head"]
    end = points[0] if points else len(above)
    loose = [i for i in range(end) if out[i].label in LOOSE]
    for i in loose[:-1]:
        if _SITE_NAME.match(out[i].text) and out[i].block.tag != "h1":
            relabel(out, i, "nav", "nav.site_name")
    return out


_SITE_NAME = re.compile(
    r"^(?:株式会社|有限会社|一般社団法人|国立大学法人)[^、。「」\s]{2,20}$|^[^、。「」\s]{2,20}株式会社$|"
    r"^[^、。「」]{2,20}(?:新聞|新報|日報|ニュース|オンライン|デジタル|ブログ|通信社?|電子版|ポータル|マガジン|"
    r"Online|News|Times|放送|テレビ|情報|短信|レポート|だより|ダイジェスト|ウィークリー|NEWS)$"
)


def key_points(judged: list[Judged]) -> list[Judged]:
    """Lines below 「この記事のポイント」; bullets with 。 between a title and its body."""
    out = list(judged)
    for i, item in enumerate(out):
        if item.rule != "nav.key_points_head":
            continue
        for k in range(i + 1, min(i + 16, len(out))):
            near = out[k]
            bullet = forms.is_bullet(near.text) or near.block.tag in ("li", "dd")
            group_ends = near.block.blank_before and k > i + 1 and near.block.tag == "line"
            if near.label not in (*LOOSE, "body") or (group_ends and not bullet):
                break
            if near.label == "body" and not bullet:
                break
            relabel(out, k, "key_point", "key_point.below_head")
    return _bulleted_sentences(out)


def _bulleted_sentences(out: list[Judged]) -> list[Judged]:
    """「・日銀は金利を据え置いた。」 twice or more below a title, plain prose below them."""
    i = 0
    while i < len(out):
        end = i
        while end < len(out) and _is_bulleted(out[end]):
            end += 1
        below_title = i > 0 and out[i - 1].label in ("heading", "date", "caption", "author_note")
        if end - i >= 2 and below_title and end < len(out) and out[end].label == "body":
            for k in range(i, end):
                relabel(out, k, "key_point", "key_point.bullets")
        i = max(end, i + 1)
    return out


def _is_bulleted(item: Judged) -> bool:
    marked = forms.is_bullet(item.text) or item.block.tag == "li"
    return marked and item.label in ("body", "key_point", "heading") and len(item.text) <= 160


PASSES: tuple[Callable[[list[Judged]], list[Judged]], ...] = (
    doubled,
    schedules,
    tables,
    table_heads,
    disclaimer_sections,
    contents,
    teaser_pairs,
    listed,
    after_ad_mark,
    profiles,
    site_names,
    key_points,
)
