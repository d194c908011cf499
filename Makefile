# `make demo` and `make test` set up everything that they need; no other step is required.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test coverage conformance others javascript lint types docs site-test site-publish dbt-test check check-examples check-reports generate publish bench fuzz clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/.created:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it with: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.core: pyproject.toml | $(VENV)/.created
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.created
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.core

demo: $(VENV)/.core ## Convert, validate, catch a defect, and verify what tokens bought
	@PATH="$(abspath $(BIN)):$$PATH" sh examples/demo.sh

test: $(VENV)/.dev ## Build wheel and sdist, and run every test against the wheel
	sh tools/test_wheel.sh $(BIN)/python

coverage: $(VENV)/.dev ## The same with branch coverage, which takes twice as long and has to be 90 % at least
	sh tools/test_wheel.sh $(BIN)/python --cov --cov-report term

conformance: $(VENV)/.dev ## Put every vector to the reference implementation
	$(BIN)/opentokenomics conformance run -- $(BIN)/python -m opentokenomics_conformance.reference

others: $(VENV)/.dev ## Put every vector to every tool in this checkout, and keep the reports (minutes; needs Node 20)
	cd conformance/implementations/javascript && npm ci --silent
	$(BIN)/python tools/conformance_reports.py
	$(BIN)/python tools/tutorial.py

javascript: $(VENV)/.dev ## Check the implementation in JavaScript, and that it agrees with this one (needs Node 20)
	cd conformance/implementations/javascript && npm ci --silent && npm run --silent check && npm run --silent test
	cd integrations/editors && npm ci --silent && npm test --silent
	$(BIN)/python -m pytest -q conformance/implementations/javascript/agreement --numprocesses 2 --dist worksteal
	$(BIN)/opentokenomics conformance run --role validator --role converter --role calculator -- node conformance/implementations/javascript/bin/adapter.js
	$(BIN)/opentokenomics conformance laws --role converter --examples 10 --seed 1 -- node conformance/implementations/javascript/bin/adapter.js
	$(BIN)/opentokenomics conformance laws --role validator --examples 40 --seed 1 --expected-failures conformance/implementations/javascript/expected-failures.txt -- node conformance/implementations/javascript/bin/adapter.js

lint: $(VENV)/.dev ## Check style and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev ## Check types, strictly
	$(BIN)/mypy

docs: $(VENV)/.dev ## Build the documentation site into site/ (needs Node 20)
	cd conformance/implementations/javascript && npm ci --silent
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

site-test: docs ## Build the site and test it in Chromium
	$(BIN)/python -m pytest -q browser --numprocesses 2 --dist worksteal

site-publish: site-test ## Add the site of this version to the branch gh-pages, and leave other versions as they are
	$(BIN)/python tools/site_publish.py

dbt-test: $(VENV)/.dev ## Follow the page on dbt with dbt itself, in an environment of its own
	$(PYTHON) -m venv $(VENV)/dbt
	$(VENV)/dbt/bin/pip install --quiet --disable-pip-version-check --only-binary :all: 'dbt-core>=1.10,<2' 'dbt-duckdb>=1.9,<2'
	PATH="$$PATH:$(abspath $(VENV))/dbt/bin" $(BIN)/python -m pytest -q reference_impl/tests/workflows/test_workflows_dbt.py

check: $(VENV)/.dev check-examples check-reports ## Check that everything generated is current
	$(BIN)/python tools/compile_catalogue.py --check
	$(BIN)/python tools/generate_models.py --check
	$(BIN)/python tools/spec_tables.py --check
	$(BIN)/python tools/report_picture.py --check
	$(BIN)/python tools/converter_docs.py --check
	$(BIN)/python tools/list_prices.py --check
	$(BIN)/python tools/schemastore.py --check
	$(BIN)/python tools/publish.py --check

check-examples: $(VENV)/.dev
	$(BIN)/python tools/story.py --check
	$(BIN)/python tools/example_vectors.py --check

check-reports: $(VENV)/.dev
	$(BIN)/python tools/conformance_reports.py --check
	$(BIN)/python tools/tutorial.py --check

generate: $(VENV)/.dev ## Make everything generated anew
	$(BIN)/python tools/compile_catalogue.py
	$(BIN)/python tools/generate_models.py
	$(BIN)/python tools/spec_tables.py
	$(BIN)/python tools/report_picture.py
	$(BIN)/python tools/schemastore.py
	$(BIN)/python tools/story.py
	$(BIN)/python tools/example_vectors.py

publish: $(VENV)/.dev ## Freeze the draft of the standard: schemas/<version>/ with digests, never to change again
	$(BIN)/python tools/publish.py
	$(MAKE) generate others

bench: $(VENV)/.dev ## Measure speed and memory as ratios (minutes)
	$(BIN)/python benchmarks/run.py

fuzz: $(VENV)/.dev ## Throw damaged inputs at every reader for MINUTES (10), or EXAMPLES of them; SEED repeats a run
	$(BIN)/python -m fuzz $(if $(EXAMPLES),--examples $(EXAMPLES),--minutes $(or $(MINUTES),10)) $(if $(SEED),--seed $(SEED)) $(TARGET)

clean: ## Remove what was made
	rm -rf $(VENV) build dist site demo .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache fuzz/found
