# modcore: `make` alone lists what there is. Needs git, python3 and make, no root; all that it fetches
# goes into one cache folder (MODCORE_CACHE, else ~/.cache/modcore).

PYTHON ?= python3
TOOLCHAIN = $(PYTHON) -m host.toolchain
# Made by the toolchain; quoted wherever it is used, since the path may hold spaces.
VENV_PYTHON = "$$($(TOOLCHAIN) --path)/venv/bin/python"
# Tests that share a process or a device stay together (loadgroup); most of them wait, so there are three workers a core.
WORKERS ?= $(shell n=$$((3 * $$(getconf _NPROCESSORS_ONLN))); echo $$((n < 8 ? n : 8)))
PYTEST_ARGS ?=
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: help run install test test-homeassistant test-brokers test-busy test-versions docs dist soak bench lint format generate screenshots screenshots-homeassistant clean

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-27s %s\n", $$1, $$2 }'
	@echo "Read from the environment: SAMPLE HTTP_PORT MQTT_PORT MQTT_URL RUNTIME HEAP (run), PYTEST_ARGS WORKERS (test)"

run: ## the watering sample (or SAMPLE=name) on a virtual board, with web server and MQTT broker
	@$(TOOLCHAIN) micropython micropython32 python lib
	@exec $(VENV_PYTHON) -m host.run

install: ## the command `modcore` of this clone, in ~/.local/bin; takes neither pip nor root
	@$(TOOLCHAIN) python
	@$(VENV_PYTHON) -m host.install

test: lint ## formatter, linter, then all tests on CPython and both MicroPythons
	@$(TOOLCHAIN) micropython micropython32 python lib tests docs stubs mosquitto nats curl chrony
	@# The browser is by far the largest part, and only few tests wait for it.
	@$(TOOLCHAIN) chromium & browser=$$!; \
	  $(VENV_PYTHON) -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder -q $(PYTEST_ARGS) || { \
	  test $$? = 1 || exit 1; echo "What failed beside others runs once more, alone:"; \
	  $(VENV_PYTHON) -m pytest -q --last-failed --last-failed-no-failures none; }; \
	  status=$$?; wait $$browser; exit $$status

test-busy: ## the same with low priority beside two busy loops: no test races the clock
	@for loop in 1 2; do sh -c 'while kill -0 '$$$$' 2>/dev/null; do :; done' & done; nice $(MAKE) --no-print-directory test

soak: ## what takes long: 100,000 mutated requests, the garden's REST with 200 examples each, ten minutes of load
	@$(TOOLCHAIN)
	@REST_EXAMPLES=200 $(VENV_PYTHON) -m pytest -q tests/e2e/test_watering_rest.py -k schemathesis
	@HTTP_MUTATIONS=100000 $(VENV_PYTHON) -m pytest -q tests/e2e/test_http_shared_fuzz.py -k mutated
	@for part in "steps 400" "cuts 10000" "queue 20000"; do \
	  PYTHONPATH="$$(pwd):$$(pwd)/tests/unit:$$(pwd)/host/board:$$($(TOOLCHAIN) --path)/lib" \
	  $(VENV_PYTHON) tests/unit/watering_machine.py $$part || exit 1; done
	@exec $(VENV_PYTHON) -m bench soak

test-versions: ## the unit tests on the oldest MicroPython that is promised and on later ones, in node and natively
	@$(TOOLCHAIN) tests lib versions
	@exec $(VENV_PYTHON) tests/versions/run.py

docs: ## the documentation as one site in site/, with search, to be read without a network
	@$(TOOLCHAIN) python docs
	@exec $(VENV_PYTHON) -m host.site

dist: ## wheel and source archive in dist/, checked
	@$(TOOLCHAIN) tests
	@rm -rf build dist *.egg-info
	@$(VENV_PYTHON) -c "from setuptools import build_meta as b; b.build_sdist('dist'); b.build_wheel('dist')" > /dev/null
	@$(VENV_PYTHON) -m twine check --strict dist/*

# Python, its requirements, the folder of its virtual environment; a command follows
HOMEASSISTANT = folder="$$($(TOOLCHAIN) --path)/$(3)"; \
	  test -x "$$folder/bin/hass" || { $(1) -m venv "$$folder" && \
	  "$$folder/bin/pip" install -q -r tests/homeassistant/$(2); } && HOMEASSISTANT="$$folder"

test-homeassistant: ## beside the real Home Assistant 2024.3.3 (Python 3.11), 2025.4.4 (3.13) and 2026.11.0 (3.14); three gigabytes
	@$(TOOLCHAIN) micropython32 python tests mosquitto
	@$(call HOMEASSISTANT,python3.11,requirements.txt,homeassistant-venv) \
	  $(VENV_PYTHON) -m pytest -q tests/homeassistant/real.py
	@$(call HOMEASSISTANT,python3.13,requirements-2025.txt,homeassistant-2025-venv) \
	  $(VENV_PYTHON) -m pytest -q tests/homeassistant/real.py tests/homeassistant/real_device.py
	@HOMEASSISTANT="$$($(VENV_PYTHON) -m tests.homeassistant.newest)" \
	  $(VENV_PYTHON) -m pytest -q tests/homeassistant/real.py tests/homeassistant/real_device.py

test-brokers: ## the MQTT plugins beside RabbitMQ, NATS and aedes (node, npm), and what each lacks; 150 megabytes
	@$(TOOLCHAIN) micropython32 python tests mosquitto nats
	@$(VENV_PYTHON) -m pytest -q tests/e2e/brokers.py

bench: ## the budgets beside what is measured
	@$(TOOLCHAIN)
	@exec $(VENV_PYTHON) -m bench

lint: ## check format, style, language and messages of commits, change nothing
	@$(TOOLCHAIN) tests
	@$(VENV_PYTHON) -m ruff format --quiet --check . || { echo "make format mends it"; exit 1; }
	@$(VENV_PYTHON) -m ruff check --quiet .
	@$(PYTHON) tests/lint.py
	@$(PYTHON) .githooks/commit-msg --all

format: ## format the code, sort imports
	@$(TOOLCHAIN) tests
	@$(VENV_PYTHON) -m ruff check --quiet --select I --fix . ; $(VENV_PYTHON) -m ruff format .

generate: ## write what is made from sources: the dashboard's pages, package.json, registry.json, docs/reference.md, docs/catalogue.md
	@$(TOOLCHAIN) python lib tests
	@$(VENV_PYTHON) -m host.dashboard && $(VENV_PYTHON) -m host.manifest_generate && $(VENV_PYTHON) -m host.reference

screenshots: ## pictures of the dashboard's pages, to docs/screenshots
	@$(TOOLCHAIN) micropython32 python lib tests chromium
	@$(VENV_PYTHON) -m host.screenshots

screenshots-homeassistant: ## pictures of devices in the real Home Assistant, to docs/screenshots
	@$(TOOLCHAIN) micropython32 python lib tests mosquitto chromium
	@$(call HOMEASSISTANT,python3.11,requirements.txt,homeassistant-venv) PYTHONPATH=. $(VENV_PYTHON) tests/homeassistant/pictures.py

clean: ## remove what was made in this folder (the cache folder stays)
	@rm -rf build dist site *.egg-info .pytest_cache .ruff_cache .hypothesis .device
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
