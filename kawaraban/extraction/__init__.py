"""Pages and dumps → articles, and a report of everything that is in none of them."""

from kawaraban.extraction.articles import extract
from kawaraban.extraction.duplicates import link_duplicates

__all__ = ["extract", "link_duplicates"]
