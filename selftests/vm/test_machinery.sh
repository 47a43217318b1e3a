#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Test, on the host, what the other tests rely on: klog, selftests/tap_run.sh and
# vm/boot.sh. Prints TAP. With --no-vm only what needs no virtual machine.
# Functions are called by name through expect.
# shellcheck disable=SC2317
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
tmp=$(mktemp -d) || exit 1
cleanup()
{
	kill "${jobs[@]}" 2>/dev/null
	wait
	rm -rf "$tmp"
}
jobs=()
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

number=0 failed=0
# Description, then a command that must succeed.
expect()
{
	local what=$1 ok=ok
	shift
	number=$((number + 1))
	"$@" >"$tmp/why" 2>&1 || ok='not ok'
	echo "$ok $number $what"
	[ "$ok" = ok ] && return
	sed 's/^/# /' "$tmp/why"
	failed=1
}

# A test program named $1 with the rest as its lines.
program()
{
	{ echo '#!/bin/sh'; printf '%s\n' "${@:2}"; } >"$tmp/$1"
	chmod +x "$tmp/$1"
}

# selftests/tap_run.sh over program $1 ends with line $2, status 0 only if $3 is ok,
# and its output has $4.
run_one()
{
	local status=ok

	./run --no-klog --timeout 1 "$tmp/$1" >"$tmp/out" 2>&1 || status=failed
	cat "$tmp/out"
	[ "$(tail -n 1 "$tmp/out")" = "$2" ] && [ "$status" = "$3" ] &&
		grep -qF -- "$4" "$tmp/out"
}

runner_tests()
{
	program pass 'echo 1..2; echo ok 1 a; echo ok 2 b'
	program fail 'echo 1..2; echo ok 1 a; echo not ok 2 b; exit 1'
	program crash 'echo 1..1; echo ok 1 a; kill -SEGV $$'
	program hang 'echo 1..1; echo ok 1 a; sleep 60 & trap "" TERM; sleep 60'
	program short 'echo 1..3; echo ok 1 a; echo ok 2 b'
	program long 'echo 1..1; echo ok 1 a; echo ok 2 b'
	program noplan 'echo ok 1 a'
	program empty ':'
	program cut 'echo 1..1; printf "ok 1 a"'
	program status 'echo 1..1; echo ok 1 a; exit 3'
	program skip 'echo 1..2; echo ok 1 a; echo "ok 2 b # SKIP no such device"'
	program skipall 'echo "1..0 # SKIP no such device"; exit 4'
	program mute 'echo 1..1; echo "ok 1 a # SKIP"'
	program linger 'echo 1..1; sleep 60 & echo ok 1 a'

	run_case pass '2 passed, 0 failed, 0 skipped' ok 'ok 2 b'
	run_case fail '1 passed, 1 failed, 0 skipped' failed 'FAILED: fail: not ok 2 b'
	run_case crash '1 passed, 1 failed, 0 skipped' failed 'killed by signal 11'
	run_case hang '1 passed, 1 failed, 0 skipped' failed 'not done after 1 s'
	run_case short '2 passed, 1 failed, 0 skipped' failed '2 results of 3'
	run_case long '2 passed, 1 failed, 0 skipped' failed '2 results of 1'
	run_case noplan '1 passed, 1 failed, 0 skipped' failed 'no plan'
	run_case empty '0 passed, 1 failed, 0 skipped' failed 'no plan'
	run_case status '1 passed, 1 failed, 0 skipped' failed 'exit status 3'
	run_case skip '1 passed, 0 failed, 1 skipped' ok 'no such device'
	run_case skipall '0 passed, 0 failed, 1 skipped' ok 'no such device'
	run_case mute '0 passed, 1 failed, 0 skipped' failed 'without a reason'
	run_case linger '1 passed, 0 failed, 0 skipped' ok 'ok 1 a'
	run_case cut '1 passed, 0 failed, 0 skipped' ok 'ok 1 a'
	run_case absent '0 passed, 1 failed, 0 skipped' failed 'no such program'
}

run_case()
{
	expect "run: $1: $2" run_one "$@"
}

klog_case()
{
	expect 'klog: each pattern matches its sample, none a clean log' \
		vm/klog.sh --self-check
	echo 'WARNING: CPU: 0 PID: 1 at x' >"$tmp/log"
	expect 'klog: a finding is an error' negate vm/klog.sh "$tmp/log"
	expect 'klog: a log that cannot be read is an error' negate vm/klog.sh "$tmp/none"
}

negate()
{
	! "$@"
}

# Start a guest in the background: name, options up to --, command.
guest()
{
	local name=$1
	shift
	mkdir "$tmp/$name.share"
	(
		vm/boot.sh --log "$tmp/$name.log" --share "$tmp/$name.share" "$@" \
			>"$tmp/$name.out" 2>"$tmp/$name.err"
		echo $? >"$tmp/$name.status"
	) &
	jobs+=($!)
}

# Guest $1 ended with status $2, and file $1.$3 has text $4.
guest_said()
{
	tail -n 50 "$tmp/$1.out" "$tmp/$1.err"
	[ "$(cat "$tmp/$1.status")" = "$2" ] && grep -qF -- "$4" "$tmp/$1.$3"
}

guest_case()
{
	expect "vm: $1" guest_said "${@:2}"
}

whole_output()
{
	expect 'vm: no output is lost at the end' \
		test "$(grep -c '^line ' "$tmp/status.out")" -eq 20000
	expect 'vm: kernel messages do not mix with output' \
		negate grep -q 'Linux version' "$tmp/status.out"
	expect 'vm: results are handed back' \
		test "$(cat "$tmp/status.share/result" 2>&1)" = "$PWD"
	expect 'vm: no QEMU is left after a timeout' \
		negate pgrep -f "$tmp/timeout.log"
}

vm_tests()
{
	local slow start=$SECONDS

	# shellcheck disable=SC2016
	guest status sh -c 'pwd >$TCLINK_OUT/result; seq -f "line %g" 20000; exit 7'
	wait $!
	# Long enough to boot, however busy the machine is; idle while the others
	# run.
	guest timeout --timeout $((5 + 3 * (SECONDS - start))) \
		sh -c 'echo before; sleep 1000'
	slow=$!
	guest warn sh -c 'echo "WARNING: CPU: 0 PID: 1 at x" >/dev/kmsg'
	wait $!
	program later 'echo 1..1; echo ok 1 a' \
		'echo "BUG: sleeping function called from x" >/dev/kmsg'
	cp "$tmp/pass" "$tmp/later" "$tmp/warn.share/"
	# shellcheck disable=SC2016
	guest panic --share "$tmp/warn.share" \
		sh -c './run $TCLINK_OUT/pass $TCLINK_OUT/later $TCLINK_OUT/pass;
			echo c >/proc/sysrq-trigger'
	wait $! $slow

	guest_case 'the exit status is passed through' status 7 out 'line 20000'
	guest_case 'a warning turns success into 122' warn 122 err 'WARNING: CPU'
	guest_case 'a panic is 123 and said so' panic 123 err 'panicked before'
	guest_case 'a timeout is 124 and keeps the output' timeout 124 out before
	guest_case 'the kernel log is searched after each test' \
		panic 123 out 'FAILED: later: kernel log'
	guest_case 'and only what is new in it' \
		panic 123 out '5 passed, 1 failed, 0 skipped'
	whole_output
}

case ${1:-} in
--no-vm)	echo 1..18 ;;
*)		echo 1..28 ;;
esac
runner_tests
klog_case
[ "${1:-}" = --no-vm ] || vm_tests
exit $failed
