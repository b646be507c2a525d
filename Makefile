# One command each; `make help` lists them. Everything lands in .venv, node_modules and .spotex.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(BIN)/python -m spotex.runtime
WITH_DATABASES := $(RUNTIME) exec --
STAMP := $(VENV)/.installed-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench fix shell seed clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## virtual environment and dependencies

$(STAMP): requirements.txt requirements-dev.txt
	@test -x $(BIN)/python || { echo "• Creating $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "• Installing Python packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@rm -f $(VENV)/.installed-* && touch $@

run: setup ## start everything; Ctrl-C stops it
	@exec $(RUNTIME) run

test: setup ## all tests: make test ARGS="-k site"
	@$(RUNTIME) frontend
	@exec $(RUNTIME) exec --throwaway -- pytest -n auto $(ARGS)

check: setup ## lint, types, import contracts, templates, migrations, API document
	@$(RUNTIME) frontend
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates
	@exec $(RUNTIME) exec --throwaway -- sh -ec '\
		python manage.py makemigrations --check --dry-run; \
		python manage.py spectacular --validate --fail-on-warn --file "$$SPOTEX_DATA_DIR/schema.yml"; \
		diff -u docs/api/schema.yml "$$SPOTEX_DATA_DIR/schema.yml"'

bench: setup ## measure the pages and the API under load
	@exec $(RUNTIME) exec --throwaway -- python -m bench $(ARGS)

fix: setup ## format and repair what can be repaired
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

shell: setup ## Django shell on the data of `make run`
	@exec $(WITH_DATABASES) python manage.py shell

seed: setup ## build the demo world
	@exec $(WITH_DATABASES) python manage.py seed_demo $(ARGS)

clean: ## remove what is built; keeps the data in .spotex
	@rm -rf $(VENV) node_modules static/dist .mypy_cache .ruff_cache .pytest_cache
