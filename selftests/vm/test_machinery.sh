#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Test, on the host, what the other tests rely on: klog.sh, tap_run.sh and
# boot.sh. With --no-vm only what needs no virtual machine.
# shellcheck disable=SC2016,SC2317	# scripts are not expanded; called by name
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
# shellcheck source-path=SCRIPTDIR source=../lib/tap.sh
. lib/tap.sh
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

negate()
{
	! "$@"
}

each_pattern_finds_its_sample()
{
	local pattern sample n=0

	while IFS=$'\t' read -r pattern sample; do
		[[ "[    1.0] $sample" =~ $pattern ]] || { echo "$pattern"; return 1; }
		n=$((n + 1))
	done < <(grep -v '^#' vm/klog.tsv)
	[ "$n" -gt 30 ]
}

klog_tests()
{
	check 'klog: each pattern matches its sample' each_pattern_finds_its_sample
	check 'klog: none matches a clean log' vm/klog.sh vm/klog_clean.txt
	echo 'WARNING: CPU: 0 PID: 1 at x' >"$tmp/log"
	check 'klog: a finding is an error' negate vm/klog.sh "$tmp/log"
	check 'klog: a log that cannot be read is an error' negate vm/klog.sh "$tmp/none"
}

# A test program named $1 with the rest as its lines
program()
{
	{ echo '#!/bin/sh'; printf '%s\n' "${@:2}"; } >"$tmp/$1"
	chmod +x "$tmp/$1"
}

# tap_run.sh over a program: it counts so many as passed, failed and skipped, its
# output has the text, and its status is 0 only if nothing failed.
run_program()
{
	local status=0

	./tap_run.sh --no-klog --timeout 1 "${options[@]}" "$tmp/$1" >"$tmp/out" 2>&1 || status=1
	cat "$tmp/out"
	[ "$(tail -n 1 "$tmp/out")" = "$2 passed, $3 failed, $4 skipped" ] &&
		[ "$status" -eq $(($3 > 0)) ] && grep -qF -- "$5" "$tmp/out"
}

# Name and arguments, passed, failed, skipped, text, the program if there is one
run_case()
{
	[ -z "$6" ] || program "${1%% *}" "$6"
	check "run: $1: $2 passed, $3 failed, $4 skipped" run_program "${@:1:5}"
}

runner_tests()
{
	local row options=()

	while IFS=$'\t' read -ra row; do
		[[ ${row[0]} == '#'* ]] || run_case "${row[@]:0:5}" "${row[5]:-}"
	done <vm/programs.tsv || exit
	program leaks '[ "$1" = save ] || ! echo nets: 1 more'
	options=(--leaks "$tmp/leaks")
	run_case leaking 1 1 0 '# nets: 1 more' 'echo 1..1; echo ok 1 a'
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

whole_output()
{
	check 'vm: no output is lost at the end' \
		test "$(grep -c '^line ' "$tmp/status.out")" -eq 20000
	check 'vm: kernel messages do not mix with output' \
		negate grep -q 'Linux version' "$tmp/status.out"
	check 'vm: results are handed back' \
		test "$(cat "$tmp/status.share/result" 2>&1)" = "$PWD"
	check 'vm: no QEMU is left after a timeout' \
		negate pgrep -f "$tmp/timeout.log"
}

vm_tests()
{
	local slow start=$SECONDS

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
	guest panic --share "$tmp/warn.share" \
		sh -c './tap_run.sh $TCLINK_OUT/pass $TCLINK_OUT/later $TCLINK_OUT/pass;
			echo c >/proc/sysrq-trigger'
	wait $! $slow

	check 'vm: the exit status is passed through' guest_said status 7 out 'line 20000'
	check 'vm: a warning turns success into 122' guest_said warn 122 err 'WARNING: CPU'
	check 'vm: a panic is 123 and said so' guest_said panic 123 err 'panicked before'
	check 'vm: a timeout is 124 and keeps the output' guest_said timeout 124 out before
	check 'vm: the kernel log is searched after each test' \
		guest_said panic 123 out 'FAILED: later: kernel log'
	check 'vm: and only what is new in it' \
		guest_said panic 123 out '5 passed, 1 failed, 0 skipped'
	whole_output
}

main()
{
	klog_tests
	runner_tests
	[ "${1:-}" = --no-vm ] || vm_tests
	tap_end
}

main "$@"
