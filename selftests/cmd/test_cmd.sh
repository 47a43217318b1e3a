#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the tclink command does and says on the patched kernel.
# shellcheck disable=SC1091,SC2154,SC2317	# called and set in lib/cmd.sh
. "$(dirname "$(realpath "$0")")/../lib/cmd.sh"

test_features()
{
	expect 0 'TC links: yes (link type *, attach type *)'$'\n''tcx links: yes' \
		tclink features
	[[ $out =~ link\ type\ ([0-9]+),\ attach\ type\ ([0-9]+) ]]
	expect 0 "{\"link\":true,\"link_type\":${BASH_REMATCH[1]},\"attach_type\":${BASH_REMATCH[2]},\"tcx\":true}" \
		tclink features --json
}

# Whether it ends by itself, after SIGTERM, or is killed
test_filter_goes_with_its_owner()
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
		tclink attach v0 egress --prog-id "$prog" --pin "$pin"
	rm "$pin"
	expect 0 '' tc filter show dev v0 egress
}

test_show()
{
	local head first second

	head='LINK  BACKEND  DEVICE  POINT    CHAIN  PRIO   HANDLE  PROGRAM * HW  STATE     OWNERS'
	hold v0 ingress "${drop[@]}" --prio 5
	first="$id *link     v0      ingress  0      5      0x1     $prog (drop_port) * no  attached  tclink($owner)"
	attach_pinned v1 egress "${count[@]}" --chain 3
	second="$id *link     v1      egress   3      49152  0x1     $prog (counter) * no  attached  -"
	expect 0 "$head"$'\n'"$first"$'\n'"$second" tclink show
	expect 0 "LINK *  HW  STATE     OWNERS  PINS"$'\n'"$id *v1 * (counter)  no  attached  -       $pin" \
		tclink show dev v1 --pins
	expect 0 "LINK *"$'\n'"$id *link *v1 *egress *" tclink show --pin "$pin"
	# Seen from elsewhere, the device has no name.
	expect 0 "*"$'\n'"$id *link *@netns:$(stat -Lc %i /proc/self/ns/net) *egress *" \
		unshare -n "$tclink" show --id "$id"
}

# Blocks have members in other places; the filter is shown once.
test_blocks()
{
	expect 0 '' tc qdisc add dev v0 ingress_block 22 clsact
	hold block 22 "${drop[@]}" --skip-hw
	[[ $(<"$said") == "link $id: - block 22, chain 0, prio 49152, handle 0x1, program $prog (drop_port)"$'\n'* ]] ||
		die "$(<"$said")"
	expect 0 '*drop_port*' tc filter show block 22
	expect 0 "LINK *"$'\n'"$id *link *- *block 22 *$prog (drop_port)  never  attached  tclink($owner)" \
		tclink show block 22
	expect 0 'no TC links' tclink show block 23
	expect 0 'no TC links' tclink show v0
}

test_backends()
{
	expect 0 "tcx link *: v0 ingress, program * (drop_port)"$'\n'* \
		tclink attach v0 ingress "${drop[@]}" --backend tcx --pin "$pin"
	parse_link "$out"
	expect 0 "LINK *"$'\n'"$id *tcx *v0 *ingress *- *- *- *$prog (drop_port)  -   attached  -" \
		tclink show v0
	expect 0 'tclink: the netlink backend does not own the filter: anybody may replace or delete it, and it stays if this process is killed'$'\n'*drop_port* \
		tclink exec v0 ingress "${drop[@]}" --backend netlink -- \
		tc filter show dev v0 ingress
	expect 0 '' tc filter show dev v0 ingress
	expect 0 '' tclink exec v0 ingress --prog-id "$prog" \
		--require owned,notified,chain -- true
}

