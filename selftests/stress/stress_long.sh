#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: long BUILD-DIR [SCALE]
#
# In the virtual machine, all tests, and the long form of the stress tests: a
# million operations, a million calls, a thousand kills, and all allocations;
# SCALE is a percentage of that, 0 leaves them out.
set -uo pipefail

built=$1/selftests scale=${2:-100}
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
mapfile -t programs < <(grep -v /stress_ "$built/tests.list")

# A program with its arguments, for run
add()
{
	printf '#!/bin/sh\nexec %s\n' "$built/$*" >"$tmp/$1_long"
	chmod +x "$tmp/$1_long"
	programs+=("$tmp/$1_long")
}

if [ "$scale" -gt 0 ]; then
	# Kernels for other purposes are without.
	if [ -d /sys/kernel/debug/failslab ]; then
		add stress_fault all
	else
		echo '# no fault injection in this kernel'
	fi
	add stress_model --ops $((10000 * scale)) --seconds $((36 * scale))
	add stress_kill --ops $((10 * scale)) --seconds $((12 * scale))
	add stress_fuzz --ops $((10000 * scale)) --seconds $((36 * scale))
fi
"$(dirname "$0")/../tap_run.sh" --timeout $((1200 + 40 * scale)) \
	--leaks "$built/stress_leaks" "${programs[@]}"
