# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Included by ../Makefile:
#
#   make bench-cost  what the library adds to bpf(2), in instructions and in
#                    system calls; KERNEL_ENV=FILE: the kernel of the virtual
#                    machine, as make kernel wrote it; COUNT=N (1000)

KERNEL_ENV ?= $(O)/kernel-suites.env

$(out)/bench/cost: bench/cost.c $(static)
	$(call quiet,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(cflags) $(ldflags) $< $(static) $(libs) -o $@

bench-cost: $(out)/bench/cost
	$(Q)bench/run $(abspath $< $(KERNEL_ENV)) $(COUNT)

.PHONY: bench-cost
