#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The parsers take what a fuzzer makes up, for a few seconds. Usage: fuzz.sh OUT
set -u
cd "$(dirname "$0")" || exit 1
out=$1
seconds=${FUZZ_SECONDS:-4}
rc=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' \
	>"$tmp/try.c"
if ! ${FUZZ_CC:-clang} -fsanitize=fuzzer,address "$tmp/try.c" -o "$tmp/try" \
	2>/dev/null; then
	echo "ok - fuzz # SKIP there is no clang with libFuzzer"
	exit 0
fi
env -u MAKEFLAGS -u MFLAGS make --no-print-directory O="$out" \
	${BPFTOOL:+BPFTOOL="$BPFTOOL"} FUZZ_SECONDS="$seconds" fuzz \
	>"$tmp/log" 2>&1 || rc=1
for target in fuzz_*.c; do
	name=$(basename "${target#fuzz_}" .c)
	if line=$(grep "^$name: executions: " "$tmp/log"); then
		echo "ok - fuzz: $line in $seconds s"
	else
		sed 's/^/# /' "$tmp/log"
		echo "not ok - fuzz: $name"
		rc=1
	fi
done
exit $rc
