#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What tclink does, shown on real packets between two network namespaces. Runs
# inside the virtual machine: make demo. Every step is checked.
set -uo pipefail

build=${O:-$(realpath "$(dirname "$0")/../../build")}
# shellcheck source-path=SCRIPTDIR source=show.sh
. "$(dirname "$0")/show.sh"

owned()
{
	title 'Before: packets pass'
	traffic 5 'all are answered'

	title 'A process attaches a dropper and owns it'
	attach drop_port.bpf.o --set port=5000
	traffic 0 'traffic has stopped'

	title 'Who owns it is there to see'
	in_ns server bpftool link show id "$id"
	works "prio $prio +handle $handle" "bpftool shows the link"
	in_ns server tc filter show dev s0 ingress
	works 'drop_port' 'tc shows it as the filter that it is'
}

nobody_else_can()
{
	local why="owned by BPF link $id"

	title 'Nobody else can take it away'
	in_ns server tc filter del dev s0 ingress protocol all prio "$prio" handle "$handle" bpf
	refused "$why" 'deleting it is refused'
	in_ns server tc filter replace dev s0 ingress protocol all prio "$prio" handle "$handle" \
		bpf direct-action object-file "$progs/counter.bpf.o" section tc
	refused "$why" 'replacing it is refused'
	in_ns server tc filter del dev s0 ingress protocol all prio "$prio"
	refused "$why" 'deleting its priority is refused'
	in_ns server tc filter del dev s0 ingress
	refused "$why" 'flushing all filters is refused'
	traffic 0 'and it still drops'
}

owner_swaps()
{
	title 'Its owner swaps the program: no gap, same filter'
	in_ns server tclink update --id "$id" --object "$progs/counter.bpf.o"
	works '' 'the link runs the counter now'
	traffic 5 'traffic flows again'
	in_ns server bpftool map dump name counter.bss
	works '"packets": [1-9]' 'and is counted'
}

qdisc_goes()
{
	title 'The qdisc goes, and with it the filter: the owner is told'
	in_ns server bpftool link pin id "$id" /sys/fs/bpf/demo
	works '' 'a pin, to see what is left of the link when its owner ends'
	in_ns server tc qdisc del dev s0 clsact
	works '' 'gone, with all filters'
	owner_says severed
	judge $? 'the owner noticed'
	wait "$owner"
	owner=
	in_ns server bpftool link show pinned /sys/fs/bpf/demo
	works '\(detached\)' 'the link is severed'
	in_ns server tclink show
	works 'severed' 'tclink says so, too'
	rm -f /sys/fs/bpf/demo
}

owner_dies()
{
	title 'The owner dies, and leaves nothing behind'
	attach drop_port.bpf.o --set port=5000
	traffic 0 'it drops'
	kill_owner
	in_ns server tc filter show dev s0 ingress
	silent 'no filter is left'
	traffic 5 'traffic flows'
}

main()
{
	trap remove_network EXIT
	make_network || exit 1
	owned
	nobody_else_can
	owner_swaps
	qdisc_goes
	owner_dies
	verdict
}

main
