# SPDX-License-Identifier: GPL-2.0-only
# make help says what there is.

O       ?= build
FLAVOUR ?= debug
KSRC    ?=
V       ?= 0

override O := $(abspath $(O))
# All processors, unless somebody said how many
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

Q    := $(if $(filter 1,$(V)),,@)
MAKE += --no-print-directory $(if $(filter 1,$(V)),,-s)

export V

all: lib progs

help:
	@echo 'make           library and command, BPF programs'
	@echo 'make try       show what it does on the kernel that is running, in seconds'
	@echo 'make demo      show what it does on the patched kernel, in a VM'
	@echo 'make check     run all tests, in the same VM;'
	@echo '               FLAVOUR=kasan: on the slow kernel, which checks each access to'
	@echo '               memory; TESTS="test_life test_sever": only these, in the VM;'
	@echo '               LONG=1: the tests of the library on every kernel and under'
	@echo '               every checker, and not once each'
	@echo 'make check-readme'
	@echo '               what the README shows is so, from an empty checkout;'
	@echo '               DEMO=FILE: what make demo printed, too'
	@echo 'make check-bare'
	@echo '               try, demo and check on a minimal Debian; SUITE=trixie'
	@echo 'make kernel    patched kernel, in a cache under ~/.cache/tclink'
	@echo '               KSRC=/path: from a kernel tree of yours'
	@echo '               FLAVOUR=kasan, or plain: without debugging checks'
	@echo 'make stress    all tests, and the long form of the stress tests, on a kernel that'
	@echo '               also looks for leaks; STRESS_KERNEL=debug|kasan|plain|kcsan,'
	@echo '               STRESS_SCALE=100'
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
	@echo 'make flow      compare tclink flow with cls_flow, at length; FLOW_KERNEL=debug'
	@echo 'make clean     remove what was built here, not the kernel'
	@echo
	@echo 'V=1 shows commands, O=DIR builds there instead of in build/.'

STRESS_KERNEL ?= stress
STRESS_SCALE  ?= 100
FLOW_KERNEL   ?= plain
SOAK_SECONDS  ?= 1800
TESTS         ?=
LONG          ?=

# The tests are built with the headers and the bpftool of the kernel they run on.
stress soak: override FLAVOUR := $(STRESS_KERNEL)
coverage:    override FLAVOUR := coverage
# Without debugging checks, which is faster
flow:        override FLAVOUR := $(FLOW_KERNEL)

# These need the patched kernel, before all else; the rest stands alone.
patched := demo check selftests stress soak coverage flow
ifneq ($(filter $(patched),$(MAKECMDGOALS)),)
lib progs: kernel
endif

kernel_env = $(O)/kernel-$(FLAVOUR).env
# The patched tree's bpftool and headers, where they have been built.
with_kernel = env=$(kernel_env); [ ! -f $$env ] || . $$env; \
	$(MAKE) $(jobs) O=$(O) KERNEL_ENV=$$env $${BPFTOOL:+BPFTOOL=$$BPFTOOL} $${UAPI:+UAPI=$$UAPI}

# The command has a program in it.
lib: progs
	$(Q)$(MAKE) $(jobs) -C src O=$(O)

progs:
	$(Q)$(with_kernel) -C progs

selftests: lib progs
	$(Q)$(with_kernel) -C selftests
	$(Q)$(with_kernel) -C selftests/host
	$(Q)$(with_kernel) -C selftests/fuzz targets

kernel:
	$(Q)selftests/deps.sh build kernel vm $(if $(filter-out demo,$(filter $(patched),$(MAKECMDGOALS))),check)
	$(Q)$(MAKE) -C kernel-patches O=$(O) FLAVOUR=$(FLAVOUR) KSRC=$(KSRC)

started := $(shell date +%s)

check: selftests
	$(Q)LONG='$(LONG)' STARTED=$(started) selftests/check.sh $(O) $(kernel_env) $(strip $(TESTS))

demo: lib progs
	$(Q)$(with_kernel) -C selftests $(O)/selftests/udp
	$(Q)exec env O=$(O) selftests/vm/boot.sh --kernel $(kernel_env) --timeout 300 \
		--log $(O)/demo/console.log -- selftests/readme/demo.sh

try:
	$(Q)selftests/deps.sh build bpftool try
	$(Q)$(MAKE) $(jobs) -C progs O=$(O)
	$(Q)$(MAKE) $(jobs) -C src O=$(O) $(O)/src/tclink
	$(Q)$(MAKE) $(jobs) -C selftests O=$(O) $(O)/selftests/udp
	$(Q)exec env O=$(O) selftests/readme/try.sh

DEMO          ?=

check-readme:
	$(Q)selftests/deps.sh build bpftool try check +git
	$(Q)DEMO=$(abspath $(DEMO)) selftests/tap_run.sh --no-klog --timeout 900 selftests/readme/readme.sh

SUITE         ?= bookworm

check-bare:
	$(Q)selftests/deps.sh +debootstrap +git
	$(Q)selftests/readme/bare.sh $(SUITE)

stress:   at_length = $(STRESS_SCALE)
soak:     at_length = $(SOAK_SECONDS)
coverage: at_length = $(COVERAGE_TESTS)

stress soak coverage flow: selftests
	$(Q)selftests/at_length.sh $@ $(O) $(kernel_env) $(at_length)

# Two kernels that differ in nothing but the series.
suites bench-attach:
	$(Q)selftests/deps.sh build kernel vm +udev +ethtool +iputils-ping +python3-yaml +clang-19
	$(Q)for flavour in unpatched suites; do \
		$(MAKE) -C kernel-patches O=$(O) KSRC=$(KSRC) FLAVOUR=$$flavour || \
			exit; \
	done
	$(Q)selftests/at_length.sh $@ $(O) $(O)/kernel-suites.env

bench-cost: FLAVOUR := suites
bench-cost:
	$(Q)selftests/deps.sh build kernel vm check
	$(Q)$(MAKE) -C kernel-patches O=$(O) KSRC=$(KSRC) FLAVOUR=suites
	$(Q)$(with_kernel) -C progs
	$(Q)$(MAKE) -C selftests/bench O=$(O) $@

install deb: lib
	$(Q)$(if $(filter deb,$@),selftests/deps.sh build +debhelper)
	$(Q)$(with_kernel) -C src $@

fuzz: lib
	$(Q)$(with_kernel) -C selftests/fuzz $@

uninstall:
	$(Q)$(MAKE) -C src O=$(O) $@

clean:
	$(Q)rm -rf $(O)

.PHONY: all help lib progs selftests kernel check check-readme check-bare demo try stress soak coverage suites \
	bench-attach bench-cost install uninstall deb fuzz flow clean
