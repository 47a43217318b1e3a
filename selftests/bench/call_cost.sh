#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Usage: unshare --net call_cost.sh COST KERNEL-ENV [COUNT]
#
# What the library adds to the bpf(2) that does the same: system calls and
# user-space instructions with tcx on this kernel, and all instructions, the
# kernel's included, with both kinds of links on the patched one.
set -euo pipefail

new_device()
{
	ip link add "$1" type veth peer name "$1-p"
	ip link set "$1" up
	ip link set "$1-p" up
}

trace()
{
	new_device "trace-$1"
	strace -c -o "$tmp/strace.$1" "$cost" "trace-$1" tcx "$1" "$count" >/dev/null
}

grind()
{
	new_device "grind-$1"
	valgrind --tool=callgrind --collect-atstart=no \
		--toggle-collect='raw_*' --toggle-collect='lib_*' \
		--callgrind-out-file="$tmp/callgrind.$1" \
		"$cost" "grind-$1" tcx "$1" "$count" >"$tmp/log.$1" 2>&1
}

# NAME NUMBER for each system call that the process made
system_calls()
{
	awk '$4 ~ /^[0-9]+$/ && $NF != "total" { print $NF, $4 }' \
		"$tmp/strace.$1" | sort
}

# NAME NUMBER for each operation
instructions()
{
	callgrind_annotate --inclusive=yes --threshold=100 --auto=no \
		"$tmp/callgrind.$1" | sed -nE 's/,//g
		s/^ *([0-9]+) .*:(raw|lib)_([a-z]+) \[.*/\3 \1/p' | sort
}

show_difference()
{
	awk -f "$here/call_cost.awk" "$@"
}

in_guest()
{
	local backend how

	new_device c0
	tc qdisc add dev c0 clsact
	for backend in link tcx; do
		for how in raw tclink; do
			"$cost" c0 $backend $how "$count" >"$TCLINK_OUT/$backend.$how"
		done
	done
}

# Mostly these wait for the kernel's grace periods.
measure_here()
{
	local job jobs=()

	for job in 'trace raw' 'trace tclink' 'grind raw' 'grind tclink'; do
		$job &
		jobs+=($!)
	done
	for job in "${jobs[@]}"; do
		wait "$job"
	done
	echo "System calls of the whole process, tcx, $count times each of attach,"
	echo "update, detach and destroy (strace -c, this kernel, $(uname -r)):"
	show_difference -v sum=1 <(system_calls raw) <(system_calls tclink)
	echo "User-space instructions of one call, tcx (callgrind, this kernel):"
	show_difference -v count="$count" <(instructions raw) <(instructions tclink)
}

measure_there()
{
	local backend

	mkdir "$tmp/out"
	"$here/../vm/boot.sh" --icount --timeout 900 \
		--kernel "$kernel_env" --log "$tmp/console.log" --share "$tmp/out" -- \
		"$here/call_cost.sh" "$cost" "$kernel_env" "$count" 2>"$tmp/vm" || {
		cat "$tmp/vm" >&2
		return 1
	}
	echo "All instructions of one call, those of the kernel included: median of $count"
	echo "(QEMU -icount, Linux $(sed -n 's/^RELEASE=//p' "$kernel_env") without debugging"
	echo "checks). \"load\" is the BPF_PROG_LOAD of a program of two instructions, the same"
	echo "in both:"
	for backend in link tcx; do
		echo "$backend:"
		show_difference "$tmp/out/$backend".{raw,tclink}
	done
}

main()
{
	here=$(realpath "$(dirname "$0")")
	cost=$1 kernel_env=$2 count=${3:-1000}
	if [ -n "${TCLINK_OUT:-}" ]; then
		in_guest
		return
	fi
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	measure_here
	measure_there
}

main "$@"
