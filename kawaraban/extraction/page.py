"""What the two readers (html.py, text.py) hand on: blocks in reading order and what is known.

A `Page` is laid out but not yet judged; `groups[i]` tells in which <article> block i stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kawaraban.extraction import tails
from kawaraban.types import Block


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself in its head: JSON-LD, og:, <title>, <link rel=canonical>."""

    title: str = ""
    published_at: datetime | None = None
    outlet: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks in reading order; `groups` is parallel to `blocks`, 0 outside of any <article>."""

    blocks: tuple[Block, ...]
    groups: tuple[int, ...]
    metadata: Metadata = Metadata()
    hints: bool = True  # sections were read from class and id names too


def cut_tails(page: Page) -> Page:
    """Sets apart what is glued to the end of a paragraph: 「…に等しい。 (関連記事: …」."""
    blocks: list[Block] = []
    groups: list[int] = []
    for block, group in zip(page.blocks, page.groups, strict=True):
        parts = tails.split_tail(block.text)
        for i, part in enumerate(parts):
            blank_before = block.blank_before if i == 0 else False
            blocks.append(replace(block, text=part, blank_before=blank_before))
            groups.append(group)
    return replace(page, blocks=tuple(blocks), groups=tuple(groups))
