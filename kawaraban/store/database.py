"""The store: typed values in, typed values out, each call one transaction.

Input:  documents, articles, translations, digests, runs, letters as the core's types.
Output: the same values again.

Saving what is there already replaces it: every call may be repeated. A value with an id that is
asked for by `get_…` must be there (StoreError); by `find_…` it may be missing (None). The digest
of a day may be missing too.
"""

from __future__ import annotations

from kawaraban.store.articles import Articles
from kawaraban.store.corrections import Corrections
from kawaraban.store.digests import Digests
from kawaraban.store.keys import Keys
from kawaraban.store.memory import Translations
from kawaraban.store.outbox import Outbox
from kawaraban.store.runs import Runs


class Store(Articles, Translations, Corrections, Digests, Runs, Outbox, Keys):
    """The whole store; see its topics for what it keeps."""
