#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What bpftool and tc show of links and refuse, and what the programs in progs/
# do to packets.
# shellcheck disable=SC1091,SC2154,SC2317	# called and set in lib/cmd.sh
. "$(dirname "$(realpath "$0")")/lib/cmd.sh"

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
	first="\\[{\"id\":$id,\"type\":\"tc\",\"prog_id\":$prog,\"devname\":\"v0\",\"ifindex\":10,\"attach_point\":\"ingress\",*\"handle\":171,\"priority\":5,*}"
	expect 0 "$id: tc  prog $prog *ifindex v0(10)  ingress  prio 5  handle 0xab *" \
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
	kill -KILL "$owner"
	owner_exits 137
	expect 0 '*drop_port*' tc filter show dev v0 ingress
	rm "$pin"
	expect 0 '' tc filter show dev v0 ingress
}

# tc may not, and says why. A filter of its own in the same priority it may.
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
	expect 0 '' tc filter del dev v0 ingress prio 10 protocol all \
		handle 2 bpf
	expect 0 '*drop_port*' tc filter show dev v0 ingress
	[[ $out != *counter* ]] || die "$out"
}

test_drop_port()
{
	network 5000 5001
	hold v0 ingress "${drop[@]}"
	answered 5000 3 0 || die "port 5000, dropped: $out"
	answered 5001 3 3 || die "port 5001, not dropped: $out"
	expect 0 '*"dropped": 3*' bpftool map dump name drop_por.bss
	kill -TERM "$owner"
	owner_exits 0
	answered 5000 3 3 || die "port 5000, no longer dropped: $out"
}

# Packets of 14 bytes Ethernet, 20 IPv4, 8 UDP and 4 data
counted()
{
	expect 0 '*' bpftool map dump name counter.bss
	[[ ${out#*\""$1"_count\"} =~ \"packets\":\ ([0-9]+),[^0-9]*\"bytes\":\ ([0-9]+) ]] ||
		die "$out"
	[ "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" = "$2 $(($2 * 46))" ] ||
		die "not $2 packets at $1: $out"
}

test_counter()
{
	network 5000
	hold v0 ingress "${count[@]}" --protocol ip
	answered 5000 4 4 || die "$out"
	counted ingress 4
	counted egress 0
}

test_counter_at_egress()
{
	network 5000
	hold v0 egress "${count[@]}" --set egress=1 --protocol ip
	answered 5000 4 4 || die "$out"
	counted egress 4
	counted ingress 0
}

class_has()
{
	expect 0 '*' tc -s class show dev v0
	[[ ${out#*class prio "$1" } =~ Sent\ [0-9]+\ bytes\ ([0-9]+)\ pkt ]] ||
		die "class $1: $out"
	[ "${BASH_REMATCH[1]}" -eq "$2" ] || die "class $1 has not $2: $out"
}

# The qdisc below chooses the class by the mark: the flow classifier maps it to
# 1:1 + mark. A priority that names a class goes before.
test_mark_egress()
{
	network 5000 5001
	ip link set v0 addrgenmode none
	tc qdisc add dev v0 root handle 1: prio bands 6
	tc filter add dev v0 parent 1: prio 1 handle 1 protocol all \
		flow map key mark baseclass 1:1
	hold v0 egress --object "$progs/mark.bpf.o" --set port=5000 --set mark=2
	answered 5000 4 4 || die "$out"
	answered 5001 3 3 || die "$out"
	class_has 1:3 4
	expect 0 "link $id: * (mark_egress)" tclink update --id "$id" \
		--object "$progs/mark.bpf.o" --set port=5001 --set priority=0x10005
	answered 5001 3 3 || die "$out"
	class_has 1:3 4
	class_has 1:5 3
}

test_nothing_is_left()
{
	expect 0 'no TC links' tclink show
}

run_tests severed_link_of_a_pin bpftool_shows bpftool_detaches_and_pins \
	tc_refused drop_port counter counter_at_egress mark_egress \
	nothing_is_left -- "$@"
