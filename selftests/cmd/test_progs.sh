#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the programs in progs/ do to packets between two namespaces.
# shellcheck disable=SC1090,SC2154,SC2317	# called and set in lib/cmd.sh
. "${CMD_SH:-$(dirname "$(realpath "$0")")/../lib/cmd.sh}"

passes()
{
	answered "$1" "$2" "$2" || die "port $1, not to be dropped: $out"
}

test_drop_port()
{
	network 5000 5001
	hold v0 ingress "${drop[@]}"
	answered 5000 3 0 || die "port 5000, to be dropped: $out"
	passes 5001 3
	expect 0 '*"dropped": 3*' bpftool map dump name drop_por.bss
	end_owner TERM 0
	passes 5000 3
}

# That there were PACKETS at ingress or egress: those that were sent, and one more
# for each, see udp.c
counted()
{
	expect 0 '*' bpftool map dump name counter.bss
	[[ ${out#*\""$1"_count\"} =~ \"packets\":\ ([0-9]+),[^0-9]*\"bytes\":\ ([0-9]+) ]] ||
		die "$out"
	# Ethernet has 14 bytes, IPv4 20, UDP 8, and the data 4.
	[ "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" = "$2 $(($2 * 46))" ] ||
		die "not $2 packets at $1: $out"
}

# counts AT NOT-AT [OPTION]...
counts()
{
	network 5000
	hold v0 "$1" "${count[@]}" --protocol ip "${@:3}"
	passes 5000 4
	counted "$1" 8
	[[ $out == *"$2"_count*'"packets": 0,'* ]] || die "$out"
}

test_counter()
{
	counts ingress egress
}

test_counter_at_egress()
{
	counts egress ingress --set egress=1
}

class_has()
{
	local i

	for ((i = 0; i < 20; i++)); do
		expect 0 '*' tc -s class show dev v0
		[[ ${out#*class prio "$1" } =~ Sent\ [0-9]+\ bytes\ ([0-9]+)\ pkt ]] ||
			die "class $1: $out"
		[ "${BASH_REMATCH[1]}" -ne "$2" ] || return 0
	done
	die "class $1 has not $2: $out"
}

# The qdisc chooses the class by the mark: the flow classifier maps it to 1:1
# and so many more. A priority that names a class goes before.
test_mark_egress()
{
	network 5000 5001
	tc -batch - <<-EOF || die 'no qdisc'
		qdisc add dev v0 root handle 1: prio bands 6
		filter add dev v0 parent 1: prio 1 handle 1 protocol all flow map key mark baseclass 1:1
	EOF
	hold v0 egress --object "$progs/mark.bpf.o" --set port=5000 --set mark=2
	passes 5000 4
	passes 5001 3
	class_has 1:3 4
	expect 0 "link $id: * (mark_egress)" tclink update --id "$id" \
		--object "$progs/mark.bpf.o" --set port=5001 --set priority=0x10005
	passes 5001 3
	class_has 1:5 3
}

run_tests drop_port counter counter_at_egress mark_egress nothing_is_left -- "$@"
