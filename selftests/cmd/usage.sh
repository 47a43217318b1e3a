#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# What the tclink command refuses, with its exact sentences, and its help.
# Usage: usage.sh OUT, or O=OUT
# shellcheck disable=SC2086,SC2317	# words of a line; called by name
set -u
# Nothing here is to touch the network of the machine.
if [ "$(id -u)" = 0 ] && [ "${2:-}" != apart ]; then
	exec unshare --net bash "$0" "${1:-$O}" apart
fi
# shellcheck source=selftests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
tap_prefix='cmd: '
tclink=${1:-$O}/src/tclink
progs=${1:-$O}/progs
point="is not an attach point; use ingress, egress or a class such as 1:10"
which_prog="name the program, by one of --object, --pinned and --prog-id"
guarantees="owned, exclusive, atomic, compare-swap, pinnable, notified, offload, parents, classid, chain, blocks, priority or protocol"
no_device="there is no device 'nodev0' in this network namespace; see 'ip link'"

# refused CODE SENTENCE ARGUMENT...: exit code, stderr exact, stdout empty
refused()
{
	local code=$1 sentence=$2 out got status

	shift 2
	got=$("$tclink" "$@" 2>&1 >"$tmp/out")
	status=$? out=$(<"$tmp/out")
	[ "$status $got" = "$code tclink: $sentence" ] && [ -z "$out" ] ||
		! echo "exit $status, stdout '$out', stderr: $got" >"$tmp/log"
	result $? "$*" "$tmp/log"
}

# lacks BACKEND WHAT GUARANTEE ARGUMENT...
lacks()
{
	refused 2 "attach: $2 needs '$3', which the $1 backend does not have" \
		attach "${@:4}" --object x --backend "$1"
}

attach_and_exec()
{
	refused 2 "say what to do, as in 'tclink show'; see 'tclink help'"
	refused 2 "there is no verb 'atach'; see 'tclink help'" atach
	refused 2 "there is no verb 'atach'; see 'tclink help'" help atach
	refused 2 "help: 'more' is one word too many; see 'tclink help'" help show more
	refused 2 "attach: name a device and ingress, egress or a class such as 1:10" attach lo
	refused 2 "'ingres' $point" attach lo ingres --object x
	refused 2 "'0:1' $point" attach lo 0:1 --object x
	refused 2 "'1:10000' $point" attach lo 1:10000 --object x
	refused 2 "'block' $point" attach lo block 5 --object x
	refused 2 "attach: 'more' is one word too many; see 'tclink attach --help'" attach lo ingress more --object x
	refused 2 "attach: $which_prog" attach lo ingress
	refused 2 "attach: $which_prog" attach lo ingress --object x --prog-id 5
	refused 2 "attach: --program chooses from an object file; give --object too" attach lo ingress --pinned x --program y
	refused 2 "attach: --set only works before loading; give --object too" attach lo ingress --pinned x --set a=1
	refused 2 "--set 'port' is not of the form VARIABLE=NUMBER" attach lo ingress --object x --set port
	for value in 0 65536 -1 5x; do
		refused 2 "--prio '$value' is not a number from 1 to 65535" attach lo ingress --object x --prio "$value"
	done
	for value in '' ' 5' +5 5,0 0x 0x10000; do
		refused 2 "--prio '$value' is not a number from 1 to 65535" attach lo ingress --object x --prio="$value"
	done
	refused 2 "--handle '0' is not a number from 1 to 4294967295" attach lo ingress --object x --handle 0
	refused 2 "--chain '268435456' is not a number from 0 to 268435455" attach lo ingress --object x --chain 268435456
	refused 2 "--protocol 'ipx9' is not known; use all, ip, ipv6, arp, 802.1Q, 802.1ad, mpls_uc or a number such as 0x88cc" attach lo ingress --object x --protocol ipx9
	refused 2 "--classid '10' is not a class such as 1:10" attach lo ingress --object x --classid 10
	refused 2 "attach: --skip-hw and --skip-sw exclude each other" attach lo ingress --object x --skip-hw --skip-sw
	refused 2 "attach: no such option: --prioo; see 'tclink attach --help'" attach lo ingress --prioo 5
	refused 2 "attach: no such option: --pri; see 'tclink attach --help'" attach lo ingress --pri 5
	refused 2 "show: no such option: --js; see 'tclink show --help'" show --js
	refused 2 "show: option --json has no value" show --json=5
	refused 2 "show: '--json' is one word too many; see 'tclink show --help'" show lo -- --json
	refused 2 "attach: option --prio needs a value" attach lo ingress --prio
	POSIXLY_CORRECT=1 refused 2 "--chain 'x' is not a number from 0 to 268435455" attach lo --prio 5 ingress --chain x
	refused 2 "attach: name a device and ingress, egress or a class such as 1:10" attach dev lo
	refused 2 "attach: the name of the device is empty" attach '' ingress --object x
	refused 2 "attach: name a block by its number, as in 'block 5'" attach block
	refused 2 "block 'ingress' is not a number from 1 to 4294967295" attach block ingress --object x
	refused 2 "block '0' is not a number from 1 to 4294967295" attach block 0 --object x
	refused 2 "attach: a block has no egress of its own; say 'block 5' only" attach block 5 egress --object x
	refused 2 "--object is empty" attach lo ingress --object ''
	refused 2 "--pinned is empty" attach lo ingress --pinned ''
	refused 2 "--pin is empty" attach lo ingress --object x --pin ''
	refused 2 "--prog-id '0' is not a number from 1 to 4294967295" attach lo ingress --prog-id 0
	refused 2 "attach: no such option: --id; see 'tclink attach --help'" attach lo ingress --id 5
	refused 125 "exec: no such option: --id; see 'tclink exec --help'" exec lo ingress --id 5 -- true
	refused 2 "--backend 'tc' is not known; use link, tcx, netlink, or any" attach lo ingress --object x --backend tc
	refused 2 "--require 'onwed' is not a guarantee; use $guarantees, or several with commas between them" attach lo ingress --object x --require atomic,onwed
	refused 2 "--require '' is not a guarantee; use $guarantees, or several with commas between them" attach lo ingress --object x --require owned,
	refused 2 "attach: no such option: -x; see 'tclink attach --help'" attach -x lo ingress
	lacks tcx --prio priority lo ingress --prio 5
	lacks tcx --handle priority lo ingress --handle 5
	lacks tcx --chain chain lo ingress --chain 5
	lacks tcx --protocol protocol lo ingress --protocol ip
	lacks tcx --classid classid lo ingress --classid 1:2
	lacks tcx --classify-only classid lo ingress --classify-only
	lacks tcx --skip-hw offload lo ingress --skip-hw
	lacks tcx --skip-sw offload lo ingress --skip-sw
	lacks tcx "a class as point" parents lo 1:10
	lacks tcx "a block" blocks block 5
	lacks netlink --pin pinnable lo ingress --pin /sys/fs/bpf/x
	# Of options that are given twice the last counts.
	lacks netlink --pin pinnable lo ingress --pin x --backend tcx
	refused 2 "attach: --require notified: the tcx backend does not have it" attach lo ingress --object x --require owned,notified --backend tcx
	refused 2 "attach: --require owned: the netlink backend does not have it" attach lo ingress --object x --require owned --backend netlink
	refused 125 "exec: name the command to run, after '--'" exec lo ingress --object x
	refused 125 "exec: name the command to run, after '--'" exec lo ingress --object x --
	refused 125 "exec: 'true' is one word too many; see 'tclink exec --help'" exec lo ingress --object x true
	refused 125 "exec: $which_prog" exec lo ingress -- true
	refused 125 "exec: with --pin the filter would outlive the command; see 'tclink attach --help'" exec lo ingress --object x --pin y -- true
	refused 125 "$no_device" exec nodev0 ingress --object x -- true
}

