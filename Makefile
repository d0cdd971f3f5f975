PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
NODE   := $(VENV)/node
RUNNER := gitlab-ci-local@4.73.0
JOBS   ?= auto
BASE   ?= main
QUICK  := $(addprefix tests/,graph model kinds yamlfile policy resolving checks report)

.PHONY: help demo test quick interleavings snapshots schemas docs examples pipeline browser picture lint format bench bench-compare wheel constraints clean

help:           ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(READY)  ## the main job, end to end, on a local emulator
	@$(BIN)/syncer demo

test: $(READY)  ## all tests, with branch coverage
	@$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term --cov-fail-under=95

quick: $(READY)  ## the tests that need no server or other process
	@$(BIN)/python -m pytest -n $(JOBS) -q --hypothesis-profile quick -m "not slow" $(QUICK)

snapshots: $(READY)  ## renew the outputs that tests compare with: review the diff
	@$(BIN)/python -m pytest -q tests/scenarios/test_snapshots.py tests/docs/test_blocks.py --renew-snapshots

schemas: $(READY)  ## write the rules, as the kinds describe them, into the schemas
	@$(BIN)/python -m syncer.kinds.schemas schemas

docs: $(READY)  ## write help and options of the commands into docs/commands.md
	@$(BIN)/python -m tests.docs.reference

examples: $(READY)  ## docs/examples, after a change of a JSON form
	@$(BIN)/python -m tests.docs.examples

interleavings: $(READY)  ## the real engine through every interleaving of calls, within bounds (minutes)
	@INTERLEAVINGS=1 $(BIN)/python -m pytest -q -n $(JOBS) tests/interleavings

pipeline: $(READY) $(NODE)/.$(RUNNER)  ## run the pipeline of .gitlab-ci.yml on this machine (needs npm, rsync, git)
	@PATH="$(abspath $(NODE)/node_modules/.bin):$$PATH" $(BIN)/python -m pytest tests/pipeline -n $(JOBS)

browser: $(READY)  ## test pages in Chromium: keyboard, axe, print, no script (needs chromium)
	@$(BIN)/python -m pytest tests/browser

picture: $(READY)  ## docs/plan.png, the picture in the README (needs chromium)
	@$(BIN)/python -m tests.browser.picture

lint: $(READY)  ## ruff, mypy and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## let ruff fix what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## the benchmarks (figures, no pass or fail)
	@for each in tests/bench/bench_*.py; do echo "$$each"; $(BIN)/python -m "$$(echo "$${each%.py}" | tr / .)" || exit; done

bench-compare: $(READY)  ## this tree against another commit, in pairs: make bench-compare BASE=main
	@$(BIN)/python -m tests.bench.compare $(BASE)

wheel: $(READY)  ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

constraints: $(READY)  ## pin the development environment again
	.ci/pin

clean:          ## remove everything that the other targets create
	rm -rf $(VENV) dist build .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml .ci/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "syncer needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	@echo "setting up $(VENV) with the packages of .ci/constraints.txt: takes about a minute, once" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(NODE)/.$(RUNNER):
	@for each in npm rsync git; do command -v $$each >/dev/null || { echo "make pipeline needs $$each: install it" >&2; exit 1; }; done
	@npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix $(NODE) $(RUNNER)
	@touch $@
