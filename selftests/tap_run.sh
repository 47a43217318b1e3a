#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tap_run.sh [OPTION]... [TEST]...
#
# Run test programs that print TAP, one after the other, and count the single
# results. make check calls this here and inside the virtual machine.
#
#   --list FILE     run the tests in FILE too, one per line
#   --timeout SEC   for each test (120)
#   --no-klog       do not search the kernel log after each test
#   --leaks PROG    compare what is there before and after each test: PROG is
#                   selftests/stress_leaks as built
#   --counts FILE   write "PASSED FAILED SKIPPED" there, and no closing line
#   --times FILE    add a line "SECONDS TEST" there for each test
#   --claim DIR     share the tests with others that get the same list and
#                   directory: run those that nobody has begun yet
#
# A TEST is a program, with its arguments if it has any: "PATH ARG...".
# A program fails that dies, times out, prints no plan or another number of
# results than its plan says, skips without saying why, or leaves a warning or
# worse in the kernel log. The last line printed is
# "N passed, N failed, N skipped".
set -uo pipefail

# What the top of this file says
usage()
{
	sed -n '3,/^set/s/^# \?//p' "$0"
}

here=$(realpath "$(dirname "$0")")
timeout=120 klog=1 leaks='' counts='' times='' claim='' tests=()
passed=0 failed=0 skipped=0 number=0 pid=
failures=() skips=()
skip_re='# *[Ss][Kk][Ii][Pp]'
reason_re=$skip_re'[^ ]* +[^ ]'

parse_options()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--list)		mapfile -t -O ${#tests[@]} tests <"$2" || exit 2; shift 2 ;;
		--no-klog)	klog=0; shift ;;
		--timeout|--leaks|--counts|--times|--claim)
				printf -v "${1#--}" %s "$2"; shift 2 ;;
		-h|--help)	usage; exit ;;
		-*)		usage >&2; exit 2 ;;
		*)		tests+=("$1"); shift ;;
		esac
	done
}

# shellcheck disable=SC2317
cleanup()
{
	[ -z "$pid" ] || kill -KILL -- "-$pid" 2>/dev/null
	rm -rf "$tmp"
}

# Something that no result line of the program itself says, and its details
fail()
{
	failed=$((failed + 1))
	failures+=("$name: $1")
	printf 'not ok - %s: %s\n' "$name" "$1"
	[ $# -eq 1 ] || printf '# %s\n' "${2//$'\n'/$'\n'# }"
}

skip()
{
	skipped=$((skipped + 1))
	skips+=("$name: $1")
}

# Start the program in a session of its own, show its output while it runs and
# end what it leaves running. Its output is a file, not a pipe, so that nothing
# it leaves running can hold us up.
execute()
{
	local tail start=$SECONDS

	: >"$out"
	setsid timeout -k 5 "$timeout" "$@" </dev/null >>"$out" 2>&1 &
	pid=$!
	tail -n +1 -s 0.05 -f --pid=$pid "$out" &
	tail=$!
	wait $pid
	status=$?
	kill -KILL -- "-$pid" 2>/dev/null
	pid=
	wait $tail
	# One that ignores being told to stop is killed.
	[ $status -ne 137 ] || [ $((SECONDS - start)) -lt "$timeout" ] || status=124
}

# Count the result lines, which start in the first column.
count_results()
{
	local line

	while IFS= read -r line || { [ -n "$line" ] && echo; }; do
		[[ $line != 1..* ]] || plans+=("$line")
		[[ $line =~ ^(not )?ok($| ) ]] || continue
		results=$((results + 1))
		if [[ $line == not\ ok* ]]; then
			failed=$((failed + 1))
			bad=$((bad + 1))
			failures+=("$name: $line")
		elif [[ ! $line =~ $skip_re ]]; then
			passed=$((passed + 1))
		elif [[ $line =~ $reason_re ]]; then
			skip "$line"
		else
			fail "skips without a reason: $line"
		fi
	done <"$out"
}

check_plan()
{
	local plan=${plans[0]:-}

	if [ ${#plans[@]} -eq 0 ]; then
		fail 'printed no plan'
	elif [ ${#plans[@]} -gt 1 ]; then
		fail 'printed more than one plan'
	elif [[ $plan =~ ^1\.\.0\ *$reason_re ]]; then
		skip "$plan"
	elif [[ ! $plan =~ ^1\.\.([0-9]+)($|\ ) ]]; then
		fail "cannot understand its plan: $plan"
	elif [ "${BASH_REMATCH[1]}" -eq 0 ]; then
		fail 'planned no test'
	elif [ "$results" -ne "${BASH_REMATCH[1]}" ]; then
		fail "printed $results results of ${BASH_REMATCH[1]} planned"
	fi
}

check_status()
{
	# 4 is kselftest's "skipped".
	case $status in
	0|4)	;;
	124)	fail "not done after $timeout s" ;;
	13[0-9]|14[0-9]|15[0-9])
		fail "killed by signal $((status - 128))" ;;
	*)	[ $bad -gt 0 ] || fail "exit status $status, but no failed result" ;;
	esac
}

note_time()
{
	local tenths=$(((${EPOCHREALTIME/./} - $1) / 100000))

	echo "$((tenths / 10)).$((tenths % 10)) $name" >>"$times"
}

# A test's program and arguments
run_test()
{
	local start=${EPOCHREALTIME/./} found results=0 bad=0 plans=()
	local mark="tclink-test $((++number)) $name"

	printf '# %s\n' "$name"
	type -P -- "$1" >/dev/null || { fail "no such program: $1"; return; }
	[ $klog -eq 0 ] || echo "$mark" >/dev/kmsg
	[ -z "$leaks" ] || "$leaks" save "$tmp/figures"
	execute "$@"
	count_results
	check_plan
	check_status
	[ -z "$leaks" ] || found=$("$leaks" compare "$tmp/figures") ||
		fail 'left behind:' "$found"
	[ $klog -eq 0 ] || found=$("$here/vm/klog.sh" --since "$mark") ||
		fail 'kernel log:' "$found"
	[ -z "$times" ] || note_time "$start"
}

# Succeed for one of all that try. A lock on a file would not do: 9p asks no
# other guest about it.
claim()
{
	[ -z "$claim" ] || mkdir "$claim/$name" 2>/dev/null
}

summary()
{
	[ ${#skips[@]} -eq 0 ] || printf '# skipped: %s\n' "${skips[@]}"
	[ ${#failures[@]} -eq 0 ] || printf '# FAILED: %s\n' "${failures[@]}"
	if [ -n "$counts" ]; then
		echo "$passed $failed $skipped" >"$counts"
	else
		echo "$passed passed, $failed failed, $skipped skipped"
	fi
}

main()
{
	local name words

	parse_options "$@"
	tmp=$(mktemp -d) || exit 2
	out=$tmp/out
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	for t in "${tests[@]}"; do
		read -ra words <<<"$t"
		name=${words[*]##*/}
		[ -z "$name" ] || ! claim || run_test "${words[@]}"
	done
	name=run
	[ -n "$claim" ] || [ $((passed + failed + skipped)) -gt 0 ] ||
		fail 'there was no test to run'
	summary
	[ $failed -eq 0 ]
	exit
}

main "$@"
