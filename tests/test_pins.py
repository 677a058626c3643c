"""The pinned versions fit each other: what breaks silently at install breaks loudly here."""

import importlib.metadata

import pytest

# package, first version that breaks Prefect 3.8, what it breaks
HAZARDS = [
    ("fastapi", (0, 155), "prefect.server does not import"),
    ("sqlalchemy", (2, 1), "cron schedules never fire"),
]


@pytest.mark.parametrize(("package", "broken", "effect"), HAZARDS)
def test_version_when_installed_then_it_is_below_the_broken_one(
    package: str, broken: tuple[int, int], effect: str
) -> None:
    major, minor = importlib.metadata.version(package).split(".")[:2]
    assert (int(major), int(minor)) < broken, effect
