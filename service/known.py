"""The English of a whole article, as far as it is known, with its names made to agree.

    known_english(context, article)                  →  {"日銀は…。": Translation(…), …}
    known_english(context, article, shown=[entry…])  →  the same; what a digest shows reads as there

The memory has each sentence as it was translated alone. A summary makes the names of an article
agree after that; so does this, for the API and the reader alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kawaraban.segmentation import segment
from kawaraban.store import HUMAN
from kawaraban.translation.checks import check
from kawaraban.translation.consistency import agree_in_article
from kawaraban.translation.glossary import Glossary
from kawaraban.translation.numerals import compare, parse_en, parse_ja
from kawaraban.types import Article, Translation

if TYPE_CHECKING:
    from service.context import Context

Known = dict[str, Translation]  # by Japanese text


def article_texts(article: Article) -> list[str]:
    """Headline, key points and sentences: what there is to translate."""
    sentences = [sentence.text for sentence in segment(article)]
    return [text for text in (article.title, *article.key_points, *sentences) if text.strip()]


def known_english(context: Context, article: Article, shown: Iterable[Translation] = ()) -> Known:
    """What is known of headline, key points and sentences; nothing is translated for it."""
    translator, glossary = context.glossed.find(())
    sentences = [sentence.text for sentence in segment(article)]
    texts = (article.title, *article.key_points, *sentences)
    found = context.store.find_translations(texts, model=translator.model)
    known = {ja: with_figures(translation) for ja, translation in found.items()}
    fixed = {translation.ja: translation for translation in shown}
    known |= fixed
    if glossary is None:
        return known
    points = _agreed(article, article.key_points, known, glossary)
    return known | points | _agreed(article, sentences, known, glossary) | fixed


def with_figures(translation: Translation) -> Translation:
    """A reviewer's English with its figures compared: people mistype. Others come as they are."""
    if translation.model != HUMAN:
        return translation
    ja, en = translation.ja, translation.en
    numbers = tuple(compare(parse_ja(ja), parse_en(en), source=ja))
    flags = tuple(flag for flag in check(ja, en, numbers=numbers) if flag.kind == "number")
    return replace(translation, numbers=numbers, flags=flags)


def _agreed(article: Article, texts: Sequence[str], known: Known, glossary: Glossary) -> Known:
    """The headline and those of the texts that are known; a text that comes twice is that of its
    first place."""
    title = known.get(article.title, Translation(article.title, "", 0.0, ""))
    present = [text for text in dict.fromkeys(texts) if text in known]
    lines = agree_in_article(article, [title, *(known[text] for text in present)], glossary)
    agreed = dict(zip([article.title, *present], lines, strict=True))
    return {text: line for text, line in agreed.items() if text in known}
