"""The translation memory: no sentence is translated twice by the same model.

Input:  any `pipeline.Translator` and a store.
Output: a `Translator` that asks the store first and translates the rest.

    translator = MemoryTranslator(engine, store)
    translator.translate(["円は上昇した。"])   # by the engine
    translator.translate(["円は上昇した。"])   # from the store; translator.n_hits == 1

The key is the sentence (in NFC) and `model`, which must name all that decides the output, glossary
and settings included. What a reviewer wrote for a sentence wins over every model. Finished
translations are saved every `SAVE_EVERY` sentences, so a run that is killed loses little.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kawaraban.types import Translation

if TYPE_CHECKING:
    from kawaraban.pipeline import Translator
    from kawaraban.store import Store

SAVE_EVERY = 256


class MemoryTranslator:
    """A translator with a memory; safe to share between threads."""

    def __init__(self, inner: Translator, store: Store) -> None:
        self._inner = inner
        self._store = store
        self._lock = threading.Lock()
        self._n_hits = 0
        self._n_misses = 0

    @property
    def model(self) -> str:
        return self._inner.model

    @property
    def n_hits(self) -> int:
        """Sentences that needed no translation: remembered, corrected, or twice in one call."""
        return self._n_hits

    @property
    def n_misses(self) -> int:
        """Sentences that were translated."""
        return self._n_misses

    def translate(self, sentences: Sequence[str]) -> list[Translation]:
        """Remembered translations, and new ones for the rest: same length, same order."""
        keys = [unicodedata.normalize("NFC", sentence) for sentence in sentences]
        known = self._store.find_translations(dict.fromkeys(keys), model=self.model)
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        for start in range(0, len(missing), SAVE_EVERY):
            fresh = self._inner.translate(missing[start : start + SAVE_EVERY])
            self._store.save_translations(fresh, model=self.model)
            known |= {translation.ja: translation for translation in fresh}
        with self._lock:
            self._n_hits += len(sentences) - len(missing)
            self._n_misses += len(missing)
        return [replace(known[key], ja=ja) for key, ja in zip(keys, sentences, strict=True)]
