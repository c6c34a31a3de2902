# Everything runs in .venv; `make help` lists the targets. Arguments pass through: make test ARGS="-n 2 tests/unit".
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check lint format bench words pictures

# PYTHON=/path/to/python chooses one; otherwise the first of these that is new enough.
PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
CODE := bot adapters rituals storage tests benchmarks scripts

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run ## Install what is needed, then open the playground in a browser
	$(BIN)/causerie demo $(ARGS)

test: .venv/.dev ## Run the tests
	$(BIN)/python -m pytest $(ARGS)

check: lint test ## All that must hold: format, lint, types, import contracts, tests

lint: .venv/.dev ## All of it but the tests
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .cache/importlinter

format: .venv/.dev ## Format, and mend what can be mended
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

bench: .venv/.dev ## Measure
	$(BIN)/python -m benchmarks $(ARGS)

words: .venv/.dev ## Bring the catalogues of words up to date with the code
	$(call catalogue,causerie,bot adapters storage,bot/locale)
	$(call catalogue,weekly_question,rituals/weekly_question,rituals/weekly_question/locale)

pictures: .venv/.dev ## Take the documentation's pictures of the playground anew
	$(BIN)/python -m scripts.screenshots

# $(call catalogue,domain,sources,folder)
define catalogue
@mkdir -p .cache $(3)
$(BIN)/pybabel --quiet extract --no-default-keywords -k t -k tn:1,2 --add-location=file --sort-output --width=110 \
	--project=Causerie --copyright-holder="the contributors to Causerie" -o .cache/$(1).pot $(2)
$(BIN)/pybabel --quiet update --init-missing --no-fuzzy-matching --ignore-pot-creation-date --width=110 \
	-D $(1) -l fr -i .cache/$(1).pot -d $(3)
endef

# Installed anew only when what is asked for changes.
.venv/.run: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e .
	@touch $@

.venv/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[dev]'
	@touch $@ .venv/.run

$(BIN)/python:
	@for python in $(CANDIDATES); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { unready="$$python"; continue; }; \
		echo "Creating .venv with $$("$$python" --version)"; \
		exec "$$python" -m venv .venv; \
	done; \
	if [ -n "$$unready" ]; then \
		echo "$$unready cannot create environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; \
	else \
		found="$$(python3 --version 2>/dev/null || echo none)"; \
		echo "Causerie needs Python 3.11 or newer; found: $(if $(PYTHON),$(PYTHON),$$found)." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; \
	fi; \
	exit 1
