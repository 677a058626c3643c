"""Lists of other articles: what stands below 「最新ニュース」, in a contents list, before 「…」.

In and out: the same blocks, some with a new class and rule; a part of the passes of neighbours.py.
Example: after 「関連記事」 the lines up to the title of the next article are `related.listed`.
"""

from __future__ import annotations

import re

from kawaraban.extraction import cohesion, forms
from kawaraban.extraction.blocks import LOOSE, Judged, relabel
from kawaraban.types import BlockClass


def listed(judged: list[Judged]) -> list[Judged]:
    """Headlines below 「最新ニュース」 or 「目次」, up to where an article begins again."""
    out = list(judged)
    for i, item in enumerate(out):
        if item.rule not in ("nav.list_head", "nav.contents"):
            continue
        label: BlockClass = "related" if item.rule == "nav.list_head" else "nav"
        end = i + 1
        while end < len(out) and _can_be_listed(out[end], item):
            end += 1
        stop = _give_back(out, i + 1, end)
        for k in range(i + 1, stop):
            if out[k].label in LOOSE or (out[k].label == "body" and len(out[k].text) <= 110):
                relabel(out, k, label, f"{label}.listed")
    return out


def _can_be_listed(item: Judged, head: Judged) -> bool:
    if item.label == "body":
        return len(item.text) <= 110 and forms.is_numbered(item.text)
    if item.block.tag == "h1" or item.rule == "nav.ruler":
        return False
    return item.rule not in ("nav.list_head", "nav.contents")


def _give_back(out: list[Judged], start: int, end: int) -> int:
    """Where in a list the title of the article below it stands; `end` if none is below."""
    if end >= len(out) or out[end].label != "body" or start >= end:
        return end
    loose = [k for k in range(start, end) if out[k].label in LOOSE]
    body = cohesion.terms(out[end].text[:600])
    best = end
    for k in reversed(loose):
        relevant = cohesion.share(cohesion.terms(out[k].text), body) >= 0.34
        first_of_group = out[k].block.blank_before or k == loose[-1]
        if relevant and first_of_group:
            best = k
        elif best != end and not relevant and len(out[k].text) >= 20:
            break
    if best == end and loose and out[loose[-1]].block.blank_before and len(loose) > 1:
        return loose[-1]
    return best


def contents(judged: list[Judged]) -> list[Judged]:
    """A line of a contents list that comes again below as a title: 「1. 日銀、利上げ見送り」."""
    out = list(judged)
    later: dict[str, int] = {}
    for i in range(len(out) - 1, -1, -1):
        item = out[i]
        key = _title_key(item.text)
        if item.label in ("heading", "key_point") and len(key) >= 8:
            if key in later and not _leads_to_body(out, i) and _leads_to_body(out, later[key]):
                relabel(out, i, "nav", "nav.contents_line")
            later.setdefault(key, i)
    return out


def _title_key(text: str) -> str:
    return re.sub(
        r"^[\s　■□◆◇●○・【\[［(（<＜]*(?:第?[\d０-９①-⑳一二三四五]{1,3}\s*[.．、)）:：\]］】]?)?|"
        r"[\s　】\]］…]+",
        "",
        text,
    )


def _leads_to_body(out: list[Judged], at: int) -> bool:
    for item in out[at + 1 : at + 25]:
        if item.label == "body":
            return True
        if item.label == "heading" and len(item.text) >= 18 and item.block.blank_before is False:
            return False
    return False


def teaser_pairs(judged: list[Judged]) -> list[Judged]:
    """Headline and cut-off lede of another article; prose just before 「続きを読む」."""
    out = list(judged)
    for i, item in enumerate(out):
        if item.label != "teaser" or i == 0:
            continue
        if (
            item.rule == "teaser.read_on"
            and out[i - 1].label == "body"
            and len(out[i - 1].text) <= 220
        ):
            before = [out[k].label for k in range(max(0, i - 4), i - 1)]
            if "body" not in before:
                relabel(out, i - 1, "teaser", "teaser.before_read_on")
        k = i - 1
        while (
            k >= 0
            and out[k].label in ("teaser", "date", "caption", "nav")
            and out[k].rule != "nav.ruler"
        ):
            k -= 1
        if k >= 0 and out[k].label in LOOSE and out[k].block.tag != "h1":
            relabel(out, k, "teaser", "teaser.headline")
    return out
