"""What each block of a page is: one class and one rule id, decided by features one can read.

In: a `Page`. Out: one `Judged` for each block, same order. First each block alone (`RULES`, then
the cue table), then by its neighbours (neighbours.py). Example: 「お客様は…責任を負いません。」 →
`disclaimer`, rule `disclaimer.own_voice`. Add a rule: one function with its example, one row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kawaraban.extraction import dates, forms
from kawaraban.extraction.cues import Cue, is_disclaimer_prose, match_cue
from kawaraban.extraction.page import Page
from kawaraban.extraction.text import is_ruler
from kawaraban.types import Block, BlockClass

HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A block, its class, and the rule that decided."""

    block: Block
    label: BlockClass
    rule: str
    group: int = 0

    @property
    def text(self) -> str:
        return self.block.text


Verdict = tuple[BlockClass, str]
LOOSE = frozenset({"heading", "key_point"})  # may be a title, a key point, or neither


def relabel(judged: list[Judged], at: int, label: BlockClass, rule: str) -> None:
    """Changes one verdict in place."""
    judged[at] = replace(judged[at], label=label, rule=rule)


def judge_alone(page: Page) -> list[Judged]:
    """Each block by itself."""
    judged = []
    for block, group in zip(page.blocks, page.groups, strict=True):
        label, rule = _judge(block)
        judged.append(Judged(block, label, rule, group))
    return judged


def _judge(block: Block) -> Verdict:
    for rule in RULES:
        if verdict := rule(block):
            return verdict
    return _by_form(block)


def _ruler(block: Block) -> Verdict | None:
    """「━━━━━━━━」"""
    return ("nav", "nav.ruler") if is_ruler(block.text) else None


def _landmark(block: Block) -> Verdict | None:
    """<nav>, <footer>, <form>, and boxes named after what they hold: class="related"."""
    label = _LANDMARKS.get(block.section)
    if label is None:
        return None
    if label == "nav" and is_disclaimer_prose(block.text):
        return "disclaimer", "disclaimer.own_voice"
    if (cue := match_cue(block.text)) and cue.label in _TELLS_MORE:
        return cue.label, cue.rule
    return label, f"{label}.in_{block.section}"


_TELLS_MORE = frozenset({"disclaimer", "ad", "teaser", "date", "nav"})
_LANDMARKS: dict[str, BlockClass] = {
    "nav": "nav",
    "footer": "nav",
    "form": "nav",
    "share": "nav",
    "comment": "related",
    "aside": "related",
    "related": "related",
    "ranking": "related",
    "ad": "ad",
    "author": "author_note",
    "disclaimer": "disclaimer",
    "breadcrumb": "nav",
}


def _element(block: Block) -> Verdict | None:
    """<figcaption>, <time>, a row of a <table>, a <button>."""
    if block.tag in ("figcaption", "caption"):
        return "caption", f"caption.{block.tag}"
    in_cell = block.tag in ("td", "th")
    if in_cell and ("\t" in block.text or forms.is_numeric_cell(block.text)):
        return "table", "table.element"
    if block.tag == "th" and len(block.text) <= 30:
        return "table", "table.element"
    if block.tag in ("button", "label", "option", "select", "legend", "address"):
        return "nav", "nav.control"
    if block.tag == "time":
        return "date", "date.element"
    return None


def _stamp(block: Block) -> Verdict | None:
    """「2025年8月1日 10時30分 更新」"""
    return ("date", "date.stamp") if dates.is_stamp(block.text) else None


def _main_heading(block: Block) -> Verdict | None:
    """<h1>: the title of a page even if it reads like a cue, 「写真：災害の記録」."""
    if block.tag != "h1" or len(block.text) > 200:
        return None
    cue = match_cue(block.text)
    if cue and cue.rule in ("nav.listing", "nav.words", "nav.list_head", "disclaimer.copyright"):
        return cue.label, cue.rule
    return "heading", "heading.h1"


def _cue_word(block: Block) -> Verdict | None:
    """The table of cue words (cues.py)."""
    cue: Cue | None = match_cue(block.text)
    return (cue.label, cue.rule) if cue else None


def _menu(block: Block) -> Verdict | None:
    """「国内　国際　テック　将棋　おくやみ」: many short words, some known from menus."""
    words = re.split(r"[\s　|｜/／・]+", block.text) if len(block.text) <= 200 else []
    if len(words) < 4 or max(map(len, words)) > 12 or "、" in block.text or "。" in block.text:
        return None
    n_known = sum(bool((cue := match_cue(word)) and cue.rule == "nav.words") for word in words)
    return ("nav", "nav.menu") if n_known >= 3 and n_known >= 0.4 * len(words) else None


