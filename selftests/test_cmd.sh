#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the tclink command does and says on the patched kernel.
# shellcheck disable=SC1091,SC2154,SC2317	# called and set in lib/cmd.sh
. "$(dirname "$(realpath "$0")")/lib/cmd.sh"

test_features()
{
	expect 0 'TC links: yes (link type *, attach type *)' tclink features
	[[ $out =~ link\ type\ ([0-9]+),\ attach\ type\ ([0-9]+) ]]
	expect 0 "{\"link\":true,\"link_type\":${BASH_REMATCH[1]},\"attach_type\":${BASH_REMATCH[2]}}" \
		tclink features --json
}

test_attach_holds_until_SIGTERM()
{
	expect 0 'no TC links' tclink show
	hold v0 ingress "${drop[@]}"
	[[ $(<"$said") == "link $id: v0 ingress, chain 0, prio 49152, handle 0x1, program $prog (drop_port)"$'\n'* ]] ||
		die "$(<"$said")"
	expect 0 "*handle 0x1 drop_port direct-action not_in_hw id $prog name drop_port *" \
		tc filter show dev v0 ingress
	kill -TERM "$owner"
	owner_exits 0
	expect 0 '' tc filter show dev v0 ingress
	# The qdisc stays: others may use it by now.
	expect 0 '*qdisc clsact ffff:*' tc qdisc show dev v0
}

test_filter_goes_with_SIGKILL()
{
	hold v0 egress "${drop[@]}"
	expect 0 '*drop_port*' tc filter show dev v0 egress
	kill -KILL "$owner"
	owner_exits 137
	expect 0 '' tc filter show dev v0 egress
}

test_attach_options()
{
	local filter

	expect 0 '' tc qdisc add dev v0 root handle 1: prio
	attach_pinned v0 1: "${count[@]}" --prio 77 --handle 0x1234 --chain 5 \
		--protocol ipv6 --classid 1:2 --classify-only --skip-hw
	[ "$out" = "link $id: v0 1:0, chain 5, prio 77, handle 0x1234, program $prog (counter)"$'\n'"pinned at $pin" ] ||
		die "$out"
	expect 0 '*' tc filter show dev v0
	filter="protocol ipv6 pref 77 bpf chain 5 handle 0x1234 flowid 1:2 counter skip_hw not_in_hw id $prog"
	[[ $out == *"$filter"* ]] || die "$out"
	expect 0 "link $id: detached and unpinned" tclink detach --pin "$pin"
}

test_pin_outlives_the_command()
{
	attach_pinned v0 ingress "${drop[@]}"
	expect 0 '*drop_port*' tc filter show dev v0 ingress
	# A second link cannot have the pin, and then does not stay.
	expect 1 "tclink: $pin exists; choose another path or remove it" \
		tclink attach v0 egress "${drop[@]}" --pin "$pin"
	expect 0 '' tc filter show dev v0 egress
	expect 0 "link $id: detached and unpinned" tclink detach --pin "$pin"
	expect 0 '' tc filter show dev v0 ingress
	[ ! -e "$pin" ] || die 'the pin is left'
	expect 0 'no TC links' tclink show
}

test_attach_refused()
{
	expect 1 "tclink: there is no qdisc 1:0 for v0 1:0; see 'tc qdisc show'" \
		tclink attach v0 1: "${drop[@]}"
	hold v0 ingress "${drop[@]}" --prio 10 --handle 7
	expect 1 "tclink: v0 ingress has a filter with priority 10 and handle 0x7 already, owned by link $id, program $prog (drop_port); choose another handle or priority, or 0 to let the kernel choose" \
		tclink attach v0 ingress "${count[@]}" --prio 10 --handle 7
}

# By id or by pin, the program may be one that is loaded already.
test_loaded_programs()
{
	hold v0 ingress "${drop[@]}"
	expect 0 '' bpftool prog pin id "$prog" "${pin}_prog"
	expect 0 "link *: v0 egress, *, program $prog (drop_port)*" \
		tclink attach v0 egress --pinned "${pin}_prog" --pin "$pin"
	expect 0 '*detached and unpinned' tclink detach --pin "$pin"
	expect 0 "link *: v0 egress, *, program $prog (drop_port)*" \
		tclink attach v0 egress --id "$prog" --pin "$pin"
	rm "$pin"
	expect 0 '' tc filter show dev v0 egress
}