# A device that needs escapes; cmd_stock.sh reads JSON with a parser.
test_json()
{
	local netns link

	expect 0 '\[]' tclink show --json
	expect 0 '' ip link set v1 name 'a"\b'
	netns=$(stat -Lc %i /proc/self/ns/net)
	expect 0 '{*' tclink attach v0 egress "${drop[@]}" --prio 9 --json --pin "$pin"
	[[ $out =~ \"id\":([0-9]+),.*\"prog_id\":([0-9]+), ]]
	id=${BASH_REMATCH[1]} prog=${BASH_REMATCH[2]}
	link="{\"id\":$id,\"backend\":\"link\",\"severed\":false,\"ifindex\":10,\"device\":\"v0\",\"netns_ino\":$netns,\"point\":\"egress\",\"parent\":4294967283,\"block_index\":0,\"chain\":0,\"priority\":9,\"handle\":1,\"protocol\":3,\"classid\":0,\"classify_only\":false,\"skip_hw\":false,\"skip_sw\":false,\"in_hw\":false,\"in_hw_count\":0,\"prog_id\":$prog,\"prog_name\":\"drop_port\",\"guarantees\":[\"owned\",\"exclusive\",\"atomic\",\"compare-swap\",\"pinnable\",\"notified\",\"offload\",\"parents\",\"classid\",\"chain\",\"blocks\",\"priority\",\"protocol\"]"
	[ "$out" = "$link}" ] || die "$out"
	hold 'a"\b' ingress --prog-id "$prog"
	expect 0 '*' tclink show --json --pins
	[[ $out == "[$link,\"owners\":[],\"pins\":[\"$pin\"]},{"*'"device":"a\"\\b",'*'"owners":[{"pid":'"$owner"',"comm":"tclink"}],"pins":[]}]' ]] ||
		die "$out"
	expect 0 '' tc qdisc del dev v0 clsact
	expect 0 '\[{*"severed":true,"ifindex":0,"device":null,*}]' \
		tclink show --pin "$pin" --json
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

test_severed_owner_is_told()
{
	hold v0 ingress "${drop[@]}"
	expect 0 "link $id: detached" tclink detach --id "$id"
	severed_owner
	expect 0 '' tc filter show dev v0 ingress
	attach_pinned v0 egress "${drop[@]}"
	hold v0 ingress --prog-id "$prog"
	expect 0 '' tc qdisc del dev v0 clsact
	severed_owner
	expect 0 "LINK *"$'\n'"* -       egress  0      49152  0x1     * (drop_port)  no  severed  -" \
		tclink show
}

# The command's own exit code, input and output; severed meanwhile, too
test_exec()
{
	local severed='link * was severed: its qdisc or device went away, or it was detached'

	expect 3 '*drop_port*tclink: '"$severed"$'\n''the end' \
		tclink exec dev v0 ingress "${drop[@]}" -- sh -c '
		tc filter show dev v0 ingress
		tc qdisc del dev v0 clsact
		sleep 2; echo the end; exit 3'
	expect 143 '' tclink exec dev v0 ingress "${drop[@]}" -- sh -c 'kill $$'
	expect 0 '' tc filter show dev v0 ingress
}

test_wait()
{
	local waiter

	attach_pinned v0 ingress "${drop[@]}"
	expect 4 "tclink: link $id is still attached" tclink wait --id "$id" --timeout 0
	"$tclink" wait --pin "$pin" >"$said" &
	waiter=$!
	expect 0 '' tc qdisc del dev v0 clsact
	wait "$waiter" || die "wait ended with $?"
	[ "$(<"$said")" = "link $id: severed" ] || die "$(<"$said")"
}

test_monitor()
{
	local events="$said.events" monitor line

	: >"$events"
	attach_pinned v0 egress "${count[@]}"
	line="link $id: v0 egress, chain 0, prio 49152, handle 0x1, program $prog (counter)"
	"$tclink" monitor v0 >"$events" 2>&1 &
	monitor=$!
	wait_for "$events" "*.* present  $line"
	hold v0 ingress "${drop[@]}"
	wait_for "$events" "*"$'\n'"*.* attached link $id: v0 ingress, *, program $prog (drop_port)"
	expect 0 '*' tclink update --pin "$pin" --prog-id "$prog"
	wait_for "$events" "*.* updated  ${line% program*} program $prog (drop_port)"
	kill -KILL "$owner"
	wait_for "$events" "*.* gone     link $id: v0 ingress, *, program $prog (drop_port)"
	owner_exits 137
	expect 0 '' tc qdisc del dev v0 clsact
	wait_for "$events" "*.* severed  ${line% program*} program $prog (drop_port)"
	kill -INT "$monitor"
	wait "$monitor" || die "monitor ended with $?"
	[[ $(<"$events") != *$'\n'*$'\n'*$'\n'*$'\n'*$'\n'* ]] || die "$(<"$events")"
}

test_nothing_is_left()
{
	expect 0 'no TC links' tclink show
}

run_tests features filter_goes_with_its_owner attach_options \
	pin_outlives_the_command attach_refused loaded_programs show blocks \
	backends json update severed_owner_is_told exec wait monitor \
	nothing_is_left -- "$@"
