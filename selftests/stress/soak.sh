#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: soak BUILD-DIR SECONDS
#
# Mixed load in the virtual machine, and figures of memory, files and slabs at
# its start, in between and at its end. Prints TAP.
set -uo pipefail

built=$1/selftests seconds=$2
figures=$(mktemp) || exit 2
trap 'rm -f "$figures"' EXIT
failed=0

# Name, then a command that must succeed; its results are not ours.
one()
{
	local name=$1
	shift

	"$@" | sed 's/^/# /'
	[ "${PIPESTATUS[0]}" -eq 0 ] || { echo "# $name failed"; failed=1; }
}

cycle()
{
	local seed=$((RANDOM * 32768 + RANDOM + 1))

	one model "$built/stress_model" --ops 0 --seconds 60 --seed $seed
	one kill "$built/stress_kill" --ops 1000 --seconds 15 --seed $seed
	one fuzz "$built/stress_fuzz" --ops 1000000 --seconds 20 --seed $seed
}

figures()
{
	echo "# figures after $((SECONDS)) s:"
	"$built/stress_leaks" show | sed 's/^/# /'
}

echo 1..2
# What is only loaded once is no leak.
cycle
"$built/stress_leaks" save "$figures" all
SECONDS=0
figures
while [ $SECONDS -lt "$seconds" ] && [ $failed -eq 0 ]; do
	cycle
	figures
done
[ $failed -eq 0 ] && echo "ok 1 $SECONDS s of mixed load" ||
	echo "not ok 1 mixed load, failed after $SECONDS s"
if left=$("$built/stress_leaks" compare "$figures"); then
	echo 'ok 2 nothing is left'
else
	printf '# %s\n' "${left//$'\n'/$'\n'# }"
	echo 'not ok 2 nothing is left'
	failed=1
fi
exit $failed
