# One command each; `make help` lists them. Everything lands in .venv, node_modules and .spotex.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(BIN)/python -m spotex.runtime
PRODUCT := $(VENV)/.product-$(shell cksum < requirements.txt | cut -d' ' -f1)
TOOLS := $(VENV)/.tools-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench race compose-check faults fix shell seed code clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(TOOLS) ## virtual environment with everything, tools included

$(PRODUCT):
	@test -x $(BIN)/python || { echo "• Creating $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "• Installing Python packages" && $(PIP) -r requirements.txt
	@rm -f $(VENV)/.product-* && touch $@

$(TOOLS): $(PRODUCT)
	@echo "• Installing development tools" && $(PIP) -r requirements-dev.txt
	@rm -f $(VENV)/.tools-* && touch $@

run: $(PRODUCT) ## start everything; Ctrl-C stops it
	@exec $(RUNTIME) run

test: $(TOOLS) ## all tests; some: make test ARGS="-k site"
	@$(RUNTIME) frontend
	@exec $(RUNTIME) exec --throwaway -- pytest -n auto $(ARGS)

check: $(TOOLS) ## lint, types, import contracts, templates, migrations, API document
	@$(RUNTIME) frontend
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates
	@exec $(RUNTIME) exec --throwaway -- sh -ec '\
		python manage.py makemigrations --check --dry-run; \
		python manage.py spectacular --validate --fail-on-warn --file "$$SPOTEX_DATA_DIR/schema.yml"; \
		diff -u docs/api/schema.yml "$$SPOTEX_DATA_DIR/schema.yml"'

bench: $(TOOLS) ## measure pages, API and tenancy
	@exec $(RUNTIME) exec --throwaway -- python -m bench $(ARGS)

race: $(TOOLS) ## let forty people hold, pay and cancel the same hours; report in bench/RACE.md
	@exec $(RUNTIME) exec --throwaway -- python -m bench.race

compose-check: $(TOOLS) ## build the containers of the platform, start them, try them, stop them
	@$(RUNTIME) frontend
	@exec $(BIN)/python -m deploy.check

faults: $(TOOLS) ## kill and silence processes under load, report what was lost
	@exec $(BIN)/python -m bench.faults $(ARGS)

fix: $(TOOLS) ## format, and repair what can be repaired
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

shell: $(PRODUCT) ## Django shell on the data of `make run`
	@exec $(RUNTIME) exec -- python manage.py shell $(ARGS)

seed: $(PRODUCT) ## build the demo world
	@exec $(RUNTIME) exec -- python manage.py seed_demo $(ARGS)

code: $(PRODUCT) ## code of an authenticator app: make code SECRET=...
	@exec $(RUNTIME) code "$(SECRET)"

clean: ## remove what is built; keeps the data in .spotex
	@rm -rf $(VENV) node_modules static/dist .mypy_cache .ruff_cache .pytest_cache
