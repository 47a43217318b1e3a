#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Usage: fuzz.sh SECONDS TARGET...
#
# Feed each target for so long, from the seeds here and from what earlier runs
# found worth keeping. What breaks it is left next to the target.
set -uo pipefail

seeds=$(dirname "$(realpath "$0")")/seeds
seconds=$1
shift
rc=0
for target; do
	name=${target##*/fuzz_}
	mkdir -p "$target.corpus"
	if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$target." \
		"$target.corpus" "$seeds/$name" >"$target.log" 2>&1; then
		sed -n "s/^stat::number_of_executed_units: */$name: executions: /p" \
			"$target.log"
	else
		sed -n "s/.*Test unit written to /$name: broken by /p" "$target.log"
		grep -m 5 -E 'ERROR:|runtime error|^ +#[0-9] .*/src/' "$target.log"
		rc=1
	fi
done
exit $rc
