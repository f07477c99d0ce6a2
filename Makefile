# The contact centre. `make run` starts everything on this machine; `make test` runs every test.
SHELL := /bin/bash
.DEFAULT_GOAL := help

TOOLS := .tools
UV := $(shell command -v uv 2>/dev/null || echo $(TOOLS)/bin/uv)
PY := .venv/bin/python
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
# Compiled once, not by each of the hundreds of processes that the tests start: half of what a start costs.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install system-packages run check test bench sbom clean docs-pictures

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(TOOLS)/bin/uv:
	python3 -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check uv

install: $(if $(findstring $(TOOLS),$(UV)),$(TOOLS)/bin/uv) ## install the pinned dependencies into .venv
	@$(UV) sync --locked --quiet

run: install ## start the whole contact centre on this machine
	@$(PY) -m app up

system-packages: ## what the tests need from Debian: a browser, antiword (skipped when there)
	@bash .ci/system-packages

check: install ## format, lint, types, contracts, the UI's types, the dialogue's data
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m app prepare
	$(PY) -m inbox.build --check
	$(PY) -m nlu.validate
	.ci/sbom

test: install system-packages ## run every test
	$(PY) -m app prepare
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

bench: install ## run every benchmark (minutes); one of them: make bench NAME=turn
	$(PY) -m bench $(NAME)

sbom: install ## what everything is made of (CycloneDX), into var/sbom
	$(PY) -m app prepare
	.ci/sbom

clean: ## remove what was built (data in var/ stays)
	rm -rf .venv $(TOOLS) inbox/ui/node_modules inbox/web/dist nlu/.venv nlu/models nlu/.rasa

docs-pictures: install system-packages ## take the pictures of the docs anew from a running centre
	$(PY) -m app prepare
	PICTURES=docs/pictures $(PY) -m pytest tests/journeys tests/screens/test_walk_*.py
