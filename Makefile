# Works with GNU make 3.81 (macOS) and later. The only needs are python3.11, make and git.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DBT := $(BIN)/dbt --no-partial-parse
export DO_NOT_TRACK := 1
export DBT_PROFILES_DIR := $(CURDIR)
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
LEADLINE_DATABASE ?= builds/dev/leadline.duckdb
export LEADLINE_DATABASE

.PHONY: help env bytecode folder run build test lint style types sql written generate seeds kpis picture bench clean

help:
	@echo "make run       build the demonstration company and show its KPIs"
	@echo "make run INBOX=FOLDER [LAND='--account …']   land one's own exports, build and show their KPIs"
	@echo "make test      every check that CI makes"
	@echo "make lint      ruff, mypy and SQLFluff only"
	@echo "make build     dbt build into $(LEADLINE_DATABASE)"
	@echo "make generate  write reports, tests of examples and the seed of targets again"
	@echo "make seeds     write the demonstration company's seeds again"
	@echo "make kpis      write docs/kpis.md again: every KPI's value on the demonstration company"
	@echo "make picture   make the README's picture again from a real run"
	@echo "make bench     measure Leadline beside its peers and write benchmarks/README.md again"
	@echo "make clean     remove what builds leave (the environment stays)"

# The environment is made again when the lock changes; the stamp is newer than the lock or it is not there.
$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

env: $(STAMP) bytecode

# What pip does for packages that it copies: without it every start compiles again where Python may not write.
bytecode: $(STAMP)
	@$(BIN)/python -m compileall -q src/leadline

# DuckDB makes its file, but not the folder; dbt and SQLFluff's templater open it too.
folder:
	@mkdir -p "$$(dirname "$$LEADLINE_DATABASE")"

build: bytecode folder
	$(DBT) build

# With INBOX, the KPIs of a folder of one's own exports; what is refused is said, and the rest is built.
ifdef INBOX
run: $(STAMP) folder
	$(BIN)/leadline land "$(INBOX)" $(LAND) || test $$? -eq 1
	$(DBT) --quiet build --vars '{raw_from: landed}'
	$(BIN)/leadline doctor || test $$? -eq 1
	$(BIN)/leadline list --with-data
	@echo "The database is $(LEADLINE_DATABASE): open it read-only with any DuckDB client or BI tool."
else
run: build
	$(BIN)/leadline doctor
	$(BIN)/leadline query sessions leads cost_per_lead new_customers revenue --by channel --grain month --last 2
	$(BIN)/leadline query ad_spend leads cost_per_lead cac romi revenue --grain month --last 6
	@echo "The database is $(LEADLINE_DATABASE): open it read-only with any DuckDB client or BI tool."
endif

style:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

# A target folder of its own, as `written` has dbt write into the other at the same time.
sql: folder
	DBT_TARGET_PATH=target/lint $(BIN)/python .ci/lint_sql.py lint models data_tests --processes 2

# What is written from the definitions is as they are now.
written:
	$(DBT) --quiet parse
	$(BIN)/leadline generate --check
	$(BIN)/leadline targets --check-seed

# mypy and dbt's parser use one core each: side by side with the others.
lint: $(STAMP) folder
	@$(MAKE) --no-print-directory --jobs 3 style types sql

test: bytecode folder
	@$(MAKE) --no-print-directory --jobs 4 style types written sql
	$(BIN)/python -m pytest -n 2 --dist worksteal

generate: $(STAMP) folder
	$(DBT) --quiet parse
	$(BIN)/leadline generate
	$(BIN)/leadline targets --write-seed

seeds: $(STAMP)
	$(BIN)/leadline demo --out seeds/raw --layout seeds
	$(BIN)/python -c "from pathlib import Path; from leadline.write.raw_seeds import contract_tables, seed_properties; \
	    Path('seeds/raw/_raw__seeds.yml').write_text(seed_properties(contract_tables(Path('models/staging'))))"

kpis: build
	$(BIN)/python docs/kpis.py target/semantic_manifest.json $(LEADLINE_DATABASE)

picture: $(STAMP)
	$(BIN)/python docs/picture.py

# About half an hour; the data (6.5 GB) stays in builds/bench until `make clean`.
bench: $(STAMP)
	$(BIN)/python -m benchmarks.landing --megabytes 5000 --runs 1 --folder builds/bench
	$(BIN)/python -m benchmarks.checks --rows 10000000
	$(BIN)/python -m benchmarks.run --folder builds/bench

clean:
	rm -rf target logs builds .pytest_cache .mypy_cache .ruff_cache
