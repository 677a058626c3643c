"""A day's digest as the reader shows it: in the version asked for, with today's corrections.

    find_sheet(store, day)                      →  Sheet of the newest version
    find_sheet(store, day, version="3fa9c1…")   →  Sheet of an older one

A reviewer's correction stands at once wherever its sentence is shown, and goes at once when it is
taken back: also from a digest that was made while it stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from kawaraban.export.wording import translations
from kawaraban.store import HUMAN, Correction, DigestInfo, Store
from kawaraban.types import Digest, DigestEntry, Flag, Translation
from service.errors import NotFound
from service.known import with_figures

_KEY_CHARS = 12  # of a version in an address
History = Mapping[str, tuple[Correction, ...]]  # by Japanese sentence, newest act first


@dataclass(frozen=True, slots=True)
class Sheet:
    """`version` is empty for the newest one."""

    digest: Digest
    version: str
    versions: tuple[DigestInfo, ...]  # newest first
    history: History

    @property
    def query(self) -> str:
        """What an address needs to lead to this version: "?version=3fa9c1…" or nothing."""
        return f"?version={self.version}" if self.version else ""


def version_of(info: DigestInfo) -> str:
    """The name of a version in an address."""
    return info.key[:_KEY_CHARS]


def find_sheet(store: Store, day: date, *, version: str = "") -> Sheet:
    """Raises NotFound."""
    versions = tuple(store.list_digests(day))
    found = [info for info in versions if info.key.startswith(version)]
    digest = store.get_digest(day, key=found[0].key) if found else None
    if digest is None:
        what = "no such version of the digest" if versions else "no digest"
        raise NotFound(f"There is {what} of {day.isoformat()}. The list of days has all.")
    texts = [translation.ja for translation in translations(digest)]
    return Sheet(
        corrected(digest, store),
        "" if found[0] == versions[0] else version_of(found[0]),
        versions,
        store.find_corrections(texts),
    )


def corrected(digest: Digest, store: Store) -> Digest:
    """The digest with the corrections that stand now, and with none that does not."""
    shown = translations(digest)
    now = store.find_translations([translation.ja for translation in shown], model=HUMAN)
    gone = [t.ja for t in shown if t.model == HUMAN and t.ja not in now]
    now = {ja: with_figures(translation) for ja, translation in now.items()}
    now |= {ja: _unknown(ja) for ja in gone} | store.find_machine_translations(gone)
    if not now:
        return digest

    def entry(found: DigestEntry) -> DigestEntry:
        sentences = tuple(
            replace(chosen, translation=now.get(chosen.translation.ja, chosen.translation))
            for chosen in found.sentences
        )
        return replace(found, title=now.get(found.title.ja, found.title), sentences=sentences)

    stories = (replace(story, entries=tuple(map(entry, story.entries))) for story in digest.stories)
    return replace(digest, stories=tuple(stories))


def _unknown(ja: str) -> Translation:
    reason = "the correction was taken back, and no machine has translated the sentence yet"
    return Translation(ja, "", 0.0, "", flags=(Flag("empty", reason),))
