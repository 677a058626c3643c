"""Every setting once, with its default and unit. The only module that reads the environment.

`Settings()` gives the defaults; `Settings.from_env()` is called by commands and flows alone and
reads `KAWARABAN_<FIELD IN CAPITALS>` for each field: `KAWARABAN_FETCH_TIMEOUT_S=10`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import platformdirs

from kawaraban.errors import UsageError


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("kawaraban", appauthor=False))


@dataclass(frozen=True)
class Settings:
    """All that a user may set. Names carry the unit."""

    home: Path = field(default_factory=_default_home)  # database, raw documents, outputs
    database_url: str = ""  # SQLAlchemy URL; empty: SQLite under `home`
    translation_model: str = ""  # directory; empty: the embedded ja-en model
    sentence_encoder: str = ""  # directory; empty: the embedded encoder
    glossary: Path | None = None  # the user's own terms: TSV, CSV or TBX

    threads: int = 2  # CPU cores the engines may use together
    beam_size: int = 4
    max_batch_tokens: int = 1024
    max_sentence_tokens: int = 200  # longer sentences are translated in parts

    articles_per_batch: int = 20  # some seconds of work; what a task of the flow holds
    sentences_per_article: int = 3
    brief_sentences: int = 5
    summarizer: str = "centrality"
    watch_words: tuple[str, ...] = ()
    run_lease_s: float = 60.0  # a run whose process says nothing for so long counts as failed

    fetch_timeout_s: float = 30.0  # whole request, redirects included
    fetch_max_bytes: int = 10_000_000  # body after decompression
    fetch_max_ratio: float = 100.0  # decompressed to compressed size
    fetch_max_redirects: int = 5
    fetch_pause_s: float = 1.0  # between two requests to one host
    fetch_allow: tuple[str, ...] = ()  # hosts or networks exempt from the address guard
    fetch_user_agent: str = "Kawaraban/0.1"
    max_file_bytes: int = 50_000_000
    max_articles_per_source: int = 200

    service_host: str = "127.0.0.1"  # on any but a loopback address every request needs a key
    service_port: int = 8000
    service_keys: str = "auto"  # "auto": as said above; "always": on loopback too
    service_max_body_bytes: int = 10_000_000
    service_max_concurrent: int = 128  # requests at once; one more is answered 503
    service_max_followers: int = 64  # clients that follow runs at once, beside those requests
    service_max_queue_tokens: int = 60_000  # waiting for the translator, and of one request
    service_batch_tokens: int = 1024  # what the translator gets at once, of all requests together
    service_batches_at_once: int = 1  # 2: one batch is checked while the next is decoded
    service_batch_window_ms: float = 5.0  # how long it waits for more when several clients ask
    service_timeout_s: float = 120.0  # how long a request may wait for its translations
    prefect_api_url: str = ""  # also read from PREFECT_API_URL; empty: runs are made in the process

    lists: str = ""  # file of the newsletter's lists; empty: lists.yaml under `home`
    newsletter_sender: str = "Kawaraban <kawaraban@localhost>"  # Name <address>
    newsletter_url: str = ""  # https address under which readers reach the service, to unsubscribe
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 587
    smtp_security: str = "starttls"  # "tls" from the first byte, or "none"
    smtp_user: str = ""  # empty: no login
    smtp_password: str = field(default="", repr=False)
    smtp_ca_file: str = ""  # PEM of an own certificate authority; empty: those of the system
    smtp_helo: str = ""  # name to greet with; empty: that of this machine
    smtp_timeout_s: float = 60.0  # for every answer but the last, which may take ten minutes
    smtp_connections: int = 2  # at once
    smtp_rate_per_s: float = 5.0  # letters, over all connections
    smtp_attempts: int = 6  # a run's tries at a letter that the server puts off
    smtp_retry_s: float = 60.0  # before the second try; doubled before each further one

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Defaults overridden by `KAWARABAN_*`; raises UsageError for a value of the wrong type."""
        environ = os.environ if environ is None else environ
        values: dict[str, object] = {}
        for item in fields(cls):
            name = f"KAWARABAN_{item.name.upper()}"
            if (raw := environ.get(name)) is not None:
                values[item.name] = _parse(name, raw, str(item.type))
        values.setdefault("prefect_api_url", environ.get("PREFECT_API_URL", ""))
        return cls(**values)  # type: ignore[arg-type]

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.home / 'kawaraban.db'}"

    @property
    def glossaries(self) -> Path:
        """Folder of the glossaries that the program keeps for the user."""
        return self.home / "glossaries"

    @property
    def user_glossary(self) -> Path | None:
        """The file that `glossary` names, or else the terms kept by `glossary import`, if any."""
        kept = self.glossaries / "default.tsv"
        return self.glossary or (kept if kept.is_file() else None)


def _parse(name: str, raw: str, kind: str) -> object:
    try:
        match kind:
            case "int":
                return int(raw)
            case "float":
                return float(raw)
            case "Path":
                return Path(raw).expanduser()
            case "Path | None":
                return Path(raw).expanduser() if raw else None
            case "tuple[str, ...]":
                return tuple(part.strip() for part in raw.split(",") if part.strip())
            case _:
                return raw
    except ValueError:
        raise UsageError(
            f"{name}={raw!r}: expected a value of type {kind}; correct or unset it"
        ) from None