def _row_of_figures(block: Block) -> Verdict | None:
    """「日経平均　39,500.12　+123.45　+0.31%」, 「21:30 米・雇用統計 予想 11.0万人」"""
    text = block.text
    if len(text) > 200 or forms.ends_full_stop(text):
        return None
    n_cells = len([cell for cell in re.split(r"[\s　|｜]+", text) if cell])
    n_numeric = forms.n_numeric_cells(text)
    if n_numeric >= 2 and n_numeric >= 0.4 * n_cells:
        return "table", "table.figures"
    if n_numeric and n_numeric == n_cells:
        return "table", "table.cell"
    if _CALENDAR_ROW.search(text) or (
        len(_COLUMN_HEADS.findall(text)) >= 2 and n_cells >= 2 and len(text) <= 80
    ):
        return "table", "table.calendar"
    if re.search(r"\t| {3,}|　{2,}", text) and n_cells >= 3 and n_numeric:
        return "table", "table.columns"
    return None


_CALENDAR_ROW = re.compile(
    r"^(?:\d{1,2}[/月]\d{1,2}日?(?:\s*[(（].[)）])?[\s　]*)?"
    r"(?:(?:翌|深夜)?\d{1,2}[:：]\d{2}|未定|時刻未定)[\s　|｜～~-]+\S.{0,80}$|"
    r"(?:予想|前回|結果|市場予想)[\s　:：]*[▲△+\-−]?[\d.]+.{0,12}"
    r"(?:前回|結果|予想|前月)[\s　:：]*[▲△+\-−]?[\d.]+"
)
_COLUMN_HEADS = re.compile(
    r"時刻|時間|国名|指標|(?:市場)?予想|結果|前回|重要度|銘柄|コード|現在値|終値|始値|高値|安値|前日比|"
    r"騰落率|出来高|売買代金|単位|通貨|値段|順位"
)


def _linked(block: Block) -> Verdict | None:
    """A line that is a link from end to end and no heading."""
    if block.link_density < 0.6 or block.tag in HEADING_TAGS:
        return None
    if forms.is_prose(block.text) and (block.link_density < 0.9 or len(block.text) > 120):
        return None
    if forms.is_headline(block.text) and len(block.text) >= 12:
        return "related", "related.link"
    return "nav", "nav.link"


def _disclaimer_prose(block: Block) -> Verdict | None:
    """「本資料は情報提供を目的としたもので、当社は一切の責任を負いません。」"""
    return ("disclaimer", "disclaimer.own_voice") if is_disclaimer_prose(block.text) else None


def _truncated(block: Block) -> Verdict | None:
    """「政府は25日、追加の経済対策を……」: cut off by a list page."""
    if not _CUT_OFF.search(forms.tail(block.text)):
        return None
    long_enough = len(block.text) >= 12 or not forms.has_japanese(block.text)
    return ("teaser", "teaser.cut_off") if long_enough else None


_CUT_OFF = re.compile(
    r"(?:…{1,3}|\.{3,}|・{3}|‥+)[\s　]*(?:[\[［(（]?(?:続き|続く|more|全文|もっと).{0,8})?$"
)


def _no_japanese(block: Block) -> Verdict | None:
    """「Home」, 「Share on X」: a short line without kana or kanji."""
    if forms.has_japanese(block.text) or block.tag in HEADING_TAGS:
        return None
    return (
        ("nav", "nav.latin")
        if len(block.text) <= 60 and not forms.ends_sentence(block.text)
        else None
    )


RULES: tuple[Callable[[Block], Verdict | None], ...] = (
    _ruler,
    _landmark,
    _element,
    _stamp,
    _main_heading,
    _cue_word,
    _menu,
    _row_of_figures,
    _linked,
    _disclaimer_prose,
    _truncated,
    _no_japanese,
)


def _by_form(block: Block) -> Verdict:
    """Nothing spoke against it: prose is body, the rest may be a headline or key point."""
    text = block.text
    if block.tag in HEADING_TAGS and len(text) <= 200:
        return "heading", f"heading.{block.tag}"
    if forms.is_bullet(text) and not forms.ends_full_stop(text) and len(text) <= 110:
        return "key_point", "key_point.bullet"
    if forms.is_prose(text) or not forms.has_japanese(text):
        return "body", "body.prose"
    if block.tag == "p" and "。" in text and len(text) >= 25:
        return "body", "body.paragraph"
    if len(text) < 2:
        return "nav", "nav.fragment"
    return "heading", "heading.line"
