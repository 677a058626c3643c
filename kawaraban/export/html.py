"""The digest as one HTML page that needs nothing else: no script, no font, no image, no network.

    render_html(digest) → "<!DOCTYPE html>…"

The policy in its head forbids everything but its own style sheet, whose hash it names; so text
that slipped through the escaping could still not run. Reads on a phone and on paper.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from markupsafe import Markup

from kawaraban.export.templating import TEMPLATES, environment
from kawaraban.types import Digest

DROPPED_PER_CLASS = 200  # rows of the drop report; the JSON export has all


def render_html(digest: Digest) -> str:
    """The whole page. The same digest gives the same bytes."""
    css = (TEMPLATES / "digest.css").read_text(encoding="utf-8")
    jinja = environment()
    jinja.filters["once"] = _once()
    return jinja.get_template("digest.html.j2").render(
        digest=digest,
        css=Markup(css),  # noqa: S704  our own file
        css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
        drop_limit=DROPPED_PER_CLASS,
    )


def _once() -> Callable[[str], Markup]:
    """An `id` attribute at the first call for a name, nothing at later ones: ids are unique."""
    seen: set[str] = set()

    def attribute(name: str) -> Markup:
        if name in seen:
            return Markup("")
        seen.add(name)
        return Markup(' id="{}"').format(name)

    return attribute
