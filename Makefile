# SPDX-License-Identifier: Apache-2.0
#
# sudo make run    all set-up, then every exercise measured: the table of speedups
# sudo make test   all set-up, then every test
# make             build/labctl
# make help        the other targets
#
# Everything made lands in build/. What root makes there is given back to the
# owner of the checkout, so that the next plain `make` can overwrite it.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
CC = gcc
AR = ar
CLANG = clang
PYFLAKES = pyflakes3
B := build
JOBS := $(shell nproc)
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The mainstays of these lists are wildcards: a new file needs no line here.
SRC := $(wildcard labctl/*.c labctl/*/*.c)
LIB_SRC := $(filter-out labctl/main.c,$(SRC))
UNIT := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test-*.c))
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz-*.c))
# Programs that tests and benches run: inside sandboxes of any image, so linked statically.
GUESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/host/*.c tests/attack/*.c))
BENCHES := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c tests/bench/tools/*.c))
TOOLS := $(BENCHES) $(B)/tests/meta/document
IMAGES := $(sort $(patsubst images/%/image.yaml,%,$(wildcard images/*/image.yaml)))
COMMANDS = $(shell sed -n 's/^COMMAND(\([a-z-]*\))$$/\1/p' labctl/cmd/commands.def)
PAGES = $(COMMANDS:%=$(B)/man/labctl-%.1) $(B)/man/labctl.1

