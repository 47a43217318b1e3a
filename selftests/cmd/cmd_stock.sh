#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# What the tclink command does on the kernel that runs, with the backends that
# need no patch. Each test has network namespace and mounts of its own, with the
# veth pair v0 and v1. Usage: cmd_stock.sh OUT [TEST]..., or O=OUT
# shellcheck disable=SC1003,SC2016,SC2317 # scripts of others; tests are called by name
set -uo pipefail
build=${1:-$O}
tclink=$build/src/tclink
progs=$build/progs
index=0 out='' said='' owner='' id='' prog=''
drop=(--object "$progs/drop_port.bpf.o" --set port=5000)
count=(--object "$progs/counter.bpf.o")

die() {
	echo "$*"
	echo "in ${FUNCNAME[*]:1}, line ${BASH_LINENO[*]}"
	exit 1
}

# Exit status, and a glob pattern for what is said on stdout and stderr
expect() {
	local want=$1 pattern=$2 status
	shift 2
	out=$("$@" 2>&1)
	status=$?
	[ "$status" -eq "$want" ] || die "$*: exit status $status, not $want: $out"
	# shellcheck disable=SC2053
	[[ $out == $pattern ]] || die "$*: not '$pattern': $out"
}

tclink() {
	"$tclink" "$@"
}

# Whether JSON on stdin has it that a Python expression on doc is true
json() {
	python3 -c 'import json, sys
docs = [json.loads(line) for line in sys.stdin]
doc = docs[0] if docs else None
sys.exit(not ('"$1"'))'
}

json_is() {
	local condition=$1
	shift
	out=$("$@") || die "$*: $out"
	json "$condition" <<<"$out" || die "$*: not '$condition': $out"
}

wait_for() {
	local i
	for ((i = 0; i < 200; i++)); do
		# shellcheck disable=SC2053
		[[ $(<"$1") == $2 ]] && return
		sleep 0.05
	done
	die "waited in vain for '$2', there is: $(<"$1")"
}

parse_link() {
	[[ $1 =~ link\ ([0-9]+):.*,\ program\ ([0-9]+) ]] || die "no link: $1"
	id=${BASH_REMATCH[1]} prog=${BASH_REMATCH[2]}
}

# Attach in the background. Output is in $said, of both kinds.
hold() {
	: >"$said"
	"$tclink" attach "$@" >"$said" 2>&1 &
	owner=$!
	wait_for "$said" '*the filter goes when this process @(ends|is told to end)'
	[[ $(<"$said") == *netlink* ]] || parse_link "$(<"$said")"
}

attach_pinned() {
	expect 0 "tcx link *: *pinned at $pin" tclink attach "$@" --pin "$pin"
	parse_link "$out"
}

exits() {
	local status
	wait "$1"
	status=$?
	[ "$status" -eq "$2" ] || die "it ended with $status, not $2: $(<"$said")"
}

