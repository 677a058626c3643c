"""What the routes share: engines, store, queue, glossaries, runs. Built in the lifespan.

context.translator(ticket)                    # of one request, for the default glossary
context.translator(ticket, terms=[Entry(…)])  # with terms of its own on top
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import as_file, files

from kawaraban.errors import TranslationError, UsageError
from kawaraban.pipeline import Encoder, Stages, Translator, Vectors
from kawaraban.settings import Settings
from kawaraban.store import ApiKey, Store
from kawaraban.translation.glossary import Entry, Glossary, read_entries
from kawaraban.translation.memory import MemoryTranslator
from service.batching import Batcher, Ticket
from service.glossaries import DEFAULT, Shelf, check_entries
from service.metrics import Metrics
from service.quota import Meter
from service.runs import Runs

_GLOSSARIES_KEPT = 16
_PROBE = "東京は晴れている。"
_PROBE_KEPT_S = 30.0
_KEY_KEPT_S = 10.0
_KEYS_KEPT = 1000


_Stamp = tuple[int, int, int] | None  # of the default glossary's file; None: there is none


class TurnEncoder:
    """The one encoder, used by one request at a time: its threads are the cores there are."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner
        self._turn = threading.Lock()

    @property
    def model(self) -> str:
        return self._inner.model

    def embed(self, sentences: Sequence[str]) -> Vectors:
        with self._turn:
            return self._inner.embed(sentences)


class Glossed:
    """The translators of glossaries: the same terms give the same translator, so that requests
    with equal terms can share a batch."""

    def __init__(self, stages: Stages, shelf: Shelf) -> None:
        self._stages = stages
        self._shelf = shelf
        self._lock = threading.Lock()
        self._kept: OrderedDict[
            tuple[_Stamp, tuple[Entry, ...]], tuple[Translator, Glossary | None]
        ] = OrderedDict()
        self._built_in: tuple[Entry, ...] | None = None

    def translator(self, terms: Sequence[Entry]) -> Translator:
        return self.find(terms)[0]

    def find(self, terms: Sequence[Entry]) -> tuple[Translator, Glossary | None]:
        """For the user's default glossary, as the file is now, with `terms` on top."""
        stamp = self._stamp()
        if stamp is None and not terms and self._stages.with_glossary is None:
            return self._stages.translator, self._stages.glossary
        key = (stamp, tuple(terms))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            else:
                default = self._shelf.read(DEFAULT).entries if stamp else ()
                self._kept[key] = self._make((*default, *terms))
                if len(self._kept) > _GLOSSARIES_KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]

    def _stamp(self) -> _Stamp:
        try:
            found = self._shelf.path(DEFAULT).stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _make(self, entries: tuple[Entry, ...]) -> tuple[Translator, Glossary | None]:
        if self._stages.with_glossary is None:
            raise UsageError(
                "found terms, but this service was started with engines that take none; leave "
                "the glossary out"
            )
        if self._built_in is None:
            self._built_in = _ground(self._stages.settings)
        glossary = Glossary([*self._built_in, *entries])
        return self._stages.with_glossary(glossary), glossary


def _ground(settings: Settings) -> tuple[Entry, ...]:
    """The built-in terms, and those of the file that the settings name."""
    with as_file(files("kawaraban").joinpath("data/glossary.tsv")) as path:
        built_in = read_entries(path)
    return (*built_in, *(read_entries(settings.glossary) if settings.glossary else ()))


@dataclass
class Probe:
    """The last time everything worked; tried again after 30 seconds, by one request at a time."""

    worked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ensure(self, context: Context, ticket: Ticket) -> None:
        """Translates and embeds one sentence, if that was not done lately."""
        with self.lock:
            if context.clock() - self.worked_at < _PROBE_KEPT_S:
                return
            engine = context.stages.translator
            translated = context.batcher.translator(engine, ticket).translate([_PROBE])
            vectors = context.stages.encoder.embed([_PROBE])
            if not translated[0].en or vectors.shape[0] != 1:
                raise TranslationError("found an empty translation; expected English")
            self.worked_at = context.clock()


@dataclass
class Context:
    """Everything a route may need."""

    settings: Settings
    stages: Stages
    store: Store
    batcher: Batcher
    shelf: Shelf
    glossed: Glossed
    runs: Runs
    meter: Meter
    metrics: Metrics
    keys_required: bool
    clock: Callable[[], float] = time.monotonic
    probe: Probe = field(default_factory=Probe)
    _keys: dict[str, tuple[float, ApiKey]] = field(default_factory=dict)

    def translator(self, ticket: Ticket, *, terms: Sequence[Entry] = ()) -> Translator:
        """One request's translator: memory first, then its turns in the batches."""
        check_entries(terms)
        engine = self.glossed.translator(terms)
        return MemoryTranslator(self.batcher.translator(engine, ticket), self.store)

    def request_stages(self, ticket: Ticket, *, terms: Sequence[Entry] = ()) -> Stages:
        """The stages of the pipeline as one request sees them."""
        translator = self.translator(ticket, terms=terms)
        _, glossary = self.glossed.find(terms)
        return replace(self.stages, translator=translator, glossary=glossary)

    def alternatives(self, ja: str, en: str, n: int) -> list[str]:
        """Up to `n` other ways to say it, the most probable first."""
        if self.stages.alternatives is None:
            return []
        found = dict.fromkeys(self.stages.alternatives(ja, n + 1))
        return [form for form in found if form and form != en][:n]

    def find_key(self, token: str) -> ApiKey | None:
        """The valid key of a token; looked up again after some seconds, so that revoking works."""
        now = self.clock()
        kept = self._keys.get(token)
        if kept and now - kept[0] < _KEY_KEPT_S:
            return kept[1]
        key = self.store.find_key(token)
        if key is None:
            self._keys.pop(token, None)
        else:
            if len(self._keys) >= _KEYS_KEPT:
                self._keys.clear()
            self._keys[token] = (now, key)
        return key