other_verbs()
{
	local words

	for words in 'monitor a b' 'pin --id 5 x y' 'unpin x y' 'show a b' 'detach 5' 'features x'; do
		refused 2 "${words%% *}: '${words##* }' is one word too many; see 'tclink ${words%% *} --help'" $words
	done
	for words in wait 'wait --id 1 --pin x' 'update --object x' 'update --id 1 --pin p --object x' detach; do
		refused 2 "${words%% *}: name the link, by either --id or --pin" $words
	done
	for words in 'show dev nodev0' 'monitor nodev0' 'attach nodev0 ingress --object x' \
		'attach dev nodev0 ingress --object x' 'attach nodev0 ingress --object x --prio=0xFfff'; do
		refused 1 "$no_device" $words
	done
	refused 2 "show: give one of DEV, block, --id and --pin" show lo --id 5
	refused 2 "show: give one of DEV, block, --id and --pin" show --pin x --id 5
	refused 2 "show: name a device" show dev
	refused 2 "block 'x' is not a number from 1 to 4294967295" show block x
	refused 2 "--pin is empty" show --pin ''
	refused 2 "--interval '0' is not a number from 1 to 3600000" monitor --interval 0
	refused 2 "monitor: no such option: --id; see 'tclink monitor --help'" monitor --id 5
	for value in x -1 1e3 1. .5 '' 2000001 0x5; do
		refused 2 "--timeout '$value' is not a number of seconds from 0 to 2000000, such as 5 or 0.5" wait --id 1 --timeout "$value"
	done
	refused 2 "pin: name the link, by --id" pin /sys/fs/bpf/x
	refused 2 "pin: name the path of the pin" pin --id 5
	refused 2 "the path of the pin is empty" pin --id 5 ''
	refused 2 "unpin: name the path of the pin" unpin
	refused 2 "the path of the pin is empty" unpin ''
	refused 2 "unpin: no such option: --id; see 'tclink unpin --help'" unpin --id 5
	refused 2 "--id '0' is not a number from 1 to 4294967295" show --id 0
	refused 2 "update: $which_prog" update --id 1
	refused 2 "--expect 'x' is not a number from 1 to 4294967295" update --id 1 --object x --expect x
	refused 1 "cannot open the object file '/nowhere.o': No such file or directory" attach lo ingress --object /nowhere.o
	refused 1 "'$progs/counter.bpf.o' has no program 'none'" attach lo ingress --object "$progs/counter.bpf.o" --program none
	refused 1 "the object has no global variable 'none'" attach lo ingress --object "$progs/counter.bpf.o" --set none=1
	refused 1 "the variable 'ingress_count' is not an integer" attach lo ingress --object "$progs/counter.bpf.o" --set ingress_count=1
	for value in 65536 -1 5x ' 5' +5; do
		refused 1 "'$value' is not a number that fits in the 2-byte unsigned variable 'port'" attach lo ingress --object "$progs/drop_port.bpf.o" --set "port=$value"
	done
}

