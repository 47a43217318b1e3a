#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Feed each parser what libFuzzer makes up, from the seeds here and from what
# earlier runs found worth keeping. What breaks a parser is left next to it.
# Usage: fuzz.sh OUT [SECONDS], or O=OUT
set -u
here=$(dirname "$(realpath "$0")")
# shellcheck source=selftests/lib/tap.sh
. "$here/../lib/tap.sh"
tap_prefix='fuzz: '
out=${1:-$O}/selftests/fuzz
seconds=${2:-4}

for source in "$here"/fuzz_*.c; do
	name=$(basename "${source##*/fuzz_}" .c)
	target=$out/fuzz_$name
	if [ ! -x "$target" ]; then
		skip "$name" 'there is no clang with libFuzzer'
		continue
	fi
	mkdir -p "$target.corpus"
	"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$target." \
		"$target.corpus" "$here/seeds/$name" >"$target.log" 2>&1
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$target.log")
	# Without the fuzzer's progress
	grep -v '^#[0-9]' "$target.log" | tail -n 60 >"$tmp/log"
	result $status "$name: executions: $runs in $seconds s" "$tmp/log"
done
tap_end
