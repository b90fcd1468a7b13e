# TrailLake: what can be made. `make` lists it.

CONFIGURATION := Release
BIN           := bin/traillake
DUCKDB        := node_modules/.installed
SOURCES       := $(shell find src sql -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.sql' -o -path '*/Report/Page/*' \) -not -path '*/obj/*' -not -path '*/bin/*')

.DEFAULT_GOAL := help
.PHONY: help build demo notebooks pictures test-tools build-tests test sql expected bench package check-package clean need-dotnet need-npm need-linker

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

need-dotnet:
	@command -v dotnet >/dev/null || { echo "dotnet is missing: install the .NET 10 SDK (https://dotnet.microsoft.com/download)" >&2; exit 1; }

need-npm:
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or later; it brings the DuckDB library (Debian: apt-get install npm)" >&2; exit 1; }

need-linker:
	@command -v clang >/dev/null || command -v gcc >/dev/null || { echo "a C compiler is missing: install gcc or clang; it links what is compiled ahead of time (Debian: apt-get install gcc libc6-dev)" >&2; exit 1; }

# DuckDB's official library comes as an npm package; nothing of it runs in Node.
$(DUCKDB): package.json package-lock.json | need-npm
	@npm install --no-save --no-fund --no-audit --loglevel=error >&2
	@touch $@

# Compiled ahead of time it starts in 0.01 s and not in 0.08, and takes a quarter less of a processor and 40 MB less; that needs a C compiler
# to link with. Its intermediate files have a folder of their own, because those of `dotnet build` are for any platform.
# The analyzers judge the code where the tests are built; here they would take two thirds of compiling (69 s instead of 23).
PUBLISH := dotnet publish src/TrailLake -c $(CONFIGURATION) -v quiet --nologo --artifacts-path obj -p:RunAnalyzers=false
LINKER  := $(shell command -v clang || command -v gcc)
NATIVE  := $(PUBLISH) $(if $(LINKER),--use-current-runtime -p:PublishAot=true)

build: $(BIN) ## build bin/traillake

$(BIN): $(DUCKDB) $(SOURCES) | need-dotnet
ifeq ($(LINKER),)
	@echo "no C compiler (Debian: apt-get install gcc libc6-dev): building for .NET's just-in-time compiler, which starts later and takes a third longer" >&2
endif
	@$(NATIVE) -o bin
	@touch $@

demo: $(BIN) ## flatten the sample trail into ./lake and ask it a few questions
	@./demo.sh

notebooks: $(BIN) ## run every notebook on the demo's lake, which it makes if there is none
	@[ -e lake ] || ./demo.sh >/dev/null
	@notebooks/run.sh

pictures: $(BIN) ## take the README's pictures again, of the demo's lake
	@[ -e lake ] || ./demo.sh >/dev/null
	@docs/pictures.sh

test-tools: ## install what the tests drive, where that may be: a browser, an S3 server, a terminal
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || true # where it cannot, the tests in a browser are reported as skipped
	@tests/s3-server.sh install || true # where it cannot, the tests on S3 are reported as skipped
	@command -v tmux >/dev/null && command -v zsh >/dev/null || apt-get install -qq --no-install-recommends tmux zsh >/dev/null || true # as are those on a terminal

build-tests: $(DUCKDB) | need-dotnet ## build the tests
	@dotnet build tests/TrailLake.Tests -c $(CONFIGURATION) -v quiet --nologo

test: $(BIN) test-tools build-tests ## run every test
	@TRAILLAKE_PROGRAM=$(CURDIR)/$(BIN) tests/TrailLake.Tests/bin/$(CONFIGURATION)/net10.0/TrailLake.Tests

EVENTS := 1000000
RUNS   := 5
PARTS  := duckdb threads small memory growth queries s3

bench: $(BIN) ## measure beside zcat and DuckDB (EVENTS=1000000 RUNS=5 PARTS="…"; minutes)
	@$(subst src/TrailLake,tests/TrailLake.Bench,$(NATIVE)) -o bin/bench
	@TRAILLAKE_DUCKDB="$${TRAILLAKE_DUCKDB:-$(CURDIR)/node_modules/@duckdb}" bin/bench/TrailLake.Bench run \
	  --events $(EVENTS) --runs $(RUNS) --parts $(PARTS) --data bench --results tests/TrailLake.Bench/results

sql: $(BIN) ## render sql/columns.md and sql/athena from the table of columns, and the index of sql/README.md from the views
	@$(BIN) render-sql sql

expected: $(BIN) build-tests ## work out the views' expected rows from the samples again
	@TRAILLAKE_WRITE_EXPECTED=1 tests/TrailLake.Tests/bin/$(CONFIGURATION)/net10.0/TrailLake.Tests -method '*.The_expected_rows_are_what_the_records_give'

VERSION := $(shell sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' src/Directory.Build.props)
SHIPPED  = -p:DebugType=none -p:CopyOutputSymbolsToPublishDirectory=false -p:DuckDbFolder=$(CURDIR)/node_modules/@duckdb/node-bindings-linux-x64 -p:PagesFolder=$(CURDIR)/obj/pages

# The pages of a package link to nothing that only a clone has. Of the libraries of DuckDB the packages bring the one for linux-x64; elsewhere TRAILLAKE_DUCKDB names another.
package: $(DUCKDB) | need-dotnet need-linker ## make dist/: one file for linux-x64, a portable archive, a dotnet tool, checksums
	@rm -rf dist obj/pages && mkdir -p obj/pages/docs obj/pages/sql/views && cp docs/*.png obj/pages/docs && cp sql/views/*.sql obj/pages/sql/views
	@for page in README.md docs/*.md sql/*.md; do sed -E 's,\[([^]]*)\]\((\.\./)?((notebooks|tests|src)/[^)]*)\),\1 (\3 in the source),g' $$page > obj/pages/$$page; done
	@$(PUBLISH) $(SHIPPED) -r linux-x64 -p:PublishAot=true -o dist/traillake-$(VERSION)-linux-x64
	@$(PUBLISH) $(SHIPPED) -p:UseAppHost=false -o dist/traillake-$(VERSION)-portable
	@printf '%s\n' '#!/bin/sh' '# Runs on the .NET 10 runtime that is installed.' \
	  'exec dotnet "$$(CDPATH= cd -- "$$(dirname -- "$$(readlink -f -- "$$0")")" && pwd)/traillake.dll" "$$@"' > dist/traillake-$(VERSION)-portable/traillake
	@chmod +x dist/traillake-$(VERSION)-portable/traillake
	@for name in linux-x64 portable; do tar -C dist -czf dist/traillake-$(VERSION)-$$name.tar.gz traillake-$(VERSION)-$$name && rm -r dist/traillake-$(VERSION)-$$name; done
	@$(subst dotnet publish,dotnet pack,$(PUBLISH)) $(SHIPPED) -p:PackAsTool=true -o dist
	@cd dist && sha256sum traillake-* TrailLake.* > SHA256SUMS && cat SHA256SUMS

check-package: package ## try each package in an empty folder: ingest the sample, query it
	@tests/packages.sh dist

clean: ## remove what was built
	@if [ -e lake/.demo ]; then rm -rf lake; fi
	@rm -rf bin obj bench dist node_modules $$(find src tests -type d \( -name bin -o -name obj \))
