#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Run the tests that need no patched kernel and print TAP. Usage: host.sh [OUT], or O=OUT
set -u
here=$(dirname "$0")
out=${1:-$O}

# What a program of ours does wrong in memory
under_valgrind() {
	local log what="$1 under valgrind"
	if ! command -v valgrind >/dev/null; then
		echo "ok - $what # SKIP valgrind is missing"
		return
	fi
	if log=$(valgrind -q --error-exitcode=9 --leak-check=full \
		--errors-for-leak-kinds=definite,indirect \
		--suppressions="$here/valgrind.supp" \
		"$out/selftests/host/$1" 2>&1) && ! grep -q '^==' <<<"$log"; then
		echo "ok - $what"
	else
		grep -v '^ok\|^1\.\.' <<<"$log" | head -n 40 | sed 's/^/# /'
		echo "not ok - $what"
	fi
}

# Run a command, and note in $TIMES how many seconds it took.
part() {
	local start=$EPOCHREALTIME tenths
	"${@:2}" || echo "# $1 failed"
	tenths=$(((${EPOCHREALTIME/./} - ${start/./}) / 100000))
	[ -z "${TIMES:-}" ] ||
		echo "$((tenths / 10)).$((tenths % 10)) $1" >>"$TIMES"
}

{
	for script in abi floors man install ../fuzz/fuzz ../cmd/usage ../cmd/completion ../cmd/cmd_stock; do
		part ${script##*/}.sh "$here/$script.sh" "$out"
	done
	for program in unit choice backends; do
		part $program "$out/asan/selftests/host/$program" 2>&1
	done
	part progs "$out/selftests/host/progs"
	if [ -n "${LONG:-}" ]; then
		for program in unit choice backends; do
			part "$program under valgrind" under_valgrind $program
		done
	fi
} | awk '
	/^1\.\./ { next }
	/^ok / { sub(/^ok( [0-9]+)?/, "ok " ++n); skipped += /# SKIP/; print; next }
	/^not ok / { sub(/^not ok( [0-9]+)?/, "not ok " ++n); failed++; print; next }
	/ failed$/ { broken = 1 }
	{ print }
	END {
		print "1.." n
		printf "# %d passed, %d failed, %d skipped\n",
			n - failed - skipped, failed, skipped
		exit failed || broken || !n
	}'
