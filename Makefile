# The two commands of the README, and what they are made of. Each does its own set-up.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup lab lab-down test unit gitops lint types lab-tests

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## Make the virtual environment from the pinned requirements

$(READY): requirements.txt requirements-dev.txt requirements-fleet.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

lab: $(READY) ## Bring the whole system up on this machine, with no AWS account
	$(BIN)/python -m lab up

lab-down: $(READY) ## Take it down again; nothing stays but the cache
	$(BIN)/python -m lab down

unit: $(READY) ## What takes seconds: unit tests with mocked resources
	$(BIN)/python -m pytest tests/unit tests/gitops -m "not rendered"

gitops: $(READY) ## What Argo CD would make of gitops/, rendered and checked; no cluster
	$(BIN)/python -m pytest tests/gitops

lint: $(READY) ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Types, strict
	$(BIN)/basedpyright

lab-tests: $(READY) ## The lab, with the real engine and API servers: minutes
	$(BIN)/python -m pytest tests/lab

test: lint types unit gitops lab-tests ## Everything
