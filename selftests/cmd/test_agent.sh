#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# docs/agent.c at work on real packets: with a TC link on the patched kernel,
# with a tcx link on any other that has them.
# shellcheck disable=SC1090,SC2154,SC2317	# called and set in lib/cmd.sh
. "${CMD_SH:-$(dirname "$(realpath "$0")")/../lib/cmd.sh}"

start_agent()
{
	start "$built/agent" v0 "$progs/counter.bpf.o" "$pin"
}

# says WHAT [BEFORE]: its last line has WHAT, of a program and a link that are left
# in $prog and $id. BEFORE is a pattern for the lines before.
says()
{
	wait_for "$said" "${2:-}v0: program +([0-9]) $1, $best link +([0-9])"
	[[ $(<"$said") =~ .*program\ ([0-9]+)\ .*\ ([0-9]+)$ ]]
	prog=${BASH_REMATCH[1]} id=${BASH_REMATCH[2]}
}

# A map goes with its program, unless it is pinned. The program names the
# counters after its constants.
maps=()
keep_counters()
{
	local map

	expect 0 '*' bpftool -j prog show id "$prog"
	[[ $out =~ \"map_ids\":\[[0-9]+,([0-9]+)\] ]] || die "$out"
	map=${pin}_maps/${BASH_REMATCH[1]}
	[ -d "${pin}_maps" ] || mkdir "${pin}_maps" || die 'no directory for maps'
	expect 0 '' bpftool map pin id "${BASH_REMATCH[1]}" "$map"
	maps+=("$map")
}

# Packets that the programs saw
counted()
{
	total=0
	printf 'map dump pinned %s\n' "${maps[@]}" >"$said.maps"
	expect 0 '*' bpftool batch file "$said.maps"
	while [[ $out =~ \"ingress_count\":\ [^0-9]*\"packets\":\ ([0-9]+), ]]; do
		total=$((total + BASH_REMATCH[1]))
		out=${out#*"${BASH_REMATCH[0]}"}
	done
}

# Packets that the device received
received()
{
	local line

	while read -r line; do
		[[ ! $line =~ ^v0:\ *[0-9]+\ +([0-9]+) ]] || rx=${BASH_REMATCH[1]}
	done </proc/net/dev
}

# How many of those the programs did not see, while nothing is under way
missed()
{
	local before=

	for _ in {1..20}; do
		received
		[ "$rx" != "$before" ] || break
		before=$rx
		counted
	done
	missed=$((rx - total))
}

# Packets from the other namespace, one after the other
stream()
{
	# shellcheck disable=SC2016	# for bash
	nsenter --net="/run/netns/$peer" -- bash -c \
		'while echo; do read -rt 0.04 -u "$1"; done >/dev/udp/192.0.2.1/5000' \
		bash "$never" &
	echos+=($!)
	sender=$!
}

# Some more of them
flows()
{
	local from

	received
	from=$rx
	for _ in {1..100}; do
		received
		[ "$rx" -lt $((from + 5)) ] || return 0
		nap
	done
	die 'the stream of packets has ended'
}

test_no_packet_is_missed()
{
	local first before

	network 5000
	start_agent
	says attached
	keep_counters
	first=$id
	missed
	before=$missed
	stream
	flows
	end_owner KILL 137
	flows
	start_agent
	says 'in place of the old one'
	keep_counters
	flows
	kill -HUP "$owner"
	says 'in place of the old one' $'v0: *\n'
	keep_counters
	flows
	[ "$id" = "$first" ] || die "link $id in place of $first"
	kill "$sender"
	missed
	[ "$missed" -eq "$before" ] ||
		die "$rx packets, $missed not seen, before the stream $before"
	[ "$total" -ge 20 ] || die "$total packets in all"
}

# The device goes and comes back, once under the agent's eyes, once between two
# agents. The second leaves the filter to a third.
test_device_comes_back()
{
	local first

	start_agent
	says attached
	first=$id
	expect 0 '' ip link del v0
	wait_for "$said" $'*\nv0: severed'
	make_veth
	says attached $'*\nv0: severed\n'
	[ "$id" != "$first" ] || die "link $id, severed, is back"
	end_owner KILL 137
	expect 0 '' ip link del v0
	make_veth
	start_agent
	says attached $'v0: severed\n'
	keep_counters
	# What v1 asks everybody for comes to v0.
	expect 0 '' ip addr add 192.0.2.2/24 dev v1
	echo >/dev/udp/192.0.2.1/5000
	for _ in {1..20}; do
		counted
		[ "$total" -eq 0 ] || break
	done
	[ "$total" -gt 0 ] || die 'the program sees no packets'
	end_owner TERM 0
	expect 0 '*"severed":false*' "$tclink" show --pin "$pin" --json
	expect 1 '*no.o*' "$built/agent" v1 "$progs/no.o" "${pin}_2"
	[ ! -e "${pin}_2" ] || die 'there is a pin'
}

run_tests no_packet_is_missed device_comes_back -- "$@"
