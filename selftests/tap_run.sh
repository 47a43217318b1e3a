#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run test programs that print TAP, one after the other, and count the single
# results. make check calls this inside the virtual machine.
set -uo pipefail

usage()
{
	cat <<'EOF'
Usage: run [OPTION]... [TEST]...

  --list FILE     run the tests named in FILE too, one path per line
  --timeout SEC   for each test program (120)
  --no-klog       do not search the kernel log after each test
  --leaks PROG    compare what is there before and after each test: PROG is
                  selftests/stress_leaks as built
  --counts FILE   write "PASSED FAILED SKIPPED" there, and no closing line
  --times FILE    add a line "SECONDS TEST" there for each test program
  --claim DIR     share the tests with others that get the same list and
                  directory: run those that nobody has begun yet

A program fails that dies, times out, prints no plan or another number of
results than its plan says, skips without saying why, or leaves a warning or
worse in the kernel log. The last line printed is
"N passed, N failed, N skipped".
EOF
}

here=$(realpath "$(dirname "$0")")
timeout=120 klog=1 leaks='' counts='' times='' claims='' tests=()
while [ $# -gt 0 ]; do
	case $1 in
	--list)		mapfile -t -O ${#tests[@]} tests <"$2" || exit 2; shift 2 ;;
	--timeout)	timeout=$2; shift 2 ;;
	--no-klog)	klog=0; shift ;;
	--leaks)	leaks=$2; shift 2 ;;
	--counts)	counts=$2; shift 2 ;;
	--times)	times=$2; shift 2 ;;
	--claim)	claims=$2; shift 2 ;;
	-h|--help)	usage; exit ;;
	-*)		usage >&2; exit 2 ;;
	*)		tests+=("$1"); shift ;;
	esac
done

passed=0 failed=0 skipped=0 pid=
failures=() skips=()
tmp=$(mktemp -d) || exit 2
# shellcheck disable=SC2317
cleanup()
{
	[ -z "$pid" ] || kill -KILL -- "-$pid" 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Something that no result line of the program itself says.
fail()
{
	failed=$((failed + 1))
	failures+=("$name: $*")
	printf 'not ok - %s: %s\n' "$name" "$*"
}

# Start the program in a session of its own, show its output while it runs and
# end what it leaves running. Its output is a file, not a pipe, so that nothing
# it leaves running can hold us up.
execute()
{
	local tail start=$SECONDS

	: >"$out"
	setsid timeout -k 5 "$timeout" "$1" </dev/null >>"$out" 2>&1 &
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
	local line result=0

	while IFS= read -r line || { [ -n "$line" ] && echo; }; do
		[[ $line != 1..* ]] || plans+=("$line")
		if [[ ! $line =~ ^(not\ )?ok($|\ ) ]]; then
			continue
		fi
		result=$((result + 1))
		if [[ $line == not\ ok* ]]; then
			failed=$((failed + 1))
			bad=$((bad + 1))
			failures+=("$name: $line")
		elif [[ ! $line =~ \#\ *[Ss][Kk][Ii][Pp] ]]; then
			passed=$((passed + 1))
		elif [[ $line =~ \#\ *[Ss][Kk][Ii][Pp][^\ ]*\ +[^\ ] ]]; then
			skipped=$((skipped + 1))
			skips+=("$name: $line")
		else
			fail "skips without a reason: $line"
		fi
	done <"$out"
	results=$result
}

check_plan()
{
	local plan=${plans[0]:-}

	if [ ${#plans[@]} -eq 0 ]; then
		fail 'printed no plan'
	elif [ ${#plans[@]} -gt 1 ]; then
		fail 'printed more than one plan'
	elif [[ $plan =~ ^1\.\.0\ *\#\ *[Ss][Kk][Ii][Pp][^\ ]*\ +[^\ ] ]]; then
		skipped=$((skipped + 1))
		skips+=("$name: $plan")
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

check_klog()
{
	local findings

	findings=$("$here/vm/klog.sh" --since "$mark") && return
	fail 'kernel log:'
	printf '# %s\n' "${findings//$'\n'/$'\n'# }"
}

check_leaks()
{
	local left

	left=$("$leaks" compare "$tmp/figures") && return
	fail 'left behind:'
	printf '# %s\n' "${left//$'\n'/$'\n'# }"
}

run_test()
{
	local path=$1 start=$EPOCHREALTIME tenths

	[[ $path == /* ]] || path=$PWD/$path
	name=${1##*/} out=$tmp/out results=0 bad=0 plans=()
	mark="tclink-test $((++number)) $name"
	printf '# %s\n' "$name"
	if [ ! -f "$1" ] || [ ! -x "$1" ]; then
		fail "no such program: $1"
		return
	fi
	[ $klog -eq 0 ] || echo "$mark" >/dev/kmsg
	[ -z "$leaks" ] || "$leaks" save "$tmp/figures"
	execute "$path"
	count_results
	check_plan
	check_status
	[ -z "$leaks" ] || check_leaks
	[ $klog -eq 0 ] || check_klog
	[ -n "$times" ] || return 0
	tenths=$(((${EPOCHREALTIME/./} - ${start/./}) / 100000))
	echo "$((tenths / 10)).$((tenths % 10)) $name" >>"$times"
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

# Whether it is ours to run: mkdir succeeds for one of all who try.
claim()
{
	[ -z "$claims" ] || mkdir "$claims/${1##*/}" 2>/dev/null
}

number=0
for t in ${tests[@]:+"${tests[@]}"}; do
	[ -z "$t" ] || ! claim "$t" || run_test "$t"
done
name=run
[ -n "$claims" ] || [ $((passed + failed + skipped)) -gt 0 ] ||
	fail 'there was no test to run'
summary
[ $failed -eq 0 ]
