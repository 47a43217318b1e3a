# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Included by ../Makefile:
#
#   make fuzz        feed each parser for FUZZ_SECONDS=20, on clang's libFuzzer

FUZZ_SECONDS ?= 20
FUZZ_CC ?= clang

fuzz_targets := $(addprefix $(out)/fuzz/,netlink btf words)
fuzz_flags := -O1 -g -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all

# Each with the sources it is about; the rest comes from what is built anyway.
fuzz_netlink := netlink.c filter.c qdisc.c
fuzz_btf :=
fuzz_words := $(addprefix cmd/,parse.c target.c set.c flow_words.c flow_set.c)

# libbpf takes a header of odd length; where that leads it is its own affair.
$(out)/fuzz/btf: fuzz_flags += -fno-sanitize=alignment

fuzz_rest := $(out)/fuzz/cmd.a $(static)

$(out)/fuzz/cmd.a: $(filter-out %/main.o,$(cmd_objs))
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(out)/fuzz/%: fuzz/%.c $(fuzz_netlink) $(fuzz_words) btf.c $(fuzz_rest) Makefile
	$(call quiet,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(filter-out -MMD -MP,$(needed)) -I$(O)/progs $(fuzz_flags) \
		$< $(fuzz_$*) $(fuzz_rest) $(libs) -o $@

fuzz: $(fuzz_targets)
	$(Q)fuzz/run $(FUZZ_SECONDS) $^

.PHONY: fuzz
