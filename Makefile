# Two commands do everything on a machine with only Python and make: `make run` and `make test`.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .tools/bin/uv
BIN := .venv/bin
# Where it is set (many containers do) every process compiles every module again, for seconds each.
unexport PYTHONDONTWRITEBYTECODE

CITY ?= generated
RESIDENTS ?= 100
WALKS ?= 90
SEED ?= 1
CITIES ?= generated
SEEDS ?= 1 2 3
RHYTHMS ?= ../shared/data/rhythm/tuning.csv.gz
EXAMPLES ?= 100
RESIDENTS_WATCHED ?= 1000000

.PHONY: help setup run test check audit sbom openapi bench-gpx bench-checkin bench-ink bench-hostile bench-privacy \
	bench-privacy-table bench-rhythm bench-watch bench-fuzz pictures format lock clean

help: ## Show what there is to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed ($(PYTHON) is older)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq python3-venv; } \
		|| { echo "This Python has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: $(UV) pyproject.toml requirements.txt requirements-dev.txt
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements-dev.txt
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --editable .
	@touch $@

setup: .venv/.ready ## Install everything the project needs into .venv

run: setup ## Start with demo data and print the links to open
	@TEKEN_DEMO=true $(BIN)/teken serve

# The pages run apart: a browser keeps an event loop in its process, in which other tests cannot start theirs.
test: setup ## Pass all tests
	@$(BIN)/python -m tests.chromium
	@$(BIN)/pytest -n 2 --dist worksteal --ignore=tests/pages
	@$(BIN)/pytest -n 2 --dist worksteal tests/pages

check: setup ## Style, types, contracts, migrations
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/ty check && $(BIN)/lint-imports
	@export TEKEN_DATA_DIR=$$(mktemp -d) && $(BIN)/alembic --raiseerr upgrade head && $(BIN)/alembic check; \
		status=$$?; rm -r $$TEKEN_DATA_DIR; exit $$status

audit: setup ## Ask whether a known weakness is in what we depend on (OPTIONS= of pip-audit)
	@$(BIN)/python -m tools.audit $(OPTIONS)

sbom: setup ## Write sbom.json: everything that is installed to run it, with hashes (CycloneDX)
	@$(BIN)/python -W ignore::UserWarning -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --sv 1.6 -o sbom.json

openapi: setup ## Write the OpenAPI document anew
	@TEKEN_DEMO=true $(BIN)/teken openapi openapi/openapi.json

bench-gpx: setup ## Bytes to columns beside gpxpy, bytes to Sketch per second
	@$(BIN)/python -m bench.gpx

bench-checkin: setup ## The whole check-in beside a bare insert
	@$(BIN)/python -m bench.checkin

bench-ink: setup ## The drawings: milliseconds and bytes
	@$(BIN)/python -m bench.ink

bench-hostile: setup ## Others' p99 while 64 lines never finish, and what that costs
	@$(BIN)/python -m bench.hostile

bench-privacy: setup ## Attack what contacts got (CITY= an OSM extract, RESIDENTS=, WALKS=, SEED=)
	@$(BIN)/python -m bench.privacy --city "$(CITY)" --residents $(RESIDENTS) --walks $(WALKS) --seed $(SEED)

bench-privacy-table: setup ## The table of docs/privacy.md (CITIES="generated a.osm.pbf b.osm.gz", SEEDS="1 2 3"); hours
	@for city in $(CITIES); do \
		for seed in $(SEEDS); do $(BIN)/python -m bench.privacy --city "$$city" --seed $$seed --residents $(RESIDENTS) --walks 90; done; \
		$(BIN)/python -m bench.privacy --city "$$city" --seed 1 --residents $(RESIDENTS) --walks 365 --without-two --without-baselines; \
		$(BIN)/python -m bench.privacy --city "$$city" --seed 1 --residents $(RESIDENTS) --walks 365 --without-two --without-baselines --rests; \
	done; $(BIN)/python -m bench.privacy.table bench/out

pictures: setup ## The pictures of the docs: the pages, and one walk at the four details
	@$(BIN)/python -m bench.screenshots && $(BIN)/python -m bench.details

bench-watch: setup ## The watch with a million residents beside a bare claim (RESIDENTS_WATCHED=)
	@$(BIN)/python -m bench.watch --residents $(RESIDENTS_WATCHED)

bench-rhythm: setup ## False alarms and delay of the rhythm beside others' rules (RHYTHMS= a file of signs, or invented people)
	@$(BIN)/python -m bench.rhythm --rhythms "$(RHYTHMS)" --seed $(SEED)

bench-fuzz: setup ## Try the whole API and the charter with made-up requests and lives (EXAMPLES=)
	@FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/fuzz

format: setup ## Let the formatter and the linter mend what they can
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: $(UV) ## Resolve the dependencies anew into the two lock files
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes pyproject.toml --group dev -o requirements-dev.txt

clean: ## Remove what setup and tests made (not your data)
	@rm -rf .venv .tools .pytest_cache .ruff_cache .import_linter_cache .hypothesis
