"""What a run leaves behind, in SQLite or PostgreSQL. The only package that knows SQL.

with Store.open("sqlite:////data/kawaraban.db") as store:
    store.save_digest(digest)
    store.get_digest(digest.day)
"""

from kawaraban.store.backup import backup, restore
from kawaraban.store.corrections import Correction
from kawaraban.store.database import Store
from kawaraban.store.digests import DigestInfo
from kawaraban.store.keys import ApiKey
from kawaraban.store.memory import HUMAN
from kawaraban.store.outbox import Letter, Mailing
from kawaraban.store.runs import Lease, Run
from kawaraban.store.search import Hit

__all__ = [
    "HUMAN",
    "ApiKey",
    "Correction",
    "DigestInfo",
    "Hit",
    "Lease",
    "Letter",
    "Mailing",
    "Run",
    "Store",
    "backup",
    "restore",
]
