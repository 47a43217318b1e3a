#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the tclink command does and says, with the best backend of this kernel.
# "test_cmd.sh backend" runs the tests where that makes a difference.
# shellcheck disable=SC1003,SC1090,SC2016,SC2154,SC2317	# scripts of others; set and called in lib/cmd.sh
. "${CMD_SH:-$(dirname "$(realpath "$0")")/../lib/cmd.sh}"

filters()
{
	tc filter show dev v0 "$1"
}

# A link at ingress or egress of v0, and its filter
is_there()
{
	if [ "$best" = link ]; then
		expect 0 "*handle 0x1 $2 direct-action not_in_hw id $prog name $2 *" filters "$1"
	else
		expect 0 "*"$'\n'"$id  *$1 *$prog ($2) *attached *" tclink show v0
	fi
}

is_gone()
{
	expect 0 '' filters "$1"
	[ "$best" = link ] || expect 0 'no TC links' tclink show v0
}

# What links of v0 hang on goes.
sever()
{
	if [ "$best" = link ]; then
		expect 0 '' tc qdisc del dev v0 clsact
	else
		expect 0 '' ip link del v0
	fi
}

# json_is EXPRESSION COMMAND...: the command prints JSON of which the Python
# expression is true. In docs are its lines, and in doc the first.
json_is()
{
	command -v python3 >/dev/null || skip_test 'python3 is missing'
	out=$("${@:2}") || die "${*:2}: $out"
	python3 -c 'import json, sys
docs = [json.loads(line) for line in sys.stdin]
doc = docs[0] if docs else None
sys.exit(not ('"$1"'))' <<<"$out" || die "${*:2}: not '$1': $out"
}

# --- Where the backend makes a difference ----------------------------------

test_features()
{
	local numbers='"link":false,"link_type":0,"attach_type":0'

	if [ "$best" = link ]; then
		expect 0 'TC links: yes (link type *, attach type *)'$'\n''tcx links: yes' tclink features
		[[ $out =~ link\ type\ ([0-9]+),\ attach\ type\ ([0-9]+) ]]
		numbers="\"link\":true,\"link_type\":${BASH_REMATCH[1]},\"attach_type\":${BASH_REMATCH[2]}"
		expect 0 "{$numbers,\"tcx\":true}" tclink features --json
	else
		expect 1 'TC links: no (the kernel has no BPF_LINK_TYPE_TC)'$'\n''tcx links: yes' tclink features
		expect 1 "{$numbers,\"tcx\":true}" tclink features --json
	fi
}

# Whether it ends by itself, after SIGTERM, or is killed
test_filter_goes_with_its_owner()
{
	hold v0 ingress "${drop[@]}"
	is_said "$named $id: v0 ingress$at, program $prog (drop_port)"$'\n'"holding the link; the filter goes when this process ends"
	is_there ingress drop_port
	end_owner TERM 0
	is_gone ingress
	# The qdisc stays: others may use it by now.
	[ "$best" = tcx ] || expect 0 '*qdisc clsact ffff:*' tc qdisc show dev v0
	hold dev v0 egress "${drop[@]}" --backend "$best"
	is_there egress drop_port
	end_owner KILL 137
	is_gone egress
}

# Without the link backend, this takes a netlink filter.
test_attach_options()
{
	expect 0 '' tc qdisc add dev v0 root handle 1: htb
	hold v0 1: "${count[@]}" --prio 77 --handle 0x1234 --chain 5 \
		--protocol ipv6 --classid 1:2 --classify-only --skip-hw
	is_said "*@(link $id|netlink filter): v0 1:0, chain 5, prio 77, handle 0x1234, program * (counter)"$'\n'*
	expect 0 '*' tc filter show dev v0
	[[ $out == *"protocol ipv6 pref 77 bpf chain 5 handle 0x1234 flowid 1:2 counter"*" skip_hw not_in_hw id "* ]] ||
		die "$out"
	end_owner INT 0
	expect 0 '' tc filter show dev v0
}

test_pin_outlives_the_command()
{
	attach_pinned v0 ingress "${drop[@]}"
	is_there ingress drop_port
	# A second link cannot have the pin, and then does not stay.
	expect 1 "tclink: $pin exists; choose another path or remove it" \
		tclink attach v0 egress "${drop[@]}" --pin "$pin"
	expect 0 "link $id: detached and unpinned" tclink detach --pin "$pin"
	[ ! -e "$pin" ] || die 'the pin is left'
	is_gone ingress
	is_gone egress
}

