# The two commands of the README, and what they are made of. Each does its own set-up.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

LOCKS := requirements requirements-fleet policies/requirements requirements-dev requirements-audit
AUDIT := .audit
AUDIT_READY := $(AUDIT)/venv/.ready

.PHONY: help setup lab lab-down test unit gitops workflows lint types lab-tests secrets lock audit

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## Make the virtual environment from the pinned requirements

$(READY): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-dev.txt
	@touch $@

lab: $(READY) ## Bring the whole system up on this machine, with no AWS account
	$(BIN)/python -m lab up

lab-down: $(READY) ## Take it down again; nothing stays but the cache
	$(BIN)/python -m lab down

unit: $(READY) ## What takes seconds: unit tests with mocked resources
	$(BIN)/python -m pytest tests/unit tests/gitops -m "not rendered"

gitops: $(READY) ## What Argo CD would make of gitops/, rendered and checked; no cluster
	$(BIN)/python -m pytest tests/gitops

workflows: $(READY) ## GitHub's workflows and what they run, by three linters
	$(BIN)/python -m pytest tests/workflows

lint: $(READY) ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Types, strict
	$(BIN)/basedpyright

secrets: $(READY) ## No secret in the working tree, nor in its history; offline once gitleaks is there
	$(BIN)/python -m pytest tests/supply_chain

lab-tests: $(READY) ## The lab, with the real engine and API servers: minutes
	$(BIN)/python -m pytest tests/lab

test: lint types unit gitops workflows secrets lab-tests ## Everything

$(AUDIT_READY): requirements-audit.txt
	$(PYTHON) -m venv $(AUDIT)/venv
	$(AUDIT)/venv/bin/pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-audit.txt
	@touch $@

# The order matters: each takes the versions of those before it. The command is written into the
# files, where Renovate reads it.
lock: $(AUDIT_READY) ## Write the locks anew from requirements*.in; UPGRADE=--upgrade takes newer versions
	@for lock in $(LOCKS); do \
		(cd $$(dirname $$lock) && name=$$(basename $$lock) && \
			$(CURDIR)/$(AUDIT)/venv/bin/uv pip compile --quiet --universal --python-version=3.11 \
			--generate-hashes $(UPGRADE) --output-file=$$name.txt $$name.in) || exit; done

audit: $(AUDIT_READY) ## Known vulnerabilities in what is locked, asked of PyPI; bills of materials
	@mkdir -p $(AUDIT)/sbom
	@for lock in $(LOCKS); do \
		$(AUDIT)/venv/bin/cyclonedx-py requirements --output-reproducible \
			--output-file $(AUDIT)/sbom/$$(echo $$lock | tr / -).cdx.json $$lock.txt || exit; done
	@found=0; for lock in $(LOCKS); do echo "$$lock.txt:"; \
		$(AUDIT)/venv/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off \
			--requirement $$lock.txt || found=1; done; exit $$found
