# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What build and tree share: messages, and long steps that show a sign of life.

say()
{
	printf 'kernel: %s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

# Run a command with its output in a log file; show the file's tail if it fails.
step()
{
	local log=$1 pid start=$SECONDS
	shift
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	# SC2064: the pid of now is meant
	# shellcheck disable=SC2064
	trap "kill $pid 2>/dev/null; exit 130" INT TERM
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		(( SECONDS - start >= ${tick:=30} )) || continue
		tick=$((SECONDS - start + 30))
		say "  ... $((SECONDS - start)) s, $(grep -cE '^ +(CC|AS|LD)' "$log" || :) objects"
	done
	tick=
	trap - INT TERM
	wait "$pid" && return
	tail -n 40 "$log" >&2
	die "failed: $* (whole output in $log)"
}
