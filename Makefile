# Every task of this repository. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types format fuzz faults bench bench-board compiled picture lock clean

# The first Python that fits; another one: make PYTHON=/path/to/python3.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv from the lock file and fetch Kafka and ClickHouse; quick when nothing changed
	@$(BIN)/nhip766 local fetch

$(READY): requirements/dev.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "error: Python 3.11 to 3.13 is missing: install one (Debian: apt-get install python3 python3-venv)"; exit 1; fi
	@if ! "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "error: $(PYTHON) cannot make virtual environments: apt-get install python3-venv"; exit 1; fi
	@echo "setup: .venv with $$("$(PYTHON)" --version), packages from requirements/dev.lock"
	@[ -x $(BIN)/python ] && $(BIN)/python -c 'import pip' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Play a scenario with a live ranking; make demo ARGS="--exit" passes arguments on
	@$(BIN)/nhip766 demo $(ARGS)

test: setup lint types ## Everything CI checks: linters, types, all tests
	$(BIN)/pytest

lint: $(READY) ## Check style, layers and dependencies; writes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry .

types: $(READY) ## Check types, strictly
	$(BIN)/mypy

format: $(READY) ## Rewrite files in the common style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: $(READY) ## Look longer for bytes that the decoders and the intake do not bear; make test does it shortly
	$(BIN)/pytest tests/fuzz --hypothesis-profile=fuzz $(ARGS)

faults: setup ## Kill, cut, stop and starve it at full length, and judge what is left; ARGS="-k test_06" for one scenario
	$(BIN)/pytest tests/faults --long $(ARGS)

bench: setup ## Measure us and others; writes docs/benchmarks.md (20 minutes; ARGS=--quick: 4)
	@$(BIN)/python -m bench $(ARGS)

bench-board: setup ## Measure the board under 200 viewers; writes docs/benchmarks-board.md (a minute)
	@$(BIN)/python -m bench.board $(ARGS)

compiled: $(READY) ## Make a copy whose core is machine code, and print where; needs a C compiler
	@$(BIN)/python deploy/compiled/build.py

picture: $(READY) ## Draw docs/pictures/ranking.svg from a demo that is up; ARGS=live: live.svg from a live one
	@$(BIN)/python docs/pictures/$(or $(ARGS),ranking).py

COMPILE := $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
	--python-version 3.11

lock: $(READY) ## Choose the newest versions again and write the lock files
	@$(COMPILE) pyproject.toml -o requirements/run.lock
	@$(COMPILE) pyproject.toml --group dev -c requirements/run.lock -o requirements/dev.lock
	@$(COMPILE) --group bench -o requirements/bench.lock
	@echo setuptools | $(COMPILE) - -o requirements/build.lock

clean: ## Remove what was made here: .venv, caches, local servers' files
	rm -rf .venv .nhip766 .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
