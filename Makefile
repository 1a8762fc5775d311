# The portal's commands. `make run` and `make test` need Python 3.11 or later, and nothing else.

PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
BASE_URL ?= http://localhost:$(PORT)
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

.DEFAULT_GOAL := help
.PHONY: help run test test-browser check bench soak lock messages format clean

help:  ## Show these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

# Dependencies are installed again only when their lock file has changed.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "The portal needs Python 3.11 or later; $(PYTHON) is %d.%d. Name another one: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	@echo "Creating the virtual environment .venv"
	@$(PYTHON) -m venv .venv

.venv/base.stamp: requirements/base.txt | $(BIN)/python
	@echo "Installing the locked dependencies"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/base.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/base.stamp
	@echo "Installing what tests and checks need"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

run: .venv/base.stamp  ## Set up and start the portal (PORT=8000, DEMO=0 for an empty one, DEBUG=1 to develop)
	@DEBUG=$(or $(DEBUG),0) BASE_URL=$(BASE_URL) $(MANAGE) start --port $(PORT) $(if $(filter 0,$(DEMO)),--empty)

test: .venv/dev.stamp  ## Run every test, those in the browser included (DATABASE_URL= for another database)
	@$(BIN)/python -m tests

check: .venv/dev.stamp  ## Format, lint, types, layers, migrations, translations, deployment
	@$(BIN)/python -m tests.checks

bench: .venv/dev.stamp  ## Measure against a bare Wagtail page on the same server
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.engine
	@$(BIN)/python -m bench.discussions

soak: .venv/dev.stamp  ## Kill writers of the search index at random moments while others read (KILLS=300)
	@$(BIN)/python -m tests.soak --kills $(or $(KILLS),300)

lock:  ## Renew the lock files after a change in requirements/*.in (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements/base.in -o requirements/base.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements/dev.in -o requirements/dev.txt

messages: .venv/dev.stamp  ## Collect the strings to translate (needs GNU gettext)
	@$(MANAGE) collect_messages

format: .venv/dev.stamp  ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet . && git ls-files '*.html' | xargs $(BIN)/djade --target-version 5.2

clean:  ## Remove what can be made again (the data folder stays)
	rm -rf .venv .test_cache .mypy_cache .ruff_cache .pytest_cache
