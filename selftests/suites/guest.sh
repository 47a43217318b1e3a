#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: guest.sh tests|bench OUT   (in a virtual machine; OUT is what make built)
#
# tests: run the suites; $TCLINK_OUT/results gets a line for each single test:
# suite, result (ok, failed, skipped), name, with tabs between.
# bench: $TCLINK_OUT/times gets lines of how, number of filters, nanoseconds of
# CPU time.
set -uo pipefail

from=$2
count=20000
tree=/tmp/tree/tools/testing/selftests
results=$TCLINK_OUT/results

result()
{
	printf '%s\t%s\t%s\n' "$@" >>"$results"
}

# The suites write next to their own files.
cp -a "$from/tree" /tmp/tree || exit 1

# tdc's way to change its settings. Its time limit is for real machines.
configure_tdc()
{
	cat >"$tree/tc-testing/tdc_config_local.py" <<-EOF
	EXTRA_NAMES = {'TIMEOUT': 300}
	EOF
	# A million filters take an hour under emulation; ten thousand will do.
	sed -Ei 's/\b(10000|1000|5000)00\b/\1/g
		s/\b500001\b/5001/g' \
		"$tree/tc-testing/tc-tests/filters/flower.json"
	# iproute2 before 6.2 shows a flowid that is not terminal with a star.
	sed -Ei '/matchPattern/s/ flowid / \\\\*?flowid /g' \
		"$tree/tc-testing/tc-tests/filters/u32.json"
}

read_tap()
{
	awk -v OFS='\t' -v suite="$2" '
		/^(not )?ok [0-9]+ [0-9a-f]+ - / {
			verdict = /^not/ ? "failed" : / # skipped/ ? "skipped" : "ok"
			sub(/^(not )?ok [0-9]+ /, "")
			sub(/ # skipped.*/, "")
			print suite, verdict, $0
		}' "$1" >>"$results"
}

run_tdc()
{
	local suite=$1 tap=$TCLINK_OUT/tdc-${1//\//-}.tap nic=() rc=0

	# Only flower wants a NIC, and to have it in this network namespace.
	[ "$suite" != filters/flower ] || nic=(-d tdcnic)
	(cd "$tree/tc-testing" && timeout 2400 python3 tdc.py "${nic[@]}" \
		-f "tc-tests/$suite.json" --outfile "$tap") \
		>"${tap%.tap}.log" 2>&1 || rc=$?
	[ ! -f "$tap" ] || read_tap "$tap" "tc-testing $suite"
	# It fails, too, where a test did.
	[ $rc -eq 0 ] || grep -q '^not ok' "$tap" ||
		result "tc-testing $suite" failed '(tdc.py itself)'
}

# It prints the name of each test before it, and stops at the first failure.
run_offload()
{
	local log=$TCLINK_OUT/bpf_offload.log rc=0

	# One more map that bpftool makes for itself and that is not to be
	# counted; later kernels name it too.
	grep -q libbpf_global "$tree/net/bpf_offload.py" ||
		sed -i "s/^\( *\)'libbpf_det_bind',/\1'libbpf_global',\n&/" \
			"$tree/net/bpf_offload.py"
	(cd "$tree/net" && PYTHONUNBUFFERED=1 timeout 2400 python3 bpf_offload.py) \
		>"$log" 2>&1 || rc=$?
	awk -v OFS='\t' -v suite=net/bpf_offload.py -v rc=$rc '
		/^Test / {
			if (name)
				print suite, "ok", name
			name = $0
		}
		/^bpf_offload.py: OK/ { done = 1 }
		END {
			print suite, rc == 0 && done ? "ok" : "failed",
				name ? name : "(all of it)"
		}' "$log" >>"$results"
}

run_progs()
{
	local log=$TCLINK_OUT/test_progs.log rc=0

	(cd "$from" && timeout 2400 ./test_progs) >"$log" 2>&1 || rc=$?
	awk -F ':' -v OFS='\t' -v rc=$rc '
		BEGIN {
			is["OK"] = "ok"
			is["FAIL"] = "failed"
			is["SKIP"] = "skipped"
		}
		/^#[0-9\/]+ +[^ ]+:(OK|FAIL|SKIP)$/ {
			name = $1
			sub(/^#[^ ]* +/, "", name)
			split(name, word, /[_\/]/)
			print "bpf " word[1] "_" word[2], is[$2], name
			if ($2 == "FAIL")
				rc = 0
		}
		END {
			if (rc)
				print "bpf", "failed", "(test_progs itself)"
		}' "$log" >>"$results"
}

run_tests()
{
	ip link add tdcnic type dummy
	ip link set tdcnic up
	configure_tdc
	for suite in filters/{bpf,flow,flower,matchall,u32} infra/filter \
			actions/bpf qdiscs/ingress; do
		run_tdc "$suite"
	done
	ip link del tdcnic
	run_offload
	run_progs
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

case $1 in
tests)	run_tests ;;
bench)	run_bench >"$TCLINK_OUT/times" ;;
esac