# Large libraries, and libm, are opened when first used (labctl/base/lib.h, maths.c), so few are
# linked, and those statically where the system has archives: each shared library costs every start
# some 80 us.
archive = $(if $(wildcard /usr/lib/*/lib$(1).a),-l:lib$(1).a,-l$(1))
LIBS := $(call archive,yaml) $(call archive,jansson) -lm -lpthread -ldl

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wformat=2 -Wundef
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DLABCTL_VERSION='"$(VERSION)"' -Ilabctl -I$(B) $(WARN)
HARDEN := -fstack-protector-strong
LINK := -Wl,-O1 -Wl,--as-needed -Wl,--hash-style=gnu
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# The pages of `labctl report` have charts from libraries that npm fetches; all else does without.
CHARTS := $(if $(shell command -v npm),$(B)/report/libraries.js)

all: $(B)/labctl $(CHARTS)

help:
	@echo "sudo make run      all set-up, then the exercises measured and the table of speedups"
	@echo "sudo make test     all set-up, then every test"
	@echo "make               build/labctl"
	@echo "make check         the tests that need neither root nor images"
	@echo "make check-host    the tests that do: host, attack"
	@echo "make check-vm      the host tests under another kernel and cgroup layout"
	@echo "make check-fresh   .ci/run of the last commit on a fresh Debian RELEASE (default trixie)"
	@echo "make fuzz          each fuzzer for FUZZ_SECONDS (default 60)"
	@echo "make lint          format, warnings of two compilers, static analysis, scripts"
	@echo "make format        clang-format -i on everything"
	@echo "make bench         every bench; make bench BENCH=name runs one"
	@echo "make docs          manual pages, and docs/manifest.md from the schemas"
	@echo "make charts        fetch the chart libraries of labctl report, with npm"
	@echo "make install       to DESTDIR and PREFIX ($(PREFIX))"
	@echo "make deb           a Debian package in build/"
	@echo "make deps images   only the packages, only the lab images"
	@echo "make clean         removes build/"

# --- building ---------------------------------------------------------------

$(B)/labctl: $(B)/obj/labctl/main.o $(B)/labctl.a
	@echo "  LD    $@"
	@$(CC) $(ALL_CFLAGS) $(HARDEN) $(CFLAGS) $(LDFLAGS) $(LINK) -o $@ $^ $(LIBS)

$(B)/labctl.a: $(LIB_SRC:%.c=$(B)/obj/%.o)
	@echo "  AR    $@"
	@rm -f $@ && $(AR) qcs $@ $^

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) $(HARDEN) $(CFLAGS) -MMD -MP -c -o $@ $<

# The same sources under the sanitizers, for the tests.
$(B)/san/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $< (sanitized)"
	@$(CC) $(ALL_CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<

$(B)/san/labctl: $(B)/san/obj/labctl/main.o $(B)/san/labctl.a
	@echo "  LD    $@"
	@$(CC) $(ALL_CFLAGS) $(SANITIZE) -o $@ $^ $(LIBS)

$(B)/san/labctl.a: $(LIB_SRC:%.c=$(B)/san/obj/%.o)
	@echo "  AR    $@"
	@rm -f $@ && $(AR) qcs $@ $^

$(B)/san/tests/unit/%: $(B)/san/obj/tests/unit/%.o $(B)/san/labctl.a
	@mkdir -p $(@D)
	@echo "  LD    $@"
	@$(CC) $(ALL_CFLAGS) $(SANITIZE) -o $@ $^ $(LIBS) -lcmocka

$(B)/san/tests/fuzz/%: $(B)/san/obj/tests/fuzz/%.o $(B)/san/obj/tests/fuzz/replay.o $(B)/san/labctl.a
	@mkdir -p $(@D)
	@echo "  LD    $@"
	@$(CC) $(ALL_CFLAGS) $(SANITIZE) -o $@ $^ $(LIBS)

# The sandbox's system call filters, computed at build time.
$(B)/gen/mkfilter: labctl/sandbox/tools/mkfilter.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) -o $@ $< -lseccomp

$(B)/gen/seccomp-filters.h: $(B)/gen/mkfilter
	@echo "  GEN   $@"
	@$< >$@.new && mv $@.new $@

$(B)/obj/labctl/sandbox/seccomp.o $(B)/san/obj/labctl/sandbox/seccomp.o \
$(B)/fuzz/obj/labctl/sandbox/seccomp.o: $(B)/gen/seccomp-filters.h

$(B)/report/libraries.js: labctl/report/page/package-lock.json labctl/report/page/libraries.sh
	@echo "  NPM   $@"
	@mkdir -p $(@D)
	@labctl/report/page/libraries.sh $@ || echo "  (going on without charts)"

charts:
	@.ci/packages report
	@$(MAKE) $(B)/report/libraries.js && test -s $(B)/report/libraries.js; \
		result=$$?; $(give_back); exit $$result

$(GUESTS): $(B)/%: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $< (static)"
	@$(CC) $(ALL_CFLAGS) -O1 -static -MMD -MP -o $@ $<

$(TOOLS): $(B)/%: %.c $(B)/labctl.a
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) $(CFLAGS) -o $@ $^ $(LIBS)

# A script that lies in the binary.
$(B)/obj/labctl/image/build-layer.o $(B)/san/obj/labctl/image/build-layer.o: labctl/image/configure.sh

-include $(shell find $(B) -path $(B)/vm -prune -o -type f -name '*.d' -print 2>/dev/null)

# --- set-up -------------------------------------------------------------------

# Gives what root made in the checkout back to its owner.
give_back = [ "$$(id -u)" != 0 ] || [ ! -d $(B) ] || chown -R --reference=. $(B)
need_root = [ "$$(id -u)" = 0 ] || { echo "this needs root: sudo make $@" >&2; exit 4; }

deps:
	@.ci/packages build

images: $(B)/labctl
	@$(need_root)
	@[ -z "$(IMAGES)" ] || { echo "== images: $(IMAGES)" && $(B)/labctl image build $(IMAGES); }

setup-%:
	@.ci/packages $(subst -, ,$*)
	@echo "== build"
	@$(MAKE) -s -j$(JOBS) all; result=$$?; $(give_back); exit $$result
	@$(MAKE) images

run:
	@$(need_root)
	@$(MAKE) setup-build
	@echo "== measure"
	@$(B)/labctl run --all --size small

# --- tests --------------------------------------------------------------------

test-programs: $(B)/labctl $(B)/san/labctl $(B)/tests/meta/document $(GUESTS) $(UNIT:%=$(B)/san/tests/unit/%) \
	$(FUZZ:%=$(B)/san/tests/fuzz/%)

test:
	@$(need_root)
	@$(MAKE) setup-build-test-report
	@tests/validator/fetch $(B)/validator || echo "  (going on without the validator of HTML)"
	@$(MAKE) -s -j$(JOBS) test-programs; result=$$?; $(give_back); exit $$result
	@echo "== tests"
	@tests/run; result=$$?; $(give_back); exit $$result

check: test-programs
	@tests/run unit meta cli fuzz

check-host: test-programs
	@$(need_root)
	@tests/run host attack; result=$$?; $(give_back); exit $$result

check-vm: test-programs
	@.ci/packages vm
	@tests/vm/run $(MODE)

RELEASE ?= trixie
check-fresh:
	@$(need_root)
	@.ci/packages vm
	@tests/vm/fresh $(RELEASE)

FUZZ_SECONDS ?= 60
FUZZ_FLAGS := -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
$(B)/fuzz/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CLANG $<"
	@$(CLANG) $(ALL_CFLAGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

$(B)/fuzz/labctl.a: $(LIB_SRC:%.c=$(B)/fuzz/obj/%.o)
	@rm -f $@ && $(AR) qcs $@ $^

$(B)/fuzz/%: $(B)/fuzz/obj/tests/fuzz/%.o $(B)/fuzz/labctl.a
	@echo "  LD    $@"
	@$(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# What a fuzzer finds stays in build/fuzz/; a crash goes by hand into tests/fuzz/corpus/.
fuzz: $(FUZZ:%=$(B)/fuzz/%)
	@for f in $(FUZZ); do \
		echo "== $$f for $(FUZZ_SECONDS) s"; \
		mkdir -p $(B)/fuzz/corpus/$$f; \
		$(B)/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -timeout=10 \
			-artifact_prefix=$(B)/fuzz/ $(B)/fuzz/corpus/$$f \
			tests/fuzz/corpus/$${f#fuzz-} 2>$(B)/fuzz/$$f.log \
			|| { tail -50 $(B)/fuzz/$$f.log; exit 1; }; \
		grep stat:: $(B)/fuzz/$$f.log | head -2; \
	done

bench: $(B)/labctl $(BENCHES)
	@$(need_root)
	@.ci/packages build bench
	@tests/bench/run $(BENCH); result=$$?; $(give_back); exit $$result

# --- manners ------------------------------------------------------------------

format:
	clang-format -i $(shell git ls-files '*.c' '*.h')

lint: $(B)/gen/seccomp-filters.h
	@.ci/packages build test lint
	@tests/lint

# --- docs and installing --------------------------------------------------------

docs: $(PAGES) $(B)/tests/meta/document
	@for page in manifest record; do $(B)/tests/meta/document $$page >docs/$$page.md; done

# Name, synopsis and options of a page come from the tables, the rest from docs/man/.
$(B)/man/labctl.1: $(B)/labctl docs/man/labctl.1
	@mkdir -p $(@D)
	@{ $(B)/labctl help --man && cat docs/man/labctl.1; } >$@

$(B)/man/labctl-%.1: $(B)/labctl $(wildcard docs/man/*.1)
	@mkdir -p $(@D)
	@{ $(B)/labctl help --man $*; [ ! -f docs/man/labctl-$*.1 ] || cat docs/man/labctl-$*.1; } >$@

DATA_DIRS = $(wildcard images exercises cgroups)
PAGE = $(addprefix labctl/report/page/,page.html report.css plot.js charts.js evidence.js \
	report.js)
SHARE = $(DESTDIR)$(PREFIX)/share

install: $(B)/labctl $(PAGES) $(CHARTS)
	@$(give_back)
	install -D -m 755 $(B)/labctl $(DESTDIR)$(PREFIX)/bin/labctl
	strip $(DESTDIR)$(PREFIX)/bin/labctl
	install -d $(SHARE)/man/man1 $(SHARE)/labctl $(SHARE)/bash-completion/completions
	install -m 644 $(PAGES) $(SHARE)/man/man1
	$(B)/labctl completion bash >$(SHARE)/bash-completion/completions/labctl
	tar c --exclude=__pycache__ --owner=0 --group=0 $(DATA_DIRS) | tar x -C $(SHARE)/labctl
	install -d $(SHARE)/labctl/report
	install -m 644 $(PAGE) $(SHARE)/labctl/report
	[ ! -f $(B)/report/libraries.js ] || \
		install -m 644 $(B)/report/libraries.js $(SHARE)/labctl/report

deb: charts $(B)/labctl $(PAGES)
	@.ci/deb $(VERSION); result=$$?; $(give_back); exit $$result

clean:
	rm -rf $(B)

.PHONY: all help deps charts images run test test-programs check check-host check-vm check-fresh fuzz bench lint \
	format docs install deb clean
.SECONDARY:
