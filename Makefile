# The few verbs of this project. Everything runs in .venv, which `make` sets up by itself.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test check lint types layers wheel bench mutants heavy docs clean

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)
	@$(BIN)/python -m shopscore_cli.demo

test: $(STAMP)
	@$(BIN)/python -m pytest -q -rs -n auto

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
	@rm -rf .venv dist build demo-out .pytest_cache .mypy_cache .ruff_cache
