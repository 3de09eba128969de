# Two commands from a fresh clone: `make demo` and `make test`. Both set up everything themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test lint types pytest bench clean

# Re-made when the dependencies change; otherwise the second run starts at once.
$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[all]'
	@touch $(READY)

demo: $(READY)
	$(BIN)/type-safe-convert check fastapi.openapi.models osbot_utils openapi_pydantic
	$(BIN)/python examples/triangle.py

test: $(READY) lint types pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

pytest: $(READY)
	$(BIN)/pytest --benchmark-disable

bench: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
