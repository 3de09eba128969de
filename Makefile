# Two commands from a fresh clone: `make demo` and `make test`. Both set up everything themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
EXTRAS ?= all
READY  := $(VENV)/.ready

.PHONY: demo test lint types pytest other-pythons other-fastapis fastapi-suite bench serve soak fuzz structure matrix clean

# Re-made when the dependencies change; otherwise the second run starts at once.
$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[$(EXTRAS)]'
	@touch $(READY)

demo: $(READY)
	$(BIN)/type-safe-convert check fastapi.openapi.models osbot_utils openapi_pydantic
	$(BIN)/python examples/triangle.py

test: $(READY) lint types pytest other-pythons

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

pytest: $(READY)
	$(BIN)/pytest --benchmark-disable

other-pythons: $(READY)
	$(BIN)/python -m tests.other_pythons

other-fastapis: $(READY)
	$(BIN)/python -m tests.other_fastapis

# FastAPI's own tests, with an application of this package in the place of FastAPI's; ARGS are pytest's.
fastapi-suite: $(READY)
	$(BIN)/python -m tests.fastapi_suite $(ARGS)

bench: $(READY)
	$(BIN)/python -m benchmarks

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

clean:
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis
