"""Fixtures that several test files share."""

from pathlib import Path

import pytest
import tiny_models


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
