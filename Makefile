# make run · make test · make check: each sets up what it needs, and reuses it the next time.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# What pip says, a word for each package; unpacking takes a minute or more, in which pip says nothing.
TELL := while IFS= read -r -t 10 line; code=$$?; [ $$code -eq 0 ] || [ $$code -gt 128 ]; do \
  case "$$code $$line" in \
    "0 Collecting "*) line="$${line\#Collecting }"; echo "  $${line%% *}" ;; \
    "0 Installing collected"*) echo "  unpacking" ;; \
    "0 Successfully installed"*) echo "  done" ;; \
    0*) ;; \
    *) echo "  at it for $$SECONDS s" ;; \
  esac; done

.PHONY: evaluate long help run refresh test check bench lock screenshots clean

help:  ## show the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/'

run: $(VENV)/.run  ## set up, start Elasticsearch if none is named, build the index, serve http://127.0.0.1:8501
	@if [ -z "$${ELASTICSEARCH_URL:-}" ]; then $(BIN)/python -m index.system java maven; fi
	@if [ "$${REFRESH:-}" = 1 ]; then $(BIN)/python -m app refresh || true; fi
	@exec $(BIN)/python -m app run

refresh: $(VENV)/.run  ## crawl, read, update the index, tell what changed; or a few: make refresh SOURCES="cac haizhu"
	@if [ -z "$${ELASTICSEARCH_URL:-}" ]; then $(BIN)/python -m index.system java maven; fi
	@exec $(BIN)/python -m app refresh $(SOURCES)

test: $(VENV)/.dev  ## set up and run all tests, with a node of their own and a real Chromium
	@$(BIN)/python -m index.system java maven chromium font
	@$(BIN)/python -m pytest -m 'not long' --cov --cov-report=term

long: $(VENV)/.dev  ## tests that break things for minutes: three nodes, kills of a refresh at every step, the drill, a fuzzed API
	@$(BIN)/python -m index.system java maven
	@$(BIN)/python -m pytest -m long

evaluate: $(VENV)/.dev  ## measure reading on the labelled sets: ours, and others that lie beside the project
	@$(BIN)/python -m index.read.evaluate tests/reading ../shared/devset ../shared/pages

bench: $(VENV)/.dev  ## measure crawl, reading, index and pages against the bare libraries; results in var/bench
	@$(BIN)/python -m tests.bench.crawl
	@$(BIN)/python -m tests.bench.read
	@$(BIN)/python -m index.system java maven chromium
	@$(BIN)/python -m index bench --documents 10000
	@$(BIN)/python -m tests.bench.app

check: $(VENV)/.dev  ## style, types and direction of imports; warnings are errors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.supply

lock: $(VENV)/.dev  ## make the lock files anew from requirements*.txt: the same pins, with the hashes of all their files
	@for name in requirements requirements-dev; do grep -v '^-' $$name.txt | $(BIN)/uv pip compile --quiet --system-certs \
	  --no-deps --universal --python-version 3.11.5 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --output-file $$name.lock - ; done

screenshots: $(VENV)/.dev  ## take a picture of every page, on the real index; results in docs/screenshots
	@if [ -z "$${ELASTICSEARCH_URL:-}" ]; then $(BIN)/python -m index.system java maven; fi
	@$(BIN)/python -m index.system chromium font
	@$(BIN)/python -m tests.screenshots

clean:  ## remove the virtual environment and the caches (not var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || \
	  { echo "error: Python 3.11.5 or newer is needed; name it with: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "error: python3-venv is missing; install it (Debian: apt install python3-venv)" >&2; exit 1; }

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing the pinned packages of requirements.lock, each checked by its hash"
	@$(PIP) install --progress-bar=off --require-hashes --no-deps -r requirements.lock | $(TELL)
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "installing the pinned packages of requirements-dev.lock, each checked by its hash"
	@$(PIP) install --progress-bar=off --require-hashes --no-deps -r requirements-dev.lock | $(TELL)
	@touch $@
