#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Usage: call_cost.sh COST KERNEL-ENV [COUNT]
#
# What the library adds to the bpf(2) that does the same: system calls and
# user-space instructions with tcx on this kernel, and all instructions, the
# kernel's included, with both kinds of links on the patched one.
set -euo pipefail

# With a device of its own: the program, and what is to run it
in_netns()
{
	# shellcheck disable=SC2016	# for bash
	unshare --net bash -c 'ip link add c0 type veth peer name c1 &&
		ip link set c0 up && ip link set c1 up && exec "$@"' bash "$@"
}

trace()
{
	in_netns strace -c -o "$tmp/strace.$1" "$cost" c0 tcx "$1" "$count" \
		>"$tmp/ns.$1"
}

grind()
{
	in_netns valgrind --tool=callgrind --collect-atstart=no \
		--toggle-collect='raw_*' --toggle-collect='lib_*' \
		--callgrind-out-file="$tmp/callgrind.$1" \
		"$cost" c0 tcx "$1" "$count" >"$tmp/log.$1" 2>&1
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
		s/^ *([0-9]+) .*:(raw|lib)_([a-z]+) \[.*/\3 \1/p' |
		awk -v count="$count" '{ print $1, $2 / count }' | sort
}

# NAME NUMBER NUMBER: with bpf(2) alone, and with the library
show_difference()
{
	awk '{
		printf "  %-14s %6d with bpf(2) alone, %6d with the library: %d more%s\n",
			$1, $2, $3, $3 - $2, $2 ? sprintf(", %.2f %%", 100 * ($3 - $2) / $2) : ""
	}'
}

# Of the medians in the virtual machine
show_all()
{
	echo "$1:"
	awk 'FNR == NR { raw[$1] = $2; next }
		{ lib[$1] = $2 }
		END {
			n = split("attach update detach destroy", call)
			for (i = 1; i <= n; i++)
				print call[i], raw[call[i]], lib[call[i]]
			for (i = 1; i <= 2; i++)
				print "load+" call[i], raw["load"] + raw[call[i]],
					raw["load"] + lib[call[i]]
		}' "$tmp/out/$1".{raw,tclink} | show_difference
}

in_guest()
{
	local backend how

	ip link add c0 type veth peer name c1
	ip link set c0 up
	ip link set c1 up
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
	join -a 1 -a 2 -e 0 -o 0,1.2,2.2 <(system_calls raw) <(system_calls tclink) |
		awk '{ raw += $2; lib += $3 }
			$1 == "bpf" || $2 != $3
			END { print "all", raw, lib }' | show_difference
	echo "User-space instructions of one call, tcx (callgrind, this kernel):"
	join <(instructions raw) <(instructions tclink) | show_difference
}

measure_there()
{
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
	show_all link
	show_all tcx
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
