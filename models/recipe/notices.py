"""What readers of a model's English are told, by its scores.

Input:  `scores.json` of the evaluation, set → system → figures. Output: one notice, or none.
"""

from __future__ import annotations

from typing import Any

DRAFT = (
    "The translation model is a draft: read the English for the gist only, and rely on the "
    "Japanese. Figures and glossary names are checked; the rest of a sentence may be wrong "
    "without a mark."
)
SMALL = (
    "Translated by a small model. Figures and glossary names are checked and doubtful sentences "
    "marked, but a sentence without a mark can be wrong too: read the Japanese before you quote."
)
# What readers are told until the model has more chrF than this system on the hardest news set.
NOTICES = {"nllb": DRAFT, "bergamot-base": SMALL}


def notice(scores: dict[str, dict[str, dict[str, Any]]]) -> str:
    """The warning of the weakest system that is still better on hard news, or unmeasured."""
    hardest = scores.get("wmt20-vat", {})
    ours = hardest.get("kawaraban", {}).get("chrf", 0.0)
    better = (peer for peer in NOTICES if ours <= hardest.get(peer, {}).get("chrf", 100.0))
    return NOTICES.get(next(better, ""), "")
