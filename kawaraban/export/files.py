"""The formats of a digest by name, and the files that a run leaves behind.

write_digest(digest, Path("out")) → {"html": Path("out/digest.html"), "md": …}
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kawaraban.errors import ExportError
from kawaraban.export.atom import render_atom
from kawaraban.export.email import render_email
from kawaraban.export.html import render_html
from kawaraban.export.jsonfeed import render_json_feed
from kawaraban.export.jsonfile import render_json
from kawaraban.export.markdown import render_markdown
from kawaraban.types import Digest

Renderer = Callable[[Digest], str | bytes]

EXPORTERS: dict[str, tuple[str, Renderer]] = {  # name → suffix, renderer
    "html": (".html", render_html),
    "md": (".md", render_markdown),
    "json": (".json", render_json),
    "eml": (".eml", render_email),
    "atom": (".atom", render_atom),
    "feed": (".feed.json", render_json_feed),
}


def write_digest(digest: Digest, folder: Path) -> dict[str, Path]:
    """Write `digest.<suffix>` of every format into `folder`; a reader never sees half a file."""
    files = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, (suffix, render) in EXPORTERS.items():
            rendered = render(digest)
            path = folder / f"digest{suffix}"
            part = path.with_name(path.name + ".part")
            part.write_bytes(
                # Lone surrogates, which only JSON still holds here, become its \u escapes.
                rendered
                if isinstance(rendered, bytes)
                else rendered.encode(errors="backslashreplace")
            )
            files[name] = part.replace(path)
    except OSError as error:
        raise ExportError(
            f"{error.filename or folder}: {error.strerror}; expected a folder that can be written"
        ) from None
    return files
