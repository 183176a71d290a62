# elmeld: `make demo` and `make test` are all the set-up there is. Needs Python ≥ 3.11, git and make; never root.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
ARGS   ?=
# Tests wait for processes, servers and terminals more than they compute: two workers a core. Each begins with a part of
# the files, so that what a file's tests share is made once, and takes of the others' when it is done.
WORKERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1))

# What is compiled is kept, whatever the surroundings say: each process that is started would compile all of it again.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test crash fuzz million check format tables bench pictures clean

demo: $(STAMP)
	@$(BIN)/elmeld demo $(ARGS)

test: $(STAMP)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

# Engines killed at every step in turn, and 500 random schedules of two at once, on both databases.
crash: $(STAMP)
	@$(BIN)/python tests/engine/kill_everywhere.py $(ARGS)

# Ten times as many hostile texts as a usual run has, and others each time; a seed that failed is given again.
fuzz: $(STAMP)
	@ELMELD_FUZZ=100000 ELMELD_FUZZ_SEED=$${ELMELD_FUZZ_SEED:-$$(date +%s)} sh -c 'echo "ELMELD_FUZZ_SEED=$$ELMELD_FUZZ_SEED"; \
	  $(BIN)/pytest -n auto tests/fuzz tests/messages/test_views_hostile.py $(ARGS)'

# One message of a million is found in under ten keys; ELMELD_BENCH_CACHE names where the million is kept, made once.
million: $(STAMP)
	@ELMELD_A_MILLION=1 $(BIN)/pytest -n 0 --durations 4 tests/tui/test_finding_a_fault.py $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# After a change of the models in store/, what statements are built on.
tables: $(STAMP)
	$(BIN)/python -m elmeld_tui.store.make_tables

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

pictures: $(STAMP)
	$(BIN)/python docs/make_pictures.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .hypothesis snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "elmeld needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
