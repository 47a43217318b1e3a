#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# What the tclink command refuses, with its exact sentences. Usage: cmd.sh OUT
set -u
tclink=$1/src/tclink
progs=$1/progs
rc=0

result() {
	if [ "$1" = 0 ]; then
		echo "ok - cmd: $2"
	else
		echo "not ok - cmd: $2"
		rc=1
	fi
}

# refused CODE SENTENCE ARGUMENT...: exit code, stderr exact, stdout empty
refused() {
	local code=$1 sentence=$2 out got status
	shift 2
	out=$("$tclink" "$@" 2>/dev/null)
	got=$("$tclink" "$@" 2>&1 >/dev/null)
	status=$?
	if [ "$status" = "$code" ] && [ "$got" = "tclink: $sentence" ] &&
		[ -z "$out" ]; then
		result 0 "$*"
	else
		echo "# exit $status, stdout '$out', stderr: $got"
		result 1 "$*"
	fi
}

no_bpf() {
	! strace -f -e trace=bpf "$tclink" "$@" 2>&1 | grep -q 'bpf('
}

point="is not an attach point; use ingress, egress or a class such as 1:10"
which_prog="name the program, by one of --object, --pinned and --prog-id"
refused 2 "say what to do: attach, show, update, detach or features; see 'tclink help'"
refused 2 "there is no verb 'atach'; see 'tclink help'" atach
refused 2 "attach: name a device and ingress, egress or a class such as 1:10" attach lo
refused 2 "'ingres' $point" attach lo ingres --object x
refused 2 "'0:1' $point" attach lo 0:1 --object x
refused 2 "'1:10000' $point" attach lo 1:10000 --object x
refused 2 "'block' $point" attach lo block 5 --object x
refused 2 "attach: 'more' is one word too many; see 'tclink attach --help'" attach lo ingress more --object x
refused 2 "attach: $which_prog" attach lo ingress
refused 2 "attach: $which_prog" attach lo ingress --object x --id 5
refused 2 "attach: --program chooses from an object file; give --object too" attach lo ingress --pinned x --program y
refused 2 "attach: --set works before loading only; give --object too" attach lo ingress --pinned x --set a=1
refused 2 "--set 'port' is not of the form VARIABLE=NUMBER" attach lo ingress --object x --set port
refused 2 "--prio '0' is not a number from 1 to 65535" attach lo ingress --object x --prio 0
refused 2 "--prio '65536' is not a number from 1 to 65535" attach lo ingress --object x --prio 65536
refused 2 "--prio '-1' is not a number from 1 to 65535" attach lo ingress --object x --prio -1
refused 2 "--prio '5x' is not a number from 1 to 65535" attach lo ingress --object x --prio 5x
refused 2 "--handle '0' is not a number from 1 to 4294967295" attach lo ingress --object x --handle 0
refused 2 "--chain '268435456' is not a number from 0 to 268435455" attach lo ingress --object x --chain 268435456
refused 2 "--protocol 'ipx9' is not known; use all, ip, ipv6, arp, 802.1Q, 802.1ad, mpls_uc or a number such as 0x88cc" attach lo ingress --object x --protocol ipx9
refused 2 "--classid '10' is not a class such as 1:10" attach lo ingress --object x --classid 10
refused 2 "attach: --skip-hw and --skip-sw exclude each other" attach lo ingress --object x --skip-hw --skip-sw
refused 2 "attach: no such option: --prioo; see 'tclink attach --help'" attach lo ingress --prioo 5
refused 2 "attach: option --prio needs a value" attach lo ingress --prio
refused 2 "attach: no such option: -x; see 'tclink attach --help'" attach -x lo ingress
refused 2 "show: give one of DEV, --id and --pin" show lo --id 5
refused 2 "show: 'b' is one word too many; see 'tclink show --help'" show a b
refused 2 "link id '0' is not a number from 1 to 4294967295" show --id 0
refused 2 "update: name the link, by either --id or --pin" update --object x
refused 2 "update: name the link, by either --id or --pin" update --id 1 --pin p --object x
refused 2 "update: $which_prog" update --id 1
refused 2 "--expect 'x' is not a number from 1 to 4294967295" update --id 1 --object x --expect x
refused 2 "detach: name the link, by either --id or --pin" detach
refused 2 "detach: '5' is one word too many; see 'tclink detach --help'" detach 5
refused 2 "features: 'x' is one word too many; see 'tclink features --help'" features x
refused 1 "there is no device 'nodev0' in this network namespace; see 'ip link'" attach nodev0 ingress --object x
refused 1 "cannot open the object file '/nowhere.o': No such file or directory" attach lo ingress --object /nowhere.o
refused 1 "'$progs/counter.bpf.o' has no program 'none'" attach lo ingress --object "$progs/counter.bpf.o" --program none
refused 1 "the object has no global variable 'none'" attach lo ingress --object "$progs/counter.bpf.o" --set none=1
refused 1 "the variable 'ingress_count' is not an integer" attach lo ingress --object "$progs/counter.bpf.o" --set ingress_count=1
for value in 65536 -1 5x; do
	refused 1 "'$value' is not a number that fits in the 2-byte unsigned variable 'port'" attach lo ingress --object "$progs/drop_port.bpf.o" --set "port=$value"
done

for verb in attach show update detach features; do
	"$tclink" $verb --help | grep -q "^Usage: tclink $verb" &&
		"$tclink" $verb --help | grep -q '^Exit codes: 0'
	result $? "$verb --help"
done
"$tclink" --version | grep -Eqx 'tclink [0-9]+\.[0-9]+'
result $? "--version"

if command -v strace >/dev/null; then
	no_bpf attach lo ingress --skip-hw --skip-sw --object x &&
		no_bpf update --id 1 && no_bpf detach
	result $? "wrong usage makes no bpf(2) call"
fi

# Only a kernel without TC links answers so.
if [ "$("$tclink" features --json)" = '{"link":false,"link_type":0,"attach_type":0}' ]; then
	no_tc="this kernel has no BPF_LINK_TYPE_TC; boot a kernel with the tclink series"
	[ "$("$tclink" features)" = "TC links: no (the kernel has no BPF_LINK_TYPE_TC)" ]
	result $? "features without TC links"
	[ "$("$tclink" show 2>&1)" = "tclink: $no_tc" ]
	result $? "show without TC links"
	if [ "$(id -u)" = 0 ]; then
		refused 1 "$no_tc" attach lo ingress --object "$progs/drop_port.bpf.o" --set port=5000
		refused 1 "$no_tc" attach lo ingress --object "$progs/counter.bpf.o" --set egress=1
		refused 1 "there is no program 4294967295; see 'bpftool prog'" attach lo ingress --id 4294967295
	fi
fi
exit $rc
