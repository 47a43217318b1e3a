#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What tclink does on the kernel that is running, shown on real packets between
# two network namespaces that are made for it and removed: make try. With a TC
# link if the kernel has the series, with a tcx link if it is 6.6 or later, and
# with a netlink filter otherwise. Every step is checked.
# Usage: try [OPTION OF tclink attach]..., such as --backend netlink
set -uo pipefail

if [ "$(id -u)" -ne 0 ]; then
	echo 'try: loading BPF programs and making network namespaces needs root' >&2
	exit 1
fi
build=${O:-$(realpath "$(dirname "$0")/../../build")}
prefix=tclink-try-$$-
# shellcheck source-path=SCRIPTDIR source=show.sh
. "$(dirname "$0")/show.sh"

# What this kernel has no links for
without_links()
{
	title 'What is there'
	in_ns server tc filter show dev s0 ingress
	works 'drop_port' 'a netlink filter, and nothing says whose'

	title 'The process is killed, and leaves its filter behind'
	kill_owner
	traffic 0 'it still drops'
	in_ns server tc filter del dev s0 ingress
	works '' 'nobody owns it: anybody may delete it'
}

with_links()
{
	title 'What is there, and whose it is'
	in_ns server tclink show s0
	works "^$id .*drop_port.* attached +tclink\\($owner\\)" \
		'tclink shows the link and its owner'

	title 'Its owner swaps the program: no gap, same link'
	in_ns server tclink update --id "$id" --object "$progs/counter.bpf.o"
	works '' 'the link runs the counter now'
	in_ns server tclink show s0
	works "^$id .*counter" 'it is the same link'
	traffic 5 'traffic flows again'

	title 'The owner dies, and leaves nothing behind'
	# Back to the dropper, for its end to be noticed
	in_ns server tclink update --id "$id" --object "$progs/drop_port.bpf.o" --set port=5000
	works '' 'the dropper again'
	traffic 0 'it drops'
	kill_owner
	in_ns server tclink show s0
	works '^no TC links' 'its link has gone with it'
}

# What the patched kernel adds to what was shown
more()
{
	local whose='By netlink, nobody owns a filter. Links do, tcx links from Linux 6.6 on.'

	case $backend in
	link)	echo 'This kernel has the series. "make demo" shows more of it.'
		return ;;
	tcx)	whose='This was a tcx link, which owns a place at ingress or egress of a device.' ;;
	esac
	cat <<-EOF
	$whose
	The patched kernel gives owners to the filters of tc: at class IDs, in chains, on
	shared blocks, in hardware, seen by tc and bpftool. "make demo" shows that.
	EOF
}

main()
{
	trap remove_network EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	if ! make_network; then
		echo 'try: this kernel, or this container, lets nobody make network namespaces' >&2
		exit 1
	fi
	title 'Before: packets pass'
	traffic 5 'all are answered'

	title 'A process attaches a dropper'
	attach drop_port.bpf.o --set port=5000 "$@"
	traffic 0 'traffic has stopped'

	if [ "$backend" = netlink ]; then
		without_links
	else
		with_links
	fi
	traffic 5 'traffic flows'
	verdict && more
}

main "$@"
