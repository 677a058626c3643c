"""The digest as JSON: everything that the other formats show, and what they leave out.

    render_json(digest) → '{"day": "2026-11-26", "created_at": "…", "stories": […], …}'

The shape is that of `kawaraban.types.Digest`, field by field: `stories[].entries[].sentences[]`
with `sentence` (index, text, start, end: characters of the paragraphs joined by a line break),
`translation` (ja, en, log_prob, flags, numbers, terms, model) and `salience`; `brief` as pairs
[story, sentence]; `coverage`; `dropped`; `models`; `settings`. Dates are ISO 8601, times UTC.
`kawaraban.codec.from_json(Digest, text)` reads it back equal.
"""

from __future__ import annotations

from kawaraban.codec import to_json
from kawaraban.types import Digest


def render_json(digest: Digest) -> str:
    """The whole digest, indented. The same digest gives the same bytes."""
    return to_json(digest, indent=2) + "\n"
