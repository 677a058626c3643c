# `make check` and the README's test command are what .ci/run calls.
BIN = .venv/bin

.PHONY: check test bench lock

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test:
	$(BIN)/pytest

bench:
	for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# Hash-locked for Python 3.11 to 3.13; written again when pyproject.toml changes.
lock:
	uv lock
	uv export -q --no-dev --no-emit-project --no-emit-index-url --no-header -o requirements.lock
	uv export -q --group dev --no-emit-project --no-emit-index-url --no-header -o requirements-dev.lock
