"""What came into a digest and what became of it: the figures at its foot.

Input:  what was harvested, the entries that are shown, what was left out. Output: a `Coverage`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kawaraban.types import Coverage, DigestEntry, Skipped

if TYPE_CHECKING:
    from kawaraban.pipeline import Harvest


def count(found: Harvest, entries: Sequence[DigestEntry], skipped: tuple[Skipped, ...]) -> Coverage:
    """Documents, articles, sentences, figures and names, counted once each."""
    shown = [
        translation
        for entry in entries
        for translation in (entry.title, *(chosen.translation for chosen in entry.sentences))
    ]
    kinds = [{flag.kind for flag in translation.flags} for translation in shown]
    numbers = [number for translation in shown for number in translation.numbers]
    terms = [term for translation in shown for term in translation.terms]
    return Coverage(
        n_documents=found.n_documents,
        n_articles=len(found.articles),
        n_duplicates=sum(article.duplicate_of is not None for article in found.articles),
        n_sentences=sum(entry.n_sentences for entry in entries),
        n_translated=len(shown),
        n_flagged=sum(map(bool, kinds)),
        n_numbers=len(numbers),
        n_numbers_ok=sum(n.verdict in ("ok", "approximate", "repaired") for n in numbers),
        n_terms=len(terms),
        n_terms_ok=sum(term.found for term in terms),
        n_terms_changed=sum(bool(term.change) for term in terms),
        n_inconsistent=sum("consistency" in found_kinds for found_kinds in kinds),
        n_dropped_blocks=len(found.dropped),
        skipped=skipped,
    )
