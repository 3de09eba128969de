# Two commands from a fresh clone: `make demo` and `make test`. Both set up everything themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
EXTRAS ?= all
READY  := $(VENV)/.ready

# Tests start many processes, which would compile every module anew: half of the time of a start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo check test test-all lint types pytest distributions other-pythons lowest-versions other-fastapis fastapi-suite bench regress serve soak fuzz structure matrix docs docs-serve clean

# Re-made when the dependencies change; otherwise the second run starts at once.
$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[$(EXTRAS)]'
	@touch $(READY)

demo: $(READY)
	@$(BIN)/python examples/demo.py

# Lint, types and the quick tests: under a minute, for every change.
check: $(READY) lint types
	$(PYTEST) $(QUICK)

# Lint, types and all tests of this Python.
test: $(READY) lint types pytest

# All that CI runs. After the tests of this Python, two of the others run at a time; the output of each stands together.
OTHERS := python-3.15 python-3.14 python-3.13 python-3.12 python-3.11 lowest-versions other-fastapis fastapi-suite docs
THIS = python-$(shell $(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
test-all: test
	$(MAKE) --jobs=2 --output-sync=target --keep-going $(filter-out $(THIS),$(OTHERS))

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/zizmor --offline --quiet .github/workflows
	@if command -v actionlint >/dev/null; then actionlint; fi

types: $(READY)
	$(BIN)/mypy

# Two processes, each with its share of the folders (conftest.py).
PYTEST := $(BIN)/pytest -q --numprocesses=2 --benchmark-disable
QUICK  := tests/types tests/model tests/values tests/conversion tests/core tests/structure tests/generated

# ARGS are pytest's.
pytest: $(READY)
	$(PYTEST) $(ARGS)

distributions: $(READY)
	rm -rf dist
	$(BIN)/python -m build --installer uv
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl

lowest-versions: $(READY)
	$(BIN)/python -m tests.dependency_versions lowest-direct

# VERSIONS are those to test; without it all others.
other-pythons: $(READY)
	$(BIN)/python -m tests.other_pythons $(VERSIONS)

# One other Python, for `make --jobs`.
python-%: $(READY)
	$(BIN)/python -m tests.other_pythons $*

other-fastapis: $(READY)
	$(BIN)/python -m tests.other_fastapis

# FastAPI's own tests, with an application of this package in the place of FastAPI's; ARGS are pytest's.
fastapi-suite: $(READY)
	$(BIN)/python -m tests.fastapi_suite $(ARGS)

# With openai, of which the report has all classes at once.
bench: $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python openai
	$(BIN)/python -m benchmarks

# Before a release: measures anew, compares with the committed report, and fails where something became slower.
regress: $(READY)
	$(BIN)/python -m benchmarks --output build/report
	$(BIN)/python -m benchmarks.regress build/report/report.json

serve: $(READY)
	$(BIN)/python -m fast_api serve examples.orders.service:fast_api

# The laws with many examples each, for about an hour, and a summary; FUZZ_EXAMPLES chooses another number.
fuzz: $(READY)
	HYPOTHESIS_PROFILE=deep $(BIN)/pytest tests/properties -q --tb=short --benchmark-disable

soak: $(READY)
	$(BIN)/python -m tests.reliability.soak
	$(BIN)/python -m tests.reliability.faults
	$(BIN)/python -m tests.reliability.receiver

structure: $(READY)
	$(BIN)/python -m tests.structure

matrix: $(READY)
	$(BIN)/python -m tests.matrix

# The site, in build/site; a dead link is an error.
docs: $(READY)
	$(BIN)/zensical build --strict --clean

docs-serve: $(READY)
	$(BIN)/zensical serve

clean:
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis
