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

# What besides the fragments decides about the configuration of source $1.
config_id()
{
	find "$1" -path "$1/build-*" -prune -o -name 'Kconfig*' -print0 |
		LC_ALL=C sort -z | xargs -0 cat | sha256sum
}

# One line that tells how far the compilers have come whose output is in log $1:
# after $2 seconds, and if $objects says how many objects there will be, how long
# it will take. Linking takes about a tenth of the time.
progress()
{
	local log=$1 seconds=$2 n left

	n=$(grep -cE '^  (CC|AS)( \[M\])? ' "$log" || :)
	if [ "$n" -eq 0 ]; then
		echo "$seconds s"
	elif [ -z "${objects:-}" ]; then
		echo "$n objects, $seconds s"
	elif grep -qE '^  LD +(vmlinux.o|\.tmp_vmlinux)' "$log"; then
		echo "$n objects, linking, $seconds s"
	elif [ $((n * 20)) -lt "$objects" ]; then
		echo "$n of about $objects objects, $seconds s"
	else
		left=$((seconds * objects * 11 / 10 / n - seconds))
		[ $left -gt 0 ] || left=1
		printf '%d of about %d objects, %d s, about %d:%02d min left\n' \
			"$n" "$objects" "$seconds" $((left / 60)) $((left % 60))
	fi
}

# Run a command with its output in a log file, and show how far it is: on a
# terminal in one line that changes, elsewhere in a line each half a minute. If
# the command fails, show the end of its output.
step()
{
	local log=$1 pid start=$SECONDS last=$SECONDS every=30 before='' after='\n'
	shift

	[ ! -t 2 ] || every=1 before='\r' after='\e[K'
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	# SC2064: the pid of now is meant
	# shellcheck disable=SC2064
	trap "kill $pid 2>/dev/null; exit 130" INT TERM
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		[ $((SECONDS - last)) -ge $every ] || continue
		last=$SECONDS
		printf "${before}kernel:   ... %s${after}" \
			"$(progress "$log" $((SECONDS - start)))" >&2
	done
	[ ! -t 2 ] || printf '\r\e[K' >&2
	trap - INT TERM
	wait "$pid" && return
	tail -n 40 "$log" >&2
	die "failed: $* (whole output in $log)"
}
