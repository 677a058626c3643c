"""A digest out to files: one module a format, each a pure function of the digest.

To add a format: a module with `render_<name>(digest)`, one line in `EXPORTERS`, a test.
"""

from kawaraban.export.files import EXPORTERS, write_digest

__all__ = ["EXPORTERS", "write_digest"]
