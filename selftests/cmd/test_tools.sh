#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What bpftool and tc show of links, and what they refuse.
# shellcheck disable=SC1090,SC2154,SC2317	# called and set in lib/cmd.sh
. "${CMD_SH:-$(dirname "$(realpath "$0")")/../lib/cmd.sh}"

test_severed_link_of_a_pin()
{
	attach_pinned v0 egress "${drop[@]}"
	expect 0 '' ip link del v0
	expect 0 "$id: tc  prog $prog *ifindex (detached)  egress  prio 49152  handle 0x1 *" \
		bpftool link show
	expect 0 "\\[{\"id\":$id,\"type\":\"tc\",\"prog_id\":$prog,\"devname\":\"(detached)\",\"ifindex\":0,\"attach_point\":\"egress\",*}]" \
		bpftool -j link show
	expect 1 "tclink: link $id is severed: its filter went with the qdisc or device, or was detached; attach anew" \
		tclink update --pin "$pin" "${count[@]}"
	expect 0 "link $id: detached and unpinned" tclink detach --pin "$pin"
}

test_bpftool_shows()
{
	local first

	hold v0 ingress "${drop[@]}" --prio 5 --handle 0xab
	first="\\[{\"id\":$id,\"type\":\"tc\",\"prog_id\":$prog,\"devname\":\"v0\",\"ifindex\":$index,\"attach_point\":\"ingress\",*\"handle\":171,\"priority\":5,*}"
	expect 0 "$id: tc  prog $prog *ifindex v0($index)  ingress  prio 5  handle 0xab *" \
		bpftool link show
	attach_pinned v0 egress "${count[@]}"
	expect 0 "$first,{\"id\":$id,\"type\":\"tc\",\"prog_id\":$prog,*\"attach_point\":\"egress\",*\"handle\":1,\"priority\":49152,*}]" \
		bpftool -j link show
}

test_bpftool_detaches_and_pins()
{
	hold v0 ingress "${drop[@]}"
	expect 0 '' bpftool link detach id "$id"
	severed_owner
	expect 0 '' tc filter show dev v0 ingress

	hold v0 ingress "${drop[@]}"
	expect 0 '' bpftool link pin id "$id" "$pin"
	end_owner KILL 137
	expect 0 '*drop_port*' tc filter show dev v0 ingress
	rm "$pin"
	expect 0 '' tc filter show dev v0 ingress
}

# tc may not, and says why. Its own filter in the same priority stays, too.
test_tc_refused()
{
	local before refused

	hold v0 ingress "${drop[@]}" --prio 10
	refused="Error: Filter 0x1 of priority 10 is owned by BPF link $id.*"
	expect 0 '' tc filter add dev v0 ingress prio 10 protocol all \
		bpf da obj "$progs/counter.bpf.o" sec tc
	expect 0 '*' tc filter show dev v0 ingress
	before=$out
	[[ $before == *drop_port* && $before == *counter* ]] || die "$before"
	expect 2 "$refused" tc filter del dev v0 ingress
	expect 2 "$refused" tc filter del dev v0 ingress prio 10
	expect 2 "$refused" tc filter del dev v0 ingress prio 10 protocol all \
		handle 1 bpf
	expect 2 "$refused" tc filter replace dev v0 ingress prio 10 \
		protocol all handle 1 bpf da obj "$progs/counter.bpf.o" sec tc
	expect 2 '*Filter already exists*' tc filter add dev v0 ingress prio 10 \
		protocol all handle 1 bpf da obj "$progs/counter.bpf.o" sec tc
	expect 0 '*' tc filter show dev v0 ingress
	[ "$out" = "$before" ] || die "$before"$'\n'"is now"$'\n'"$out"
}

run_tests severed_link_of_a_pin bpftool_shows bpftool_detaches_and_pins \
	tc_refused nothing_is_left -- "$@"