test_attach_refused()
{
	[ "$best" = link ] || skip_test 'there is no link backend'
	expect 1 "tclink: there is no qdisc 1:0 for v0 1:0; see 'tc qdisc show'" \
		tclink attach v0 1: "${drop[@]}"
	hold v0 ingress "${drop[@]}" --prio 10 --handle 7
	expect 1 "tclink: v0 ingress has a filter with priority 10 and handle 0x7 already, owned by link $id, program $prog (drop_port); choose another handle or priority, or 0 to let the kernel choose" \
		tclink attach v0 ingress "${count[@]}" --prio 10 --handle 7
}

test_show()
{
	local head first second hw='- ' away="$((index + 1))@netns:[?]" five=() third=()

	first='tcx *v0 *ingress  -      -     -      '
	if [ "$best" = link ]; then
		five=(--prio 5) third=(--chain 3)
		first='link     v0      ingress  0      5      0x1    '
		second='link     v1      egress   3      49152  0x1    '
		hw=no away=@netns:$(stat -Lc %i /proc/self/ns/net)
	fi
	head='LINK *BACKEND  DEVICE  POINT    CHAIN  PRIO *HANDLE  PROGRAM * HW  STATE     OWNERS'
	hold v0 ingress "${drop[@]}" "${five[@]}"
	first="$id *$first $prog (drop_port) * $hw  attached  tclink($owner)"
	attach_pinned v1 egress "${count[@]}" "${third[@]}"
	if [ "$best" = link ]; then
		expect 0 "$head"$'\n'"$first"$'\n'"$id *$second $prog (counter) * no  attached  -" tclink show
	else
		expect 0 "$head"$'\n'"$first" tclink show v0
		expect 0 "*"$'\n'"$id  *" tclink show
	fi
	expect 0 "LINK *  HW  STATE     OWNERS  PINS"$'\n'"$id *v1 * (counter)  $hw  attached  -       $pin" \
		tclink show dev v1 --pins
	expect 0 "LINK *"$'\n'"$id *$best *v1 *egress *" tclink show --pin "$pin"
	# Seen from elsewhere, the device has no name.
	expect 0 "*"$'\n'"$id *$best *$away *egress *" unshare -n "$tclink" show --id "$id"
}

# Blocks have members in other places; the filter is shown once.
test_blocks()
{
	expect 0 '' tc qdisc add dev v0 ingress_block 22 clsact
	hold block 22 "${drop[@]}" --skip-hw
	is_said "*@(link $id|netlink filter): - block 22, chain 0, prio 49152, handle 0x1, program * (drop_port)"$'\n'*
	expect 0 '*drop_port*' tc filter show block 22
	[ "$best" != link ] ||
		expect 0 "LINK *"$'\n'"$id *link *- *block 22 *$prog (drop_port)  never  attached  tclink($owner)" \
			tclink show block 22
	expect 0 'no TC links' tclink show block 23
	expect 0 'no TC links' tclink show v0
	end_owner INT 0
	expect 0 '' tc filter show block 22
}

# Those that are not the best
test_backends()
{
	[ "$best" = link ] || skip_test 'there is no link backend'
	expect 0 "tcx link *: v0 ingress, program * (drop_port)"$'\n'* \
		tclink attach v0 ingress "${drop[@]}" --backend tcx --pin "$pin"
	parse_link "$out"
	expect 0 "LINK *"$'\n'"$id *tcx *v0 *ingress *- *- *- *$prog (drop_port)  -   attached  -" \
		tclink show v0
	expect 0 '' tclink exec v0 ingress --prog-id "$prog" --require owned,notified,chain -- true
}

