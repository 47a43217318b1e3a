# SPDX-License-Identifier: GPL-2.0-only
# make help says what there is.

O       ?= build
FLAVOUR ?= debug
KSRC    ?=
V       ?= 0

override O := $(abspath $(O))

Q    := $(if $(filter 1,$(V)),,@)
MAKE += --no-print-directory

export V

all: lib progs

help:
	@echo 'make           library and command, BPF programs'
	@echo 'make kernel    patched kernel, in a cache under ~/.cache/tclink'
	@echo '               KSRC=/path: from a kernel tree of yours'
	@echo '               FLAVOUR=plain: without debugging checks'
	@echo 'make demo      show what it does, on the patched kernel in a VM'
	@echo 'make check     run all tests, in the same VM'
	@echo 'make stress    all tests, and the long form of the stress tests, on a kernel that'
	@echo '               also looks for leaks; STRESS_KERNEL=debug|plain|kcsan, STRESS_SCALE=100'
	@echo 'make soak      mixed load for SOAK_SECONDS=1800, with figures'
	@echo 'make coverage  which lines of the kernel series the tests run, and which not;'
	@echo '               COVERAGE_TESTS="stress_fuzz test_sever": by these tests only'
	@echo 'make -C kernel-patches lint'
	@echo '               check the kernel series, patch by patch; FULL=1: at length'
	@echo 'make suites    run the kernel tree'"'"'s own suites with and without the'
	@echo '               series, and show the results side by side'
	@echo 'make bench-attach'
	@echo '               time 20,000 filters in one priority on the same two kernels'
	@echo 'make bench-cost'
	@echo '               what the library adds to bpf(2), in instructions and calls'
	@echo 'make fuzz      feed the parsers for FUZZ_SECONDS=20 each'
	@echo 'make install   with DESTDIR and PREFIX; make uninstall; make deb: Debian'
	@echo '               packages, in build/deb'
	@echo 'make flow      compare tclink flow with cls_flow, at length'
	@echo 'make clean     remove what was built here, not the kernel'
	@echo
	@echo 'V=1 shows commands, O=DIR builds there instead of in build/.'

# Demo and tests need everything, in this order; the rest stands alone.
ifneq ($(filter check demo selftests stress soak coverage flow,$(MAKECMDGOALS)),)
lib progs: kernel
endif

# The patched tree's bpftool and headers, where they have been built.
with_kernel = env=$(O)/kernel-debug.env; [ ! -f $$env ] || . $$env; \
	$(MAKE) O=$(O) $${BPFTOOL:+BPFTOOL=$$BPFTOOL} $${UAPI:+UAPI=$$UAPI}

# The command has a program in it.
lib: progs
	$(Q)$(MAKE) -C src O=$(O)

progs:
	$(Q)$(with_kernel) -C progs

selftests: lib progs
	$(Q)$(with_kernel) -C selftests

deps:
	$(Q)selftests/vm/deps

kernel: deps
	$(Q)$(MAKE) -C kernel-patches O=$(O) FLAVOUR=$(FLAVOUR) KSRC=$(KSRC)

check: selftests
	$(Q)selftests/vm/check $(O)

demo: lib progs
	$(Q)exec env O=$(O) selftests/vm/run --timeout 300 --log $(O)/demo/console.log -- \
		selftests/demo

STRESS_KERNEL ?= stress
STRESS_SCALE  ?= 100
SOAK_SECONDS  ?= 1800

stress soak: selftests
	$(Q)$(MAKE) -C kernel-patches O=$(O) KSRC=$(KSRC) FLAVOUR=$(STRESS_KERNEL)
	$(Q)selftests/vm/run --kernel $(O)/kernel-$(STRESS_KERNEL).env --mem 3072 \
		--timeout $$((20000 + $(SOAK_SECONDS))) --log $(O)/$@/console.log -- \
		selftests/stress/$(if $(filter soak,$@),soak $(O) $(SOAK_SECONDS),long $(O) $(STRESS_SCALE))

coverage: selftests
	$(Q)$(MAKE) -C kernel-patches O=$(O) KSRC=$(KSRC) FLAVOUR=coverage
	$(Q)selftests/coverage $(O) $(COVERAGE_TESTS)

# Two kernels that differ in nothing but the series.
suites bench-attach:
	$(Q)selftests/vm/deps udev ethtool iputils-ping python3-yaml clang-19
	$(Q)for flavour in unpatched suites; do \
		$(MAKE) -C kernel-patches O=$(O) KSRC=$(KSRC) FLAVOUR=$$flavour || \
			exit; \
	done
	$(Q)selftests/suites/run $(if $(filter suites,$@),tests,bench) $(O)

bench-cost: lib
	$(Q)selftests/vm/deps
	$(Q)$(MAKE) -C kernel-patches O=$(O) KSRC=$(KSRC) FLAVOUR=suites
	$(Q)$(MAKE) -C src O=$(O) $@

install deb fuzz: lib
	$(Q)$(with_kernel) -C src $@

uninstall:
	$(Q)$(MAKE) -C src O=$(O) $@

# On the kernel without debugging checks, which is faster.
flow: selftests
	$(Q)$(MAKE) -C kernel-patches O=$(O) KSRC=$(KSRC) FLAVOUR=plain
	$(Q)selftests/flow/long $(O)

clean:
	$(Q)rm -rf $(O)

.PHONY: all help lib progs selftests deps kernel check demo stress soak coverage suites \
	bench-attach bench-cost install uninstall deb fuzz flow clean
