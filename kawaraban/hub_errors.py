"""The errors of the hub's client in the words of this program.

with client_errors("staka/fugumt-ja-en"):
    snapshot_download(…)   # ConnectError → FetchError: "…: the download broke off (…)"
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kawaraban.errors import FetchError, MissingArtifactError, UsageError


@contextmanager
def client_errors(repository: str) -> Iterator[None]:
    """The client's errors in the words of this program."""
    import httpx2
    from huggingface_hub import errors

    try:
        yield
    except errors.HFValidationError as error:
        raise UsageError(f"{repository!r}: {first_line(str(error))}; check the id") from error
    except errors.GatedRepoError as error:
        raise MissingArtifactError(
            f"{repository}: its owner asks for consent first; give it on the page of the model, "
            "then set HF_TOKEN"
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        raise MissingArtifactError(
            f"{repository}: found no such repository or revision; expected one that is public or "
            "that HF_TOKEN opens; check the id"
        ) from error
    except errors.LocalEntryNotFoundError as error:
        if isinstance(error.__cause__, httpx2.HTTPError):
            raise _broken_off(repository, error.__cause__) from error
        raise MissingArtifactError(
            f"{repository}: not whole in the cache ({first_line(str(error))}); go online, unset "
            "HF_HUB_OFFLINE, and run the command again"
        ) from error
    except (httpx2.HTTPError, errors.XetDownloadError, OSError) as error:
        raise _broken_off(repository, error) from error


def _broken_off(repository: str, error: Exception) -> FetchError:
    return FetchError(
        f"{repository}: the download broke off ({first_line(str(error))}); run the command again: "
        "files that are whole are not fetched twice"
    )


def first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "no reason given"
