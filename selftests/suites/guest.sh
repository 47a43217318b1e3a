#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: guest.sh tests|bench OUT   (in a virtual machine; OUT is what make built)
#
# tests: run the suites; $TCLINK_OUT/results gets a line for each single test:
# suite, result, name, with tabs between.
# bench: $TCLINK_OUT/times gets lines of how, number of filters, nanoseconds of
# CPU time.
set -uo pipefail

# Kind and name of a suite, the name of its log, its directory, its command
run_suite()
{
	local log=$TCLINK_OUT/$3.log rc=0

	(cd "$4" && PYTHONUNBUFFERED=1 timeout 2400 "${@:5}") >"$log" 2>&1 || rc=$?
	[ "$1" != tdc ] || log=$TCLINK_OUT/$3.tap
	touch "$log"
	awk -v kind="$1" -v suite="$2" -v rc=$rc -f "$here/results.awk" "$log" \
		>>"$TCLINK_OUT/results"
}

run_tdc()
{
	local name=tdc-${1//\//-} nic=()

	# Only flower wants a NIC, and to have it in this network namespace.
	[ "$1" != filters/flower ] || nic=(-d tdcnic)
	run_suite tdc "tc-testing $1" "$name" "$tree/tc-testing" python3 tdc.py \
		"${nic[@]}" -f "tc-tests/$1.json" --outfile "$TCLINK_OUT/$name.tap"
}

run_tests()
{
	ip link add tdcnic type dummy
	ip link set tdcnic up
	for suite in filters/{bpf,flow,flower,matchall,u32} infra/filter \
			actions/bpf qdiscs/ingress; do
		run_tdc "$suite"
	done
	ip link del tdcnic
	run_suite offload net/bpf_offload.py bpf_offload "$tree/net" python3 bpf_offload.py
	run_suite progs bpf test_progs "$from" ./test_progs
}

new_device()
{
	ip link del bench 2>/dev/null
	ip link add bench type dummy &&
		tc qdisc add dev bench clsact
}

# One tc for each number: it can say only when it is done with all.
time_tc()
{
	local n=$1 TIMEFORMAT='%U %S'

	new_device || return
	for ((i = 1; i <= n; i++)); do
		printf 'filter add dev bench ingress prio 1 handle %d bpf da object-pinned /sys/fs/bpf/bench\n' $i
	done >/tmp/batch
	{ time tc -batch /tmp/batch >&2; } 2>/tmp/cpu || return
	tail -n 1 /tmp/cpu | awk -v n="$n" \
		'{ printf "tc-batch %d %.0f\n", n, ($1 + $2) * 1e9 }'
}

run_bench()
{
	local how n rc

	# tc -batch leaves the program of each line open.
	ulimit -n $((count + 1024)) || return
	bpftool prog load "$tree/net/sample_ret0.bpf.o" /sys/fs/bpf/bench \
		type classifier || return
	for how in link netlink; do
		new_device || return
		rc=0
		"$from/add_filters" $how bench $count || rc=$?
		[ $rc -eq 0 ] || [ $rc -eq 4 ] || return $rc
	done
	for n in $((count / 8)) $((count / 4)) $((count / 2)) $count; do
		time_tc "$n" || return
	done
}

main()
{
	here=$(realpath "$(dirname "$0")") from=$2 count=20000
	tree=/tmp/tree/tools/testing/selftests
	# The suites write next to their own files.
	cp -a "$from/tree" /tmp/tree || exit 1
	case $1 in
	tests)	run_tests ;;
	bench)	run_bench >"$TCLINK_OUT/times" ;;
	esac
}

main "$@"