# refused_flow SENTENCE WORD...
refused_flow()
{
	refused 2 "flow: $1" flow dev lo parent 1: "${@:2}"
}

flow()
{
	local no_classes="have no classes to choose from; name a classful qdisc, as in 'parent 1:'"

	refused_flow "'match' has no counterpart here: a BPF program runs no ematches; use 'protocol', or a filter with a lower prio for the packets that are to go elsewhere, such as 'tc filter add ... basic match ... classid X:Y'" map key src match 'meta(priority eq 6)'
	refused_flow "'action' has no counterpart here: the filter only chooses a class; use a filter with a lower prio for it, such as 'tc filter add ... matchall action ... continue'" map key src action drop
	refused_flow "'police' has no counterpart here: the filter only chooses a class; use the rate of the class, or a filter with a lower prio, such as 'tc filter add ... matchall action police ... continue'" map key src police rate 1mbit burst 10k
	refused_flow "'estimator' has no counterpart here; ask for the rates of the classes, with 'tc class change ... estimator' and 'tc -s class show'" estimator 1sec 8sec map key src
	refused_flow "there is no word 'classid'; see 'tclink flow --help'" map key src classid 1:1
	refused_flow "there is no key 'source'; see 'tclink flow --help'" map key source
	refused_flow "'map' needs exactly one key; use 'hash' for several" map key src,dst
	refused_flow "name a key, as in 'map key src' or 'hash keys src,dst'" map divisor 5
	refused_flow "'perturb' changes a hash, and 'map' has none; say 'hash', or 'perturb 0'" map key src perturb 5
	refused_flow "rshift '32' is not a number from 0 to 31" map key src rshift 32
	refused_flow "baseclass '1:' is not a class such as 1:1 or :1; Y of X:Y is 1 to ffff" map key src baseclass 1:
	refused_flow "'divisor' needs a value" map key src divisor
	refused 2 "flow: 'ingress' and 'egress' $no_classes" flow dev lo ingress map key src
	refused 2 "flow: ingress and egress $no_classes" flow dev lo parent egress map key src
	refused 2 "flow: a block belongs to no single qdisc; say which classes you mean, as in 'baseclass 1:1'" flow block 5 map key src
	refused 2 "flow change: name the link, by either id or pin" flow change key src
	refused 2 "flow change: the filter stays where it is; name it by id or pin, and then what changes" flow change id 5 dev v0 key src
	refused 1 "$no_device" flow dev nodev0 map key src
}

help_of()
{
	local help

	help=$("$tclink" "$1" --help) && [[ $help == "Usage: tclink $1 "* ]] &&
		[ "$help" = "$("$tclink" help "$1")" ] &&
		! grep '.\{81\}' <<<"$help"
}

full_disk()
{
	[ "$("$tclink" help 2>&1 >/dev/full)" = "tclink: cannot write the output: No space left on device" ]
}

# What wrong usage asks the kernel, or files
asked()
{
	local words

	while read -r words; do
		strace -f -e trace=bpf,socket,openat -P /proc -P /nowhere.o \
			"$tclink" $words 2>&1 | grep -E '^(bpf|socket|openat)\('
	done <<-'EOF'
		attach lo ingress --skip-hw --skip-sw --object /nowhere.o
		attach lo ingress --object /nowhere.o --backend netlink --pin x
		exec lo ingress --object /nowhere.o
		update --id 1
		detach
		wait --id 1 --timeout x
		pin --id 5
		monitor --interval 0
		show lo --id 5
	EOF
}

main()
{
	local verb

	attach_and_exec
	other_verbs
	flow
	for verb in $("$tclink" help | sed -n '/^  help /q; s/^  \([a-z]*\) .*/\1/p'); do
		check "$verb --help" help_of "$verb"
	done
	check --version grep -Eqx 'tclink [0-9]+\.[0-9]+' <("$tclink" --version)
	check 'a full disk is told' full_disk
	if command -v strace >/dev/null; then
		silent 'wrong usage asks neither kernel nor files' asked
	else
		skip 'wrong usage asks neither kernel nor files' 'strace is missing'
	fi
	tap_end
}

main
