# Two commands: `make run` and `make test`. `make help` lists the rest.

PORT ?= 8000
PYTHON := .venv/bin/python
EMBEDDED := $(PYTHON) -m config.embedded

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run reset codes pictures test mutants faults fuzz check containers bench lock

help: ## what there is to ask for
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | sort | awk -F '\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: ## start Pierhead on http://localhost:8000 (PORT= for another), with invented people
	@scripts/bootstrap run && exec $(EMBEDDED) --end-with-parent run --port "$(PORT)"

reset: ## remove this checkout's data and keys, to start over
	@scripts/bootstrap run && exec $(EMBEDDED) reset

codes: ## the invented people's six-digit codes, good for this half minute (WHO= for some)
	@$(EMBEDDED) codes "$(WHO)"

pictures: ## take the README's pictures from what `make run` shows meanwhile
	@scripts/bootstrap dev && scripts/browser && exec $(PYTHON) scripts/pictures.py

test: ## run the suite, in parallel (ARGS= for pytest's options)
	@scripts/bootstrap dev && scripts/browser
	@exec $(EMBEDDED) with-servers -- $(PYTHON) -m pytest -n auto $(ARGS)

mutants: ## spoil the vault and the rules line by line and see which test notices (ARGS= for some: 'vault.bundles.*')
	@scripts/bootstrap dev
	@PIERHEAD_TEST_KEEP=1 exec $(EMBEDDED) with-servers -- nice -n 15 .venv/bin/mutmut run --max-children 2 $(ARGS)

faults: ## break things for long while deadlines fall due, in about 15 minutes (PIERHEAD_SEED= to repeat)
	@scripts/bootstrap dev
	@PIERHEAD_FAULTS=long exec $(EMBEDDED) with-servers -- $(PYTHON) -m pytest -s tests/faults \
		tests/events/test_webhooks.py tests/visits/test_clock.py tests/directory/test_working_days.py $(ARGS)

fuzz: ## requests nobody thought of, from the contract, in about 15 minutes (PIERHEAD_SEED= to repeat)
	@scripts/bootstrap dev
	@PIERHEAD_FUZZ=long exec $(EMBEDDED) with-servers -- $(PYTHON) -m pytest -s tests/fuzz $(ARGS)

check: ## everything short of running it: style, types, layers, settings, licences, locks
	@scripts/bootstrap dev && exec scripts/check

containers: ## build the containers and drill them: the journey, kill -9, down and up (root on Debian)
	@cd containers && exec python3 -m drill

bench: ## measure against a plain floor, on throwaway servers, in about 8 minutes (ARGS="--sizes 1000")
	@scripts/bootstrap run && exec $(PYTHON) -m benchmarks $(ARGS)

lock: ## choose versions anew after a change of the packages in pyproject.toml
	@scripts/bootstrap dev && exec scripts/lock