# A process of that name that holds a link as well, by two descriptors
other_owner() {
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

filters() {
	tc filter show dev v0 "$1"
}

test_features() {
	expect 1 '{"link":false,"link_type":0,"attach_type":0,"tcx":true}' tclink features --json
	expect 1 'TC links: no (the kernel has no BPF_LINK_TYPE_TC)'$'\n''tcx links: yes' tclink features
}

test_attach_tcx() {
	hold v0 ingress "${drop[@]}"
	[ "$(head -n 1 "$said")" = "tcx link $id: v0 ingress, program $prog (drop_port)" ] || die "$(<"$said")"
	expect 0 "*"$'\n'"$id  *" tclink show
	kill -TERM "$owner"
	exits "$owner" 0
	expect 0 'no TC links' tclink show dev v0
	# No qdisc is needed for tcx.
	expect 0 '' tc filter show dev v0 ingress
}

test_goes_with_SIGKILL() {
	hold dev v0 egress "${drop[@]}" --backend tcx
	kill -KILL "$owner"
	exits "$owner" 137
	expect 0 'no TC links' tclink show v0
}

test_SIGHUP_ends_it_and_nohup_does_not() {
	hold v0 egress "${drop[@]}"
	kill -HUP "$owner"
	exits "$owner" 0
	(
		trap '' HUP
		hold v0 egress "${drop[@]}"
		kill -HUP "$owner"
		sleep 0.2
		expect 0 '*attached*' tclink show --id "$id"
		kill -INT "$owner"
		exits "$owner" 0
	) || exit
}

test_section_name() {
	attach_pinned v0 ingress "${count[@]}" --program tc
	expect 0 "tcx link $id: v0 ingress, program * (drop_port)" \
		tclink update --pin "$pin" "${drop[@]}" --program drop_port
}

test_show() {
	local head row

	attach_pinned v0 ingress "${drop[@]}"
	head="LINK *BACKEND  DEVICE  POINT    CHAIN  PRIO  HANDLE  PROGRAM * HW  STATE     OWNERS"
	row="$id *tcx *v0 *ingress  -      -     -       $prog (drop_port)  -   attached"
	expect 0 "$head"$'\n'"$row  -" tclink show v0
	expect 0 "$head"$'\n'"$row  -" tclink show dev v0
	expect 0 "$head"$'\n'"$row  -" tclink show --id "$id"
	expect 0 "$head  PINS"$'\n'"$row  -       $pin" tclink show --pin "$pin" --pins
	expect 0 'no TC links' tclink show block 5
	expect 0 '\[]' tclink show v1 --json
	# In another namespace, nothing has this index.
	expect 0 "*$id *tcx *$index@netns:[?]  ingress *" \
		unshare -n "$tclink" show --id "$id"
	expect 1 'tclink: *' tclink show --id 4294967295
}

test_show_owners() {
	local names

	hold v0 ingress "${drop[@]}"
	other_owner "$id" two
	names="tclink($owner), two($other)"
	[ "$owner" -lt "$other" ] || names="two($other), tclink($owner)"
	expect 0 "*attached  $names" tclink show --id "$id"
	json_is '{o["pid"]: o["comm"] for o in doc[0]["owners"]} == {'"$owner"': "tclink", '"$other"': "two"}' \
		tclink show --id "$id" --json
	# The filter lives on with the second, who is a listed owner.
	kill -TERM "$owner"
	exits "$owner" 0
	expect 0 "*attached  two($other)" tclink show v0
	kill -KILL "$other"
}

test_names_with_odd_bytes() {
	hold v0 ingress "${drop[@]}"
	other_owner "$id" $'\e[1m"\\\x07'
	json_is 'any(o["comm"] == "\x1b[1m\"\\\x07" for o in doc[0]["owners"])' \
		tclink show --id "$id" --json
	expect 0 '*[?]\[1m"\\[?]*' tclink show --id "$id"
	kill -KILL "$other"
	expect 0 '' ip link set v1 name 'ä"\'
	expect 0 '*ä"\\ ingress, *' tclink attach 'ä"\' ingress "${count[@]}" --pin "$pin"
	json_is 'doc[0]["device"] == "ä\"\\"' tclink show --pin "$pin" --json
}

test_json_members() {
	attach_pinned v0 egress "${drop[@]}"
	expect 0 '\[{*}]' tclink show --id "$id" --pins --json
	[ "$out" = '[{"id":'"$id"',"backend":"tcx","severed":false,"ifindex":'"$index"',"device":"v0","netns_ino":'"$netns"',"point":"egress","parent":4294967283,"block_index":0,"chain":0,"priority":0,"handle":0,"protocol":3,"classid":0,"classify_only":false,"skip_hw":false,"skip_sw":false,"in_hw":false,"in_hw_count":0,"prog_id":'"$prog"',"prog_name":"drop_port","guarantees":["owned","exclusive","atomic","compare-swap","pinnable"],"owners":[],"pins":["'"$pin"'"]}]' ] ||
		die "$out"
	json_is 'len(doc) == 1' tclink show --id "$id" --json
	json_is 'doc["backend"] == "tcx" and "owned" in doc["guarantees"] and "owners" not in doc' \
		tclink attach v0 ingress "${count[@]}" --json --pin "${pin}_2"
	json_is 'doc["prog_name"] == "drop_port"' \
		tclink update --pin "${pin}_2" "${drop[@]}" --json
}

test_pins() {
	hold v0 ingress "${drop[@]}"
	expect 0 "link $id: pinned at $pin" tclink pin --id "$id" "$pin"
	expect 0 "link $id: pinned at ${pin}_2" tclink pin --id "$id" "${pin}_2"
	expect 1 "tclink: $pin exists; *" tclink pin --id "$id" "$pin"
	expect 1 'tclink: *' tclink pin --id "$id" "$HOME/x"
	json_is 'doc[0]["pins"] == ["'"$pin"'", "'"$pin"'_2"]' \
		tclink show --id "$id" --pins --json
	kill -KILL "$owner"
	exits "$owner" 137
	expect 0 "link $id: unpinned from $pin" tclink unpin "$pin"
	expect 0 "*$id *attached*" tclink show v0
	expect 0 "link $id: unpinned from ${pin}_2" tclink unpin "${pin}_2"
	wait_gone "$id"
	expect 1 'tclink: *' tclink unpin "$pin"
	bpftool map create "$pin" type array key 4 value 4 entries 1 name x
	expect 1 'tclink: *' tclink unpin "$pin"
	[ -e "$pin" ] || die 'the pin of a map is gone'
}

# The kernel lets go of a pin a moment after it is gone.
wait_gone() {
	local i
	for ((i = 0; i < 100; i++)); do
		"$tclink" show --id "$1" >/dev/null 2>&1 || return 0
		sleep 0.05
	done
	die "link $1 is left"
}

test_detach_and_update() {
	local old

	attach_pinned v0 ingress "${drop[@]}"
	old=$prog
	expect 0 "tcx link $id: v0 ingress, program * (counter)" tclink update --id "$id" "${count[@]}"
	parse_link "$out"
	expect 1 "tclink: there is no program $old, so it is not the attached one; nothing was changed" \
		tclink update --pin "$pin" "${drop[@]}" --expect "$old"
	expect 0 "tcx link *" tclink update --pin "$pin" "${drop[@]}" --expect "$prog"
	expect 0 "link $id: detached and unpinned" tclink detach --pin "$pin"
	[ ! -e "$pin" ] || die 'the pin is left'
	hold v0 ingress "${drop[@]}"
	expect 0 "link $id: detached" tclink detach --id "$id"
	exits "$owner" 3
	[ "$(tail -n 1 "$said")" = "tclink: link $id was severed: its qdisc or device went away, or it was detached" ] ||
		die "$(<"$said")"
}

test_severed_by_the_device() {
	hold v0 ingress "${drop[@]}"
	attach_pinned v0 egress "${drop[@]}"
	expect 0 '' ip link del v0
	exits "$owner" 3
	expect 0 "*$id *tcx *-  *egress *severed *" tclink show --pin "$pin"
	json_is 'doc[0]["severed"] and doc[0]["ifindex"] == 0 and doc[0]["device"] is None' \
		tclink show --pin "$pin" --json
}

notice='tclink: the netlink backend does not own the filter: anybody may replace or delete it, and it stays if this process is killed'

test_attach_netlink() {
	hold v0 ingress "${drop[@]}" --backend netlink --prio 7 --handle 9
	[[ $(<"$said") == "$notice"$'\n'"netlink filter: v0 ingress, chain 0, prio 7, handle 0x9, program "*" (drop_port)"$'\n'* ]] ||
		die "$(<"$said")"
	[ "$(tail -n 1 "$said")" = 'the filter goes when this process is told to end' ] ||
		die "$(<"$said")"
	expect 0 '*pref 7 bpf*handle 0x9 drop_port*' filters ingress
	# They have no id, and so are not listed.
	expect 0 'no TC links' tclink show v0
	kill -TERM "$owner"
	exits "$owner" 0
	expect 0 '' filters ingress
}

# What tcx cannot do falls to netlink.
test_netlink_by_need() {
	hold v0 ingress "${drop[@]}" --chain 3
	[[ $(<"$said") == "$notice"$'\n'"netlink filter: v0 ingress, chain 3,"* ]] || die "$(<"$said")"
	kill -KILL "$owner"
	exits "$owner" 137
	expect 0 '*chain 3 *drop_port*' filters ingress
	expect 1 'tclink: *' tclink attach v0 ingress "${drop[@]}" --chain 3 --require owned
	expect 1 'tclink: *netlink lacks pinnable' tclink attach v0 ingress "${drop[@]}" --chain 4 --pin "$pin"
	[ ! -e "$pin" ] || die 'there is a pin'
	expect 1 'tclink: *' tclink attach v0 ingress "${drop[@]}" --backend link
	expect 1 'tclink: *' tclink attach v0 ingress "${drop[@]}" --require notified
	expect 0 'no TC links' tclink show v0
}

test_netlink_json() {
	: >"$said"
	"$tclink" attach v0 ingress "${drop[@]}" --backend netlink --json >"$said" 2>/dev/null &
	owner=$!
	wait_for "$said" '{*}'
	json 'doc["backend"] == "netlink" and doc["id"] == 0 and "owned" not in doc["guarantees"] and "chain" in doc["guarantees"] and doc["priority"] > 0' <"$said" ||
		die "$(<"$said")"
	kill -INT "$owner"
	exits "$owner" 0
}

test_netlink_replaced() {
	local gone='tclink: the filter is gone: its qdisc or device went away, or somebody deleted or replaced it'

	hold v0 ingress "${drop[@]}" --backend netlink --prio 7 --handle 9
	expect 0 '' tc filter replace dev v0 ingress protocol all prio 7 handle 9 \
		bpf direct-action object-file "$progs/counter.bpf.o" section tc
	exits "$owner" 3
	[ "$(tail -n 1 "$said")" = "$gone" ] || die "$(<"$said")"
	expect 0 '*counter*' filters ingress
}

test_netlink_block_and_class() {
	expect 0 '' tc qdisc add dev v0 ingress_block 22 clsact
	hold block 22 "${drop[@]}"
	[[ $(<"$said") == *"netlink filter: - block 22, chain 0, "* ]] || die "$(<"$said")"
	expect 0 '*drop_port*' tc filter show block 22
	kill -INT "$owner"
	exits "$owner" 0
	expect 0 '' tc filter show block 22
	expect 0 '' tc qdisc add dev v0 root handle 1: htb
	hold v0 1: "${count[@]}" --classid 1:2 --classify-only
	expect 0 '*flowid 1:2 counter*' tc filter show dev v0 parent 1:
	kill -INT "$owner"
	exits "$owner" 0
}

test_exec() {
	expect 7 'while it runs: v0' tclink exec v0 ingress "${drop[@]}" -- \
		sh -c 'echo while it runs: $("$0" show --id $TCLINK_ID | grep -o v0); exit 7' "$tclink"
	expect 0 'no TC links' tclink show v0
	expect 127 "tclink: cannot run 'nosuch': No such file or directory" \
		tclink exec v0 ingress "${drop[@]}" -- nosuch
	expect 126 "tclink: cannot run '/': Permission denied" \
		tclink exec v0 ingress "${drop[@]}" -- /
	expect 143 '' tclink exec v0 ingress "${drop[@]}" -- sh -c 'kill -TERM $$'
	expect 137 '' tclink exec v0 ingress "${drop[@]}" -- sh -c 'kill -KILL $$'
	expect 125 'tclink: there is no device *' tclink exec nodev0 ingress "${drop[@]}" -- true
	expect 125 'tclink: *' tclink exec v0 ingress "${drop[@]}" --require notified -- true
	expect 0 'no TC links' tclink show v0
	# Input and options of its own
	expect 0 'input' tclink exec v0 ingress "${drop[@]}" -- cat -u - <<<input
	# The command has its signals as they were, and nothing of ours is open.
	expect 0 'SigBlk:	0000000000000000' tclink exec v0 ingress "${drop[@]}" -- \
		grep SigBlk /proc/self/status
	expect 0 '' tclink exec v0 ingress "${drop[@]}" -- sh -c 'ls -l /proc/self/fd | grep -E "bpf|signalfd" || :'
}

test_exec_hands_signals_on() {
	local signal

	for signal in INT TERM HUP; do
		: >"$said"
		# Shells have background jobs ignore SIGINT.
		env --default-signal=INT "$tclink" exec v0 ingress "${drop[@]}" -- \
			bash -c 'trap "echo got $0; exit 5" $0; echo ready; while :; do sleep 0.05; done' \
			"$signal" >"$said" 2>&1 &
		owner=$!
		wait_for "$said" ready
		kill "-$signal" "$owner"
		exits "$owner" 5
		[[ $(<"$said") == ready$'\n'"got $signal" ]] || die "$(<"$said")"
	done
	expect 0 'no TC links' tclink show v0
}

test_exec_severed() {
	expect 4 'tclink: link * was severed: its qdisc or device went away, or it was detached'$'\n'after \
		tclink exec v0 ingress "${drop[@]}" -- \
		sh -c '"$0" detach --id $TCLINK_ID >/dev/null; sleep 0.5; echo after; exit 4' "$tclink"
}

test_exec_netlink() {
	unset TCLINK_ID
	expect 0 "$notice"$'\n'"*drop_port*[[]]" \
		tclink exec v0 ingress "${drop[@]}" --backend netlink -- \
		sh -c 'tc filter show dev v0 ingress; echo "[$TCLINK_ID]"'
	expect 0 '' filters ingress
}

test_wait() {
	hold v0 ingress "${drop[@]}"
	expect 4 "tclink: link $id is still attached" tclink wait --id "$id" --timeout 0
	expect 4 "tclink: link $id is still attached" tclink wait --id "$id" --timeout 0.3
	expect 1 'tclink: there is no link 4294967295*' tclink wait --id 4294967295
	expect 0 "link $id: pinned at $pin" tclink pin --id "$id" "$pin"
	"$tclink" wait --pin "$pin" >"$said.wait" 2>&1 &
	waiter=$!
	expect 4 '*' tclink wait --id "$id" --timeout 0.1
	expect 0 '*unpinned' tclink detach --pin "$pin"
	exits "$owner" 3
	exits "$waiter" 0
	[[ $(<"$said.wait") == "link $id: "@(severed|gone) ]] || die "$(<"$said.wait")"
}

# One that waits is no owner.
test_wait_holds_nothing() {
	hold v0 ingress "${drop[@]}"
	"$tclink" wait --id "$id" >"$said.wait" 2>&1 &
	waiter=$!
	sleep 0.3
	kill -KILL "$owner"
	exits "$waiter" 0
	[ "$(<"$said.wait")" = "link $id: gone" ] || die "$(<"$said.wait")"
	attach_pinned v0 ingress "${drop[@]}"
	expect 0 '' ip link del v0
	expect 0 "link $id: severed" tclink wait --pin "$pin"
}

test_monitor() {
	local first new time='[0-2][0-9]:[0-5][0-9]:[0-6][0-9].[0-9][0-9][0-9]'

	hold v0 ingress "${drop[@]}"
	first=$id
	"$tclink" monitor dev v0 --interval 20 >"$said.plain" 2>&1 &
	monitor=$!
	"$tclink" monitor v0 --new --json --interval 20 >"$said.json" 2>&1 &
	json_monitor=$!
	wait_for "$said.plain" "$time present  tcx link $first: v0 ingress, program $prog (drop_port)"
	# Elsewhere things may happen that do not concern v0.
	attach_pinned v1 ingress "${count[@]}"
	sleep 0.2
	rm "$pin"
	attach_pinned v0 egress "${count[@]}"
	new=$id
	wait_for "$said.plain" "*$time attached tcx link $new: v0 egress, program $prog (counter)"
	expect 0 '*' tclink update --id "$new" "${drop[@]}"
	parse_link "$out"
	wait_for "$said.plain" "*$time updated  tcx link $new: v0 egress, program $prog (drop_port)"
	expect 0 '*' tclink detach --id "$new"
	wait_for "$said.plain" "*$time severed  tcx link $new: v0 egress, program $prog (drop_port)"
	wait_for "$said.json" '*"event":"severed"*'
	rm "$pin"
	wait_for "$said.plain" "*$time gone     tcx link $new: v0 egress, program $prog (drop_port)"
	wait_for "$said.json" '*"event":"gone"*'
	# Monitors do not keep it alive.
	kill -KILL "$owner"
	wait_for "$said.plain" "*$time gone     tcx link $first: v0 ingress, program * (drop_port)"
	wait_for "$said.json" '*"gone"*"gone"*'
	kill -INT "$monitor"
	kill -TERM "$json_monitor"
	exits "$monitor" 0
	exits "$json_monitor" 0
	[ "$(wc -l <"$said.plain")" -eq 6 ] || die "$(<"$said.plain")"
	json '[d["event"] for d in docs] == ["attached", "updated", "severed", "gone", "gone"] and
all(d["device"] == "v0" and d["time"] > 1e9 for d in docs) and
docs[1]["old_prog_id"] != docs[1]["prog_id"] and docs[2]["severed"] and
docs[2]["ifindex"] == '"$index"' and [d["id"] for d in docs] == ['"$new,$new,$new,$new,$first"']' \
		<"$said.json" || die "$(<"$said.json")"
}

test_not_root() {
	[ -z "$(setpriv --reuid 65534 --clear-groups --inh-caps=-all "$tclink" show --json 2>/dev/null)" ] ||
		die 'JSON without an answer'
	expect 1 'tclink: *CAP_*' setpriv --reuid 65534 --clear-groups --inh-caps=-all "$tclink" show
	expect 1 'tclink: *CAP_*' setpriv --reuid 65534 --clear-groups --inh-caps=-all "$tclink" monitor
}

clean_up() {
	jobs -p | xargs -r kill -KILL 2>/dev/null
	wait 2>/dev/null
	rm -rf "$tmp"
}

run_one() {
	mount -t bpf bpf /sys/fs/bpf || die 'no BPF file system'
	# An index that is no device's elsewhere.
	index=$((20000 + $$ % 1000000 * 2))
	ip link add v0 index $index type veth peer name v1 index $((index + 1)) ||
		die 'no veth'
	ip link set v0 up
	ip link set v1 up
	netns=$(stat -Lc %i /proc/self/ns/net)
	tmp=$(mktemp -d)
	pin=/sys/fs/bpf/tclink said=$tmp/said
	trap clean_up EXIT
	"test_$1"
	exit
}

missing() {
	if [ "$(id -u)" != 0 ]; then
		echo 'not root'
	elif [[ $("$tclink" features --json) != *'"link":false,'*'"tcx":true'* ]]; then
		echo 'this is no stock kernel with tcx'
	elif ! python3 -c 'import ctypes; ctypes.CDLL("libbpf.so.1")' 2>/dev/null; then
		echo 'python3 or libbpf.so.1 is missing'
	fi
}

[ "${2:-}" != --one ] || run_one "$3"
tests=("${@:2}")
[ ${#tests[@]} -gt 0 ] ||
	mapfile -t tests < <(declare -F | sed -n 's/^declare -f test_//p')
why=$(missing)
rc=0 n=0
for test in "${tests[@]}"; do
	if [ -n "$why" ]; then
		echo "ok $((++n)) - stock: $test # SKIP $why"
	elif log=$(timeout -k 5 60 unshare --net --mount bash "$0" "$build" --one "$test" 2>&1); then
		echo "ok $((++n)) - stock: $test"
	else
		printf '# %s\n' "${log//$'\n'/$'\n'# }"
		echo "not ok $((++n)) - stock: $test"
		rc=1
	fi
done
echo "1..$n"
exit $rc
