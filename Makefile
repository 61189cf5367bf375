# `make` lists what there is to make.

.DEFAULT_GOAL := help
.PHONY: help run test faults conformance browser ci bench openapi fmt lint doc image-check deploy-check clean-data

# The folder of the private Postgres, as the service reads it.
DATA_DIR ?= $(or $(shell sed -n 's/^DATA_DIR=//p' .env 2>/dev/null),data)

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

run: ## start the service on a Postgres of its own, with a demonstration newsroom
	@scripts/setup
	@scripts/run

test: ## run all tests on a Postgres that is thrown away
	@scripts/setup test
	cargo build --locked
	target/debug/dateline postgres --throwaway -- cargo nextest run --locked

faults: ## processes killed, Postgres stopped, slow, silent, cut off; 10,000 edits on two instances
	@scripts/setup test
	cargo nextest run --locked --test faults --no-fail-fast --success-output immediate
	cargo build --locked
	COHERENCE_EDITS=10000 target/debug/dateline postgres --throwaway -- \
	  cargo nextest run --locked --test api coherence::edits --success-output immediate

conformance: ## outside tools judge the document and the running service; JUDGES='client cache' for some of them
	@scripts/conformance $(JUDGES)

browser: ## drive Swagger UI with Chromium; screenshots in target/ci/conformance/screenshots
	@scripts/conformance browser

ci: ## everything a change has to pass
	@.ci/run

bench: ## measure beside the machine's limits; BENCH_ARGS='--quick', '--full', '--case NAME', '--help'
	@scripts/bench $(BENCH_ARGS)

openapi: ## write the OpenAPI document to openapi/
	cargo run --quiet -- openapi --write openapi

fmt: ## format the code
	cargo fmt

lint: ## clippy, warnings are errors
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --test faults -- -D warnings

doc: ## build the crate's documentation, warnings are errors
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps

image-check: ## build the container image and try it
	@scripts/image-check

deploy-check: ## hold deploy/ against promtool and the schemas of Kubernetes
	@scripts/setup test
	@scripts/deploy-check
	cargo build --locked
	target/debug/dateline postgres --throwaway -- cargo nextest run --locked deployment::

clean-data: ## remove the data of the private Postgres, unless it is running
	@if test -e '$(DATA_DIR)/postgres.lock'; then \
	  cd '$(DATA_DIR)' && flock --nonblock postgres.lock rm -rf cluster cluster.partial-* socket postgres.log* postgres.lock \
	    || { echo 'clean-data: the service is running; stop it first' >&2; exit 1; }; \
	fi