test_show()
{
	local head first second

	head='LINK   DEVICE          POINT     CHAIN  PRIO   HANDLE     PROGRAM                  STATE'
	hold v0 ingress "${drop[@]}" --prio 5
	printf -v first '%-6u v0              ingress   0      5      0x1        %-24s attached' \
		"$id" "$prog (drop_port)"
	attach_pinned v1 egress "${count[@]}" --chain 3
	printf -v second '%-6u v1              egress    3      49152  0x1        %-24s attached' \
		"$id" "$prog (counter)"
	expect 0 "$head"$'\n'"$first"$'\n'"$second" tclink show
	expect 0 "$head"$'\n'"$second" tclink show v1
	expect 0 "$head"$'\n'"$second" tclink show --id "$id"
	expect 0 "$head"$'\n'"$second" tclink show --pin "$pin"
	# Seen from elsewhere, the device has no name.
	expect 0 "$head"$'\n'"$id *@netns:$(stat -Lc %i /proc/self/ns/net) egress *" \
		unshare -n "$tclink" show --id "$id"
}

# The JSON of all, each one line, with a device that needs escapes
test_json()
{
	local netns json=()

	expect 0 '\[]' tclink show --json
	json+=("$out")
	expect 0 '' ip link set v1 name 'a"\b'
	netns=$(stat -Lc %i /proc/self/ns/net)
	expect 0 '{*' tclink attach v0 egress "${drop[@]}" --prio 9 --json --pin "$pin"
	json+=("$out")
	[[ $out =~ \"id\":([0-9]+),.*\"prog_id\":([0-9]+), ]]
	id=${BASH_REMATCH[1]} prog=${BASH_REMATCH[2]}
	[ "$out" = "{\"id\":$id,\"severed\":false,\"ifindex\":10,\"device\":\"v0\",\"netns_ino\":$netns,\"point\":\"egress\",\"parent\":4294967283,\"block_index\":0,\"chain\":0,\"priority\":9,\"handle\":1,\"protocol\":3,\"classid\":0,\"classify_only\":false,\"skip_hw\":false,\"skip_sw\":false,\"in_hw\":false,\"in_hw_count\":0,\"prog_id\":$prog,\"prog_name\":\"drop_port\"}" ] ||
		die "$out"
	hold 'a"\b' ingress "${count[@]}"
	expect 0 "\\[${json[1]//\\/\\\\},{*\"device\":\"a\\\\\"\\\\\\\\b\",*}]" tclink show --json
	json+=("$out")
	expect 0 '' tc qdisc del dev v0 clsact
	expect 0 '\[{*"severed":true,"ifindex":0,"device":null,*}]' \
		tclink show --pin "$pin" --json
	json+=("$out")
	expect 0 '*' bpftool -j link show
	json+=("$out")
	expect 0 '4' python3 -c 'import json, sys
print(len([json.loads(doc) for doc in sys.argv[2:]]))' "${json[@]}"
}

test_update()
{
	local old

	attach_pinned v0 ingress "${drop[@]}"
	old=$prog
	expect 0 "link $id: v0 ingress, *, handle 0x1, program * (counter)" \
		tclink update --id "$id" "${count[@]}"
	parse_link "$out"
	expect 0 "*handle 0x1 counter direct-action *id $prog *" \
		tc filter show dev v0 ingress
	expect 1 "tclink: there is no program $old, so it is not the attached one; nothing was changed" \
		tclink update --pin "$pin" "${drop[@]}" --expect "$old"
	expect 0 "link $id: *, program * (drop_port)" \
		tclink update --pin "$pin" "${drop[@]}" --expect "$prog"
	parse_link "$out"
	old=$prog
	hold v0 egress "${count[@]}"
	expect 1 "tclink: link * has program $old (drop_port) attached, not the expected $prog (counter); nothing was changed" \
		tclink update --pin "$pin" --prog-id "$prog" --expect "$prog"
	expect 0 "*drop_port * id $old *" tc filter show dev v0 ingress
	expect 0 '*detached and unpinned' tclink detach --pin "$pin"
	expect 1 'tclink: there is no link 4294967295' \
		tclink update --id 4294967295 --prog-id "$prog"
}

test_detach_severs_the_owner()
{
	hold v0 ingress "${drop[@]}"
	expect 0 "link $id: detached" tclink detach --id "$id"
	severed_owner
	expect 0 '' tc filter show dev v0 ingress
}

test_severed_by_qdisc_delete()
{
	attach_pinned v0 egress "${drop[@]}"
	hold v0 ingress "${drop[@]}"
	expect 0 '' tc qdisc del dev v0 clsact
	severed_owner
	expect 0 "LINK *"$'\n'"* -               egress    0      49152  0x1        * (drop_port) * severed" \
		tclink show
}

test_nothing_is_left()
{
	expect 0 'no TC links' tclink show
}

run_tests features attach_holds_until_SIGTERM filter_goes_with_SIGKILL \
	attach_options pin_outlives_the_command attach_refused \
	loaded_programs show json update detach_severs_the_owner \
	severed_by_qdisc_delete nothing_is_left -- "$@"
