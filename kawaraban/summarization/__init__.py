"""Extractive summarizers: which sentences of an article carry it, as indices in document order.

To add one: a module here with a function like `lead.summarize`, and one line in `SUMMARIZERS`.
It must beat `lead` in `benchmarks/summaries.py`.
"""

from __future__ import annotations

from kawaraban.summarization import centrality, lead
from kawaraban.summarization.inputs import Summarizer, SummaryInput

SUMMARIZERS: dict[str, Summarizer] = {
    "lead": lead.summarize,
    "centrality": centrality.summarize,
}

__all__ = ["SUMMARIZERS", "Summarizer", "SummaryInput"]
