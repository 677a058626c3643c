"""The OpenAPI document against a running server: whatever it allows is answered as it says.

A few valid and invalid examples of each operation; many more by hand, against `kawaraban serve`:

    schemathesis run http://127.0.0.1:8000/openapi.json -n 500 --continue-on-failure

The stateful phase of that takes the three doors to one shelf of glossaries (/v1, /v2, /v3) for
three shelves: what was deleted through one, it misses behind another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from service_fixtures import run_server

N_EXAMPLES = 3
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


@pytest.fixture(scope="module")
def url(tiny_translation_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with run_server(tiny_translation_model, home, fetch_timeout_s=0.2) as (url, _):
        yield url


@pytest.mark.timeout(400)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_operations_when_called_then_answer_as_the_document_says(
    url: str, mode: GenerationMode
) -> None:
    document = schemathesis.openapi.from_url(f"{url}/openapi.json")
    tried: list[str] = []
    failures: list[str] = []
    for result in document.get_all_operations():
        operation = result.ok()
        try:
            failures += attempt(operation, mode)
            tried.append(operation.label)
        except Unsatisfiable:  # nothing invalid can be sent to an operation without parameters
            continue
    assert not failures, "\n\n".join(failures)
    assert len(tried) > 20


def attempt(operation: schemathesis.APIOperation, mode: GenerationMode) -> list[str]:
    """Failures of some calls; a call may change what the next one finds, so none is repeated."""
    wanted = list(CHECKS)
    failures: list[str] = []
    if mode is GenerationMode.POSITIVE:
        wanted.append(checks.positive_data_acceptance)

    @settings(
        max_examples=N_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Case) -> None:
        try:
            case.call_and_validate(checks=wanted, timeout=60)
        except FailureGroup as group:
            failures.extend(f"{case.as_curl_command()}\n{error}" for error in group.exceptions)

    call()
    return failures