# A parser reads this in show_owners.
test_json()
{
	local nine=() where='"chain":0,"priority":0,"handle":0' more='' link
	local guarantees='"owned","exclusive","atomic","compare-swap","pinnable"'

	if [ "$best" = link ]; then
		nine=(--prio 9) where='"chain":0,"priority":9,"handle":1'
		more=',"notified","offload","parents","classid","chain","blocks","priority","protocol"'
	fi
	expect 0 '\[]' tclink show v1 --json
	expect 0 '{*}' tclink attach v0 egress "${drop[@]}" "${nine[@]}" --json --pin "$pin"
	[[ $out =~ \"id\":([0-9]+),.*\"prog_id\":([0-9]+), ]]
	id=${BASH_REMATCH[1]} prog=${BASH_REMATCH[2]}
	link="{\"id\":$id,\"backend\":\"$best\",\"severed\":false,\"ifindex\":$index,\"device\":\"v0\",\"netns_ino\":$(stat -Lc %i /proc/self/ns/net),\"point\":\"egress\",\"parent\":4294967283,\"block_index\":0,$where,\"protocol\":3,\"classid\":0,\"classify_only\":false,\"skip_hw\":false,\"skip_sw\":false,\"in_hw\":false,\"in_hw_count\":0,\"prog_id\":$prog,\"prog_name\":\"drop_port\",\"guarantees\":[$guarantees$more]"
	[ "$out" = "$link}" ] || die "$out"
	expect 0 '*' tclink show --id "$id" --json --pins
	[ "$out" = "[$link,\"owners\":[],\"pins\":[\"$pin\"]}]" ] || die "$out"
}

test_update()
{
	local old first

	attach_pinned v0 ingress "${drop[@]}"
	old=$prog first=$id
	expect 0 "$named $id: v0 ingress$at, program * (counter)" \
		tclink update --id "$id" "${count[@]}"
	parse_link "$out"
	is_there ingress counter
	expect 1 "tclink: there is no program $old, so it is not the attached one; nothing was changed" \
		tclink update --pin "$pin" "${drop[@]}" --expect "$old"
	expect 0 '{*"prog_name":"drop_port"*}' \
		tclink update --pin "$pin" "${drop[@]}" --expect "$prog" --json
	[[ $out =~ \"prog_id\":([0-9]+), ]]
	old=${BASH_REMATCH[1]}
	hold v0 egress "${count[@]}"
	expect 1 "tclink: link * has program $old (drop_port) attached, not the expected $prog (counter); nothing was changed" \
		tclink update --pin "$pin" --prog-id "$prog" --expect "$prog"
	id=$first prog=$old is_there ingress drop_port
	expect 0 '*detached and unpinned' tclink detach --pin "$pin"
	expect 1 'tclink: there is no link 4294967295' \
		tclink update --id 4294967295 --prog-id "$prog"
}

test_severed_owner_is_told()
{
	hold v0 ingress "${drop[@]}"
	expect 0 "link $id: detached" tclink detach --id "$id"
	severed_owner
	is_gone ingress
	attach_pinned v0 egress "${drop[@]}"
	hold v0 ingress --prog-id "$prog"
	sever
	severed_owner
	expect 0 "LINK *"$'\n'"*$best * -  *egress * (drop_port)  @(no|- )  severed  -" \
		tclink show --pin "$pin"
	expect 0 '\[{*"severed":true,"ifindex":0,"device":null,*}]' \
		tclink show --pin "$pin" --json
}

test_exec_severed()
{
	local severed='link * was severed: its qdisc or device went away, or it was detached'
	local how='tc filter show dev v0 ingress; tc qdisc del dev v0 clsact'

	[ "$best" = link ] || how='echo drop_port; "$0" detach --id $TCLINK_ID >/dev/null'
	expect 3 '*drop_port*tclink: '"$severed"$'\n''the end' \
		tclink exec dev v0 ingress "${drop[@]}" -- \
		sh -c "$how; sleep 1; echo the end; exit 3" "$tclink"
}

test_wait()
{
	attach_pinned v0 ingress "${drop[@]}"
	expect 4 "tclink: link $id is still attached" tclink wait --id "$id" --timeout 0
	start "$tclink" wait --pin "$pin"
	sever
	owner_exits 0
	is_said "link $id: severed"
}

# The last line of the monitor, and what the other one has said by then
told()
{
	wait_for "$events" "*$time $1"
	[ "$best" = link ] || wait_for "$docs" "$2"
}

# A second one, which prints JSON, would take too long under emulation.
test_monitor()
{
	local first first_prog new line monitor json_monitor='' events="$said.events" docs="$said.json"
	local time='[0-2][0-9]:[0-5][0-9]:[0-6][0-9].[0-9][0-9][0-9]'

	: >"$events"
	hold v0 ingress "${drop[@]}"
	first=$id first_prog=$prog
	if [ "$best" != link ]; then
		"$tclink" monitor v0 --new --json --interval 20 >"$docs" 2>&1 &
		json_monitor=$!
	fi
	"$tclink" monitor dev v0 >"$events" 2>&1 &
	monitor=$!
	told "present  $named $first: v0 ingress$at, program $prog (drop_port)" ''
	if [ "$best" != link ]; then
		# Elsewhere things may happen that do not concern v0.
		attach_pinned v1 ingress "${count[@]}"
		sleep 0.2
		rm "$pin"
	fi
	attach_pinned v0 egress "${count[@]}"
	new=$id line="$named $id: v0 egress$at, program"
	told "attached $line $prog (counter)" '*"event":"attached"*'
	expect 0 '*' tclink update --id "$new" --prog-id "$first_prog"
	told "updated  $line $first_prog (drop_port)" '*"event":"updated"*'
	# Monitors do not keep it alive.
	kill -KILL "$owner"
	told "gone     $named $first: v0 ingress$at, program $first_prog (drop_port)" '*"event":"gone"*'
	sever
	told "severed  $line $first_prog (drop_port)" '*"event":"severed"*'
	rm "$pin"
	told "gone     $line $first_prog (drop_port)" '*"event":"gone"*"event":"gone"*'
	kill -INT "$monitor"
	exits "$monitor" 0
	[ "$(wc -l <"$events")" -eq 6 ] || die "$(<"$events")"
	[ -n "$json_monitor" ] || return 0
	kill -TERM "$json_monitor"
	exits "$json_monitor" 0
	json_is '[d["event"] for d in docs] == ["attached", "updated", "gone", "severed", "gone"] and
all(d["device"] == "v0" and d["time"] > 1e9 for d in docs) and
docs[1]["old_prog_id"] != docs[1]["prog_id"] and docs[3]["severed"] and
docs[3]["ifindex"] == '"$index"' and [d["id"] for d in docs] == ['"$new,$new,$first,$new,$new"']' \
		cat "$docs"
}

# --- Where it makes none -----------------------------------------------------

# A process of that name that holds a link as well, by two descriptors
other_owner()
{
	python3 -c 'import ctypes; ctypes.CDLL("libbpf.so.1")' 2>/dev/null ||
		skip_test 'python3 or libbpf.so.1 is missing'
	: >"$said.other"
	python3 -c 'import ctypes, sys, time
get = ctypes.CDLL("libbpf.so.1").bpf_link_get_fd_by_id
fd = min(get(int(sys.argv[1])), get(int(sys.argv[1])))
open("/proc/self/comm", "w").write(sys.argv[2])
print("ready" if fd >= 0 else "no link", flush=True)
time.sleep(60)' "$1" "$2" >"$said.other" 2>&1 &
	other=$!
	wait_for "$said.other" ready
}

test_SIGHUP_ends_it_and_nohup_does_not()
{
	hold v0 egress "${drop[@]}"
	end_owner HUP 0
	trap '' HUP
	hold v0 egress "${drop[@]}"
	kill -HUP "$owner"
	sleep 0.2
	expect 0 '*attached*' tclink show --id "$id"
	end_owner INT 0
}

test_section_name()
{
	attach_pinned v0 ingress "${count[@]}" --program tc
	expect 0 "$named $id: v0 ingress$at, program * (drop_port)" \
		tclink update --pin "$pin" "${drop[@]}" --program drop_port
}

# By id or by pin, the program may be one that is loaded already.
test_loaded_programs()
{
	hold v0 ingress "${drop[@]}"
	expect 0 '' bpftool prog pin id "$prog" "${pin}_prog"
	expect 0 "$named *: v0 egress$at, program $prog (drop_port)*" \
		tclink attach v0 egress --pinned "${pin}_prog" --pin "$pin"
	expect 0 '*detached and unpinned' tclink detach --pin "$pin"
	expect 0 "$named *: v0 egress$at, program $prog (drop_port)*" \
		tclink attach v0 egress --prog-id "$prog" --pin "$pin"
	rm "$pin"
	expect 0 '' filters egress
}

test_show_owners()
{
	local names

	hold v0 ingress "${drop[@]}"
	other_owner "$id" two
	names="tclink($owner), two($other)"
	[ "$owner" -lt "$other" ] || names="two($other), tclink($owner)"
	expect 0 "*attached  $names" tclink show --id "$id"
	json_is '{o["pid"]: o["comm"] for o in doc[0]["owners"]} == {'"$owner"': "tclink", '"$other"': "two"} and len(doc) == 1' \
		tclink show --id "$id" --json
	# The filter lives on with the second, who is a listed owner.
	end_owner TERM 0
	expect 0 "*attached  two($other)" tclink show v0
}

test_names_with_odd_bytes()
{
	hold v0 ingress "${drop[@]}"
	other_owner "$id" $'\e[1m"\\\x07'
	json_is 'any(o["comm"] == "\x1b[1m\"\\\x07" for o in doc[0]["owners"])' \
		tclink show --id "$id" --json
	expect 0 '*[?]\[1m"\\[?]*' tclink show --id "$id"
	expect 0 '' ip link set v1 name 'ä"\'
	expect 0 '*ä"\\ ingress, *' tclink attach 'ä"\' ingress "${count[@]}" --pin "$pin"
	json_is 'doc[0]["device"] == "ä\"\\"' tclink show --pin "$pin" --json
}

test_pins()
{
	hold v0 ingress "${drop[@]}"
	expect 0 "link $id: pinned at $pin" tclink pin --id "$id" "$pin"
	expect 0 "link $id: pinned at ${pin}_2" tclink pin --id "$id" "${pin}_2"
	expect 1 "tclink: $pin exists; *" tclink pin --id "$id" "$pin"
	expect 1 'tclink: *' tclink pin --id "$id" "$said.x"
	expect 0 "*\"pins\":\\[\"$pin\",\"${pin}_2\"\\]*" tclink show --id "$id" --pins --json
	end_owner KILL 137
	expect 0 "link $id: unpinned from $pin" tclink unpin "$pin"
	expect 0 "*$id *attached*" tclink show v0
	expect 0 "link $id: unpinned from ${pin}_2" tclink unpin "${pin}_2"
	# The kernel lets go of a pin a moment after it is gone.
	tclink wait --id "$id" --timeout 20 >/dev/null 2>&1
	expect 1 'tclink: *' tclink show --id "$id"
	expect 1 'tclink: *' tclink unpin "$pin"
	bpftool map create "$pin" type array key 4 value 4 entries 1 name x
	expect 1 'tclink: *' tclink unpin "$pin"
	[ -e "$pin" ] || die 'the pin of a map is gone'
}

notice='tclink: the netlink backend does not own the filter: anybody may replace or delete it, and it stays if this process is killed'

test_attach_netlink()
{
	hold v0 ingress "${drop[@]}" --backend netlink --prio 7 --handle 9
	is_said "$notice"$'\n'"netlink filter: v0 ingress, chain 0, prio 7, handle 0x9, program * (drop_port)"$'\n''the filter goes when this process is told to end'
	expect 0 '*pref 7 bpf*handle 0x9 drop_port*' filters ingress
	# They have no id, and so are not listed.
	expect 0 'no TC links' tclink show v0
	end_owner TERM 0
	expect 0 '' filters ingress
}

# What tcx cannot do falls to netlink.
test_netlink_by_need()
{
	[ "$best" = tcx ] || skip_test 'tcx is not the best backend here'
	hold v0 ingress "${drop[@]}" --chain 3
	is_said "$notice"$'\n'"netlink filter: v0 ingress, chain 3,"*
	end_owner KILL 137
	expect 0 '*chain 3 *drop_port*' filters ingress
	expect 1 'tclink: *' tclink attach v0 ingress "${drop[@]}" --chain 3 --require owned
	expect 1 'tclink: *netlink lacks pinnable' tclink attach v0 ingress "${drop[@]}" --chain 4 --pin "$pin"
	[ ! -e "$pin" ] || die 'there is a pin'
	expect 1 'tclink: *' tclink attach v0 ingress "${drop[@]}" --backend link
	expect 1 'tclink: *' tclink attach v0 ingress "${drop[@]}" --require notified
	expect 125 'tclink: *' tclink exec v0 ingress "${drop[@]}" --require notified -- true
	expect 0 'no TC links' tclink show v0
}

test_netlink_json()
{
	: >"$said"
	"$tclink" attach v0 ingress "${drop[@]}" --backend netlink --json >"$said" 2>/dev/null &
	owner=$!
	wait_for "$said" '{"id":0,"backend":"netlink",*"priority":[1-9]*"guarantees":\[*"chain"*}'
	[[ $(<"$said") != *'"owned"'* ]] || die "$(<"$said")"
	end_owner INT 0
}

test_netlink_replaced()
{
	hold v0 ingress "${drop[@]}" --backend netlink --prio 7 --handle 9
	expect 0 '' tc filter replace dev v0 ingress protocol all prio 7 handle 9 \
		bpf direct-action object-file "$progs/counter.bpf.o" section tc
	owner_exits 3
	is_said $'*\n''tclink: the filter is gone: its qdisc or device went away, or somebody deleted or replaced it'
	expect 0 '*counter*' filters ingress
}

# The command's own exit code, input and output
test_exec()
{
	local exec=(tclink exec v0 ingress "${drop[@]}" --)

	expect 7 'while it runs: v0' "${exec[@]}" \
		sh -c 'echo while it runs: $("$0" show --id $TCLINK_ID | grep -o v0); exit 7' "$tclink"
	is_gone ingress
	expect 127 "tclink: cannot run 'nosuch': No such file or directory" "${exec[@]}" nosuch
	expect 126 "tclink: cannot run '/': Permission denied" "${exec[@]}" /
	expect 143 '' "${exec[@]}" sh -c 'kill -TERM $$'
	expect 137 '' "${exec[@]}" sh -c 'kill -KILL $$'
	is_gone ingress
	# Input and options of its own
	expect 0 'input' "${exec[@]}" cat -u - <<<input
	# The command has its signals as they were, and nothing of ours is open.
	expect 0 'SigBlk:	0000000000000000' "${exec[@]}" grep SigBlk /proc/self/status
	expect 0 '' "${exec[@]}" sh -c 'ls -l /proc/self/fd | grep -E "bpf|signalfd" || :'
}

test_exec_hands_signals_on()
{
	local signal

	for signal in INT TERM HUP; do
		# Shells have background jobs ignore SIGINT.
		start env --default-signal=INT "$tclink" exec v0 ingress "${drop[@]}" -- \
			bash -c 'trap "echo got $0; exit 5" $0; echo ready; while :; do sleep 0.05; done' \
			"$signal"
		wait_for "$said" ready
		end_owner "$signal" 5
		is_said "ready"$'\n'"got $signal"
	done
	is_gone ingress
}

test_exec_netlink()
{
	unset TCLINK_ID
	expect 0 "$notice"$'\n'"*drop_port*[[]]" \
		tclink exec v0 ingress "${drop[@]}" --backend netlink -- \
		sh -c 'tc filter show dev v0 ingress; echo "[$TCLINK_ID]"'
	expect 0 '' filters ingress
}

test_wait_for_a_detach()
{
	local waiter

	hold v0 ingress "${drop[@]}"
	expect 4 "tclink: link $id is still attached" tclink wait --id "$id" --timeout 0.3
	expect 1 'tclink: there is no link 4294967295*' tclink wait --id 4294967295
	expect 0 "link $id: pinned at $pin" tclink pin --id "$id" "$pin"
	"$tclink" wait --pin "$pin" >"$said.wait" 2>&1 &
	waiter=$!
	expect 4 '*' tclink wait --id "$id" --timeout 0.1
	expect 0 '*unpinned' tclink detach --pin "$pin"
	owner_exits 3
	exits "$waiter" 0
	[[ $(<"$said.wait") == "link $id: "@(severed|gone) ]] || die "$(<"$said.wait")"
}

# One that waits is no owner.
test_wait_holds_nothing()
{
	local holder

	hold v0 ingress "${drop[@]}"
	holder=$owner
	start "$tclink" wait --id "$id"
	sleep 0.3
	kill -KILL "$holder"
	owner_exits 0
	is_said "link $id: gone"
	attach_pinned v0 ingress "${drop[@]}"
	expect 0 '' ip link del v0
	expect 0 "link $id: severed" tclink wait --pin "$pin"
}

test_not_root()
{
	local nobody=(setpriv --reuid 65534 --clear-groups --inh-caps=-all "$tclink")

	[ -z "$("${nobody[@]}" show --json 2>/dev/null)" ] || die 'JSON without an answer'
	expect 1 'tclink: *CAP_*' "${nobody[@]}" show
	expect 1 'tclink: *CAP_*' "${nobody[@]}" monitor
}

backend=(features filter_goes_with_its_owner attach_options pin_outlives_the_command
	attach_refused show blocks backends json update
	severed_owner_is_told exec_severed wait monitor)
# Others may have links on a machine that is not for tests alone.
[ "$best" != link ] || backend+=(nothing_is_left)
any=(SIGHUP_ends_it_and_nohup_does_not section_name loaded_programs show_owners
	names_with_odd_bytes pins attach_netlink netlink_by_need netlink_json
	netlink_replaced exec exec_hands_signals_on exec_netlink wait_for_a_detach
	wait_holds_nothing not_root)
[ "${1:-}" != backend ] || set -- "${backend[@]}"
run_tests "${any[@]}" "${backend[@]}" -- "$@"
