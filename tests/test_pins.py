"""The pinned versions fit each other: what breaks silently at install breaks loudly here.

Measured with Prefect 3.8.8: FastAPI 0.150 takes a null for a body parameter with a default, which
Prefect's client sends when it deploys; 0.152 and newer answer 422.
"""

import importlib.metadata
from typing import Annotated

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient

# package, first version that breaks Prefect 3.8, what it breaks
HAZARDS = [
    ("fastapi", (0, 151), "flows cannot be deployed"),
    ("sqlalchemy", (2, 1), "cron schedules never fire"),
]


@pytest.mark.parametrize(("package", "broken", "effect"), HAZARDS)
def test_version_when_installed_then_it_is_below_the_broken_one(
    package: str, broken: tuple[int, int], effect: str
) -> None:
    major, minor = importlib.metadata.version(package).split(".")[:2]
    assert (int(major), int(minor)) < broken, effect


def test_fastapi_when_a_body_parameter_is_null_then_its_default_is_taken() -> None:
    app = FastAPI()

    @app.post("/")
    def read(limit: Annotated[int, Body()] = 10, offset: Annotated[int, Body()] = 0) -> list[int]:
        return [limit, offset]

    answer = TestClient(app).post("/", json={"limit": None, "offset": None})
    assert (answer.status_code, answer.json()) == (200, [10, 0])
