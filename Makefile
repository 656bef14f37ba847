# The few verbs of this project. Everything runs in .venv, which `make` sets up by itself.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

OLDEST := .venv-oldest
OLDEST_STAMP := $(OLDEST)/.installed
ON_DUCKDB := tests/engines tests/differential tests/events tests/oracle tests/policies tests/shapes tests/traps

.PHONY: demo test test-oldest check lint types layers wheel bench mutants heavy docs clean

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,fast]'
	@touch $(STAMP)

# The oldest DuckDB that is promised: what runs on it is tested on it.
$(OLDEST_STAMP): pyproject.toml
	@test -x $(OLDEST)/bin/python || $(PYTHON) -m venv $(OLDEST)
	@$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' 'duckdb==1.5.*'
	@touch $(OLDEST_STAMP)

demo: $(STAMP)
	@$(BIN)/python -m shopscore_cli.demo

test: $(STAMP)
	@$(BIN)/python -m pytest -q -rs -n auto

test-oldest: $(OLDEST_STAMP)
	@$(OLDEST)/bin/python -m pytest -q -rs -n auto $(ON_DUCKDB)

check: lint types layers

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP)
	@$(BIN)/mypy

layers: $(STAMP)
	@$(BIN)/lint-imports

wheel: $(STAMP)
	@$(BIN)/python -m pytest -q -m heavy tests/packaging

bench: $(STAMP)
	@$(BIN)/python -m tests.benchmarks.run

mutants: $(STAMP)
	@$(BIN)/python -m tests.mutants.run

heavy: $(STAMP)
	@$(BIN)/python -m pytest -q -m heavy

docs: $(STAMP)
	@$(BIN)/python -m shopscore_cli.docs

clean:
	@rm -rf .venv $(OLDEST) dist build demo-out .pytest_cache .mypy_cache .ruff_cache
