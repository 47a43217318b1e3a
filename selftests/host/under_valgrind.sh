#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Usage: under_valgrind.sh PROGRAM
#
# Run a test program under valgrind: what it does wrong in memory fails it. That
# valgrind does not know all commands of bpf(2) is not worth a line each.
set -o pipefail

valgrind -q --error-exitcode=9 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect \
	--suppressions="$(dirname "$0")/valgrind.supp" "$1" 2>&1 |
	sed '/^--[0-9]*-- WARNING: unhandled eBPF command/d'
