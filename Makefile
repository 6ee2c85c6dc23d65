# Everything a checkout needs, from nothing but Python 3.11 or newer. `make help` lists the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO_FLAGS ?=
BENCH_FLAGS ?=
PYTEST_FLAGS ?=
PEERS_FLAGS ?=
PEERS := .peers
PUBLISHED = $(shell grep -rl --include='test_*.py' PLATINUM_WRITE tests)

.DEFAULT_GOAL := help
.PHONY: help env demo test proof worth breaks check format bench bench-kafka peers chaos chaos-kafka soak schemas docs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(READY) ## install Platinum and its tools into .venv (once; again when pyproject.toml changes)
	@:

# The stamp is written last: an interrupted installation is repeated, a finished one is not.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Platinum needs Python 3.11 or newer: make env PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Installing packages into $(VENV); the first time takes a minute or two"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,kafka]'
	@touch $@

demo: env ## a small shop, alive in your terminal; nothing is kept (DEMO_FLAGS="--seconds 30")
	@$(BIN)/platinum demo $(DEMO_FLAGS)

# Two at a time, file by file: a test waits for other processes half of its time, and those of one file may share a port. In the
# order of the folders, because the longest come first there.
test: env ## the whole test suite, a quarter of an hour on 2 cores (PYTEST_FLAGS="-k caps", or "-n 0 --pdb")
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=10 --durations-min=5 $(PYTEST_FLAGS)

proof: env ## what takes too long for `make test`: whole logs record by record, every world with the JIT off, waiting times, quoted times, a million events that break no invariant (long: that last one alone is 26 minutes of one core)
	@$(BIN)/python -m pytest -q -s tests/proof/prove_*.py

worth: env ## Platinum against two other firms and without each ingredient, 20 seeds, and 200 where nothing has an effect (about an hour of one core; goes on where it was stopped; `make docs` then renews the page)
	@$(BIN)/python -m tests.proof.worth_it --seeds 20 --null 200 --out .worth/seeds.jsonl --summary tests/proof/worth_it.json

breaks: env ## break every rule that has stories, each in several ways, and see its stories fail (2 minutes)
	@$(BIN)/python -m tests.stories.breaks

check: env ## lint, format, types, import order, house rules, generated files; changes nothing
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "some files are not formatted: make format" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/unit/house $(PUBLISHED)

# Schemas, openapi.json, reference pages: each has a test that makes it from the code, compares, and rewrites it when asked.
schemas docs: env ## rewrite the files that are made from code: schemas/ and docs/reference/
	@PLATINUM_WRITE=1 $(BIN)/python -m pytest -q $(PUBLISHED)

format: env ## order imports and format
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: env ## the published measurements, as JSON lines (BENCH_FLAGS="--repeat 1")
	@for what in kernel "stream --log memory" memory http learner; do $(BIN)/platinum bench $$what --json $(BENCH_FLAGS) || exit 1; done

bench-kafka: env ## one real worker on Kafka: throughput with its baseline, then latency (15 minutes; needs Java 17 and Maven)
	@$(BIN)/platinum bench stream --log kafka --baseline --json $(BENCH_FLAGS)
	@$(BIN)/platinum bench latency --log kafka --json $(BENCH_FLAGS)

peers: env $(PEERS)/.ready ## Quix Streams and Kafka Streams on a broker of their own, as JSON lines (PEERS_FLAGS="--repeat 1"; load_tests/README.md)
	@for what in quix kafka_streams; do $(BIN)/python -m load_tests.run $$what $(PEERS_FLAGS) || exit 1; done

$(PEERS)/.ready: load_tests/quix/requirements.txt load_tests/kafka_streams/pom.xml $(wildcard load_tests/kafka_streams/src/main/java/peer/*.java)
	@test -x $(PEERS)/quix/bin/python || $(PYTHON) -m venv $(PEERS)/quix
	@$(PEERS)/quix/bin/python -m pip install --quiet --disable-pip-version-check --requirement load_tests/quix/requirements.txt
	@mvn -q -B -f load_tests/kafka_streams/pom.xml compile dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(PEERS)/kafka_streams/lib
	@touch $@

chaos: env ## kill `platinum up` 20 times under load, then cut the power 5 times, and count what is wrong (10 minutes)
	@$(BIN)/python -m tests.chaos.kill_up --kills 20 --rate 2000 --seed 7
	@$(BIN)/python -m tests.chaos.kill_up --kills 5 --power-cut --seed 7

chaos-kafka: env ## kills, a store that goes back or is lost, workers that come and go, connections that drop, a stop under load, on a real Kafka, against a single pass (20 minutes)
	@$(BIN)/python -m tests.chaos.kafka_kill
	@$(BIN)/python -m tests.chaos.kafka_kill --delay-ms 30 --seed 8
	@$(BIN)/python -m tests.chaos.kafka_store
	@$(BIN)/python -m tests.chaos.kafka_blips
	@$(BIN)/python -m tests.chaos.kafka_rebalance
	@$(BIN)/python -m tests.chaos.kafka_stop

soak: env ## workers and an API for 20 minutes: memory, tasks and open files stay as they are (SOAK_FLAGS="--minutes 60")
	@$(BIN)/python -m tests.chaos.kafka_soak $(SOAK_FLAGS)

clean: ## remove .venv and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
