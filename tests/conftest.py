"""Fixtures that several test files share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_models

from flows.server import temporary_server


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a process that talks to a fresh Prefect server."""
    home = tmp_path_factory.mktemp("prefect")
    environ = {"PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "ERROR"}
    with temporary_server(environ) as url:
        yield {**os.environ, **environ, "PREFECT_API_URL": url, "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="session")
def tiny_translation_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a real CTranslate2 model that translates piece for piece; see tiny_models."""
    return tiny_models.dictionary_model(tmp_path_factory.mktemp("models") / "tiny-dictionary")


@pytest.fixture(scope="session")
def endless_translation_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, but its output never ends by itself."""
    directory = tmp_path_factory.mktemp("models") / "tiny-endless"
    return tiny_models.dictionary_model(directory, never_ends=True)


@pytest.fixture(scope="session")
def random_translation_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a CTranslate2 model with random weights."""
    return tiny_models.random_model(tmp_path_factory.mktemp("models") / "tiny-random")
