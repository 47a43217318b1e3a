#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: coverage BUILD-DIR [TEST]...
#
# Run the tests, or those named, on the kernel that counts how often each line
# runs, and tell which lines of the series none of them came to.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 2
build=$1 results=$1/coverage
shift
# shellcheck source=/dev/null
. "$build/kernel-coverage.env" || exit 2
if [ -n "${TCLINK_OUT:-}" ]; then
	# In the guest.
	gcov=/sys/kernel/debug/gcov
	echo 1 >$gcov/reset
	selftests/tap_run.sh --timeout 900 --list "$TCLINK_OUT/tests"
	rc=$?
	# Their size is zero for who asks instead of reading.
	find $gcov -path '*/net/*' -name '*.gcda' | while read -r f; do
		cat "$f" >"$TCLINK_OUT/${f##*/}"
	done
	exit $rc
fi

rm -rf "$results"
mkdir -p "$results" || exit 2
if [ $# -eq 0 ]; then
	cp "$build/selftests/tests.list" "$results/tests"
else
	printf '%s\n' "${@/#/$build/selftests/}" >"$results/tests"
fi
selftests/vm/boot.sh --kernel "$build/kernel-coverage.env" --timeout 7200 \
	--log "$results/console.log" --share "$results" -- selftests/coverage.sh "$build"
rc=$?

# FILE:LINE of all lines that the series has added or changed.
git -C "$KSRC" diff -U0 refs/tclink/base HEAD -- net include/net |
	awk '/^\+\+\+ / { file = substr($2, 3) }
	/^@@/ {
		split(substr($3, 2), at, ",")
		n = 2 in at ? at[2] : 1
		for (i = 0; i < n; i++)
			print file ":" at[1] + i
	}' >"$results/lines"
for gcda in "$results"/*.gcda; do
	[ -f "$gcda" ] || { echo 'the kernel counted nothing' >&2; exit 1; }
	name=$(basename "$gcda" .gcda)
	cp "$(find "$KBUILD/net" -name "$name.gcno")" "$results/" || exit 1
	(cd "$KBUILD" && gcov --stdout -o "$results/$name.gcda" "$name.c")
done >"$results/gcov" 2>"$results/gcov.log"

# A line of a header is there once for each file that includes it.
awk -F: 'NR == FNR { ours[$0]; next }
	$3 == "Source" { file = $4; sub(/^(\.\.\/)+/, "", file); next }
	{
		count = $1; line = $2 + 0; gsub(/[ *]/, "", count)
		if (count == "-" || !(file ":" line in ours))
			next
		key = file ":" line
		if (!(key in text)) {
			order[++n] = key
			text[key] = $0
			sub(/^[^:]*:[^:]*:/, "", text[key])
		}
		if (count !~ /^[#=]/)
			ran[key] = 1
	}
	END {
		for (i = 1; i <= n; i++) {
			split(order[i], at, ":")
			all[at[1]]++
			if (order[i] in ran)
				reached[at[1]]++
			else
				missed[at[1]] = missed[at[1]] \
					sprintf("%7d:%s\n", at[2], text[order[i]])
		}
		for (file in all)
			printf "%s: %d of %d lines of the series ran (%.1f%%)\n%s",
			       file, reached[file], all[file],
			       100 * reached[file] / all[file], missed[file]
	}' "$results/lines" "$results/gcov"
exit $rc
