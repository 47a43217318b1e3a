#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What README.md shows is so: its lines are taken from there and run, each set
# of them in a checkout in which nothing was built before. They may install what
# they like: the root file system is this machine's with an empty layer on top,
# which is thrown away. FILE is what "make demo" printed. Usage: [DEMO=FILE] readme.sh
# shellcheck disable=SC2016,SC2317	# of Markdown, for bash; called by name
set -uo pipefail

here=$(realpath "$(dirname "$0")")
repo=$(realpath "$here/../..")
readme=$repo/README.md

# The indented block of the README that has a line that begins with $1
block()
{
	awk -v start="$1" -f "$here/block.awk" "$readme"
}

# run_lines [LEAST [COMMAND]]: run the lines of standard input, all of which must
# succeed, and at least one.
run_lines()
{
	local line n=0

	while read -r line; do
		n=$((n + 1))
		echo "\$ $line"
		"${2:-eval}" "$line" </dev/null || return
	done
	[ "$n" -ge "${1:-1}" ] || { echo "only $n lines"; return 1; }
}

fenced_c()
{
	sed -n '/^```c$/,/^```$/{ /^```/d; p }' "$readme"
}

# --- Inside the layer -------------------------------------------------------

# As in the README: a device eth0, a block 22, a pinned program and the objects
# of progs/ in this directory.
make_world()
{
	ip link add eth0 type veth peer name eth1 &&
		ip link set eth0 up &&
		tc qdisc add dev eth1 ingress_block 22 clsact &&
		mount -t bpf bpf /sys/fs/bpf &&
		cp build/progs/*.bpf.o . &&
		bpftool prog load counter.bpf.o /sys/fs/bpf/prog type classifier
}

# Until $1 is in the output of the rest, for a minute
await()
{
	local i

	for ((i = 0; i < 600; i++)); do
		! "${@:2}" 2>&1 | grep -Eq -- "$1" || return 0
		sleep 0.1
	done
	echo "waited in vain for '$1' in: ${*:2}"
	"${@:2}"
	return 1
}

# The program of the README attaches, and leaves nothing.
owner_works()
{
	./owner eth0 /sys/fs/bpf/prog &
	await 'eth0 .*counter' tclink show eth0 || return
	kill $!
	wait $! 2>/dev/null
	await '^no TC links' tclink show eth0
}

c_example()
{
	fenced_c >owner.c
	run_lines < <(block 'make install') && make_world && owner_works
}

packages()
{
	fenced_c >owner.c
	run_lines < <(block 'make deb') && dpkg -s tclink libtclink0 libtclink-dev &&
		run_lines < <(block 'make install' | grep '^cc ') &&
		make_world && owner_works
}

# In the background if it ends only when told to, or when a later line ends it
shell_line()
{
	case $1 in
	tclink\ attach*--pin\ *) eval "$1" ;;
	tclink\ attach*)
		eval "$1" >"held.${#held[@]}" 2>&1 &
		held+=($!)
		await '^((tcx )?link [0-9]+|netlink filter):' cat "held.$((${#held[@]} - 1))" ;;
	tclink\ wait*)
		eval "$1" &
		waiter=$! ;;
	# Its exit status tells whether the kernel has the series.
	tclink\ features)
		[[ $(eval "$1") == *'tcx links: '* ]] ;;
	*)	eval "$1" ;;
	esac
}

shell_lines()
{
	local held=() waiter=''

	make -s && make -s install && ldconfig && make_world || return
	mkdir stub
	printf '#!/bin/sh\necho the command ran: make "$@"\n' >stub/make
	chmod +x stub/make
	PATH=$PWD/stub:$PATH
	run_lines 8 shell_line < <(block 'tclink attach eth0') || return
	wait "$waiter" || { echo "tclink wait ended with $?"; return 1; }
	tclink show
	kill "${held[@]}"
	wait
}

# What show and monitor print has the columns and the words of the README.
shown()
{
	make -s && make -s install && ldconfig && make_world || return
	tclink attach eth0 ingress --object drop_port.bpf.o --set port=5000 >/dev/null &
	await 'drop_port' tclink show eth0 || return
	block 'LINK ' | sed -n 1p | tr -s ' ' | sed 's/ *$//' >want
	tclink show | sed -n 1p | tr -s ' ' | sed 's/ *$//' >got
	diff want got || return
	tclink monitor eth0 >events &
	await . cat events || return
	kill -9 %1
	await 'gone .*eth0 ingress, program [0-9]+ \(drop_port\)' cat events || return
	kill %2
}

# --- Outside ----------------------------------------------------------------

# Run function $1 in a fresh checkout, in the layer.
in_layer()
{
	unshare --mount --net --fork --pid --kill-child bash -c '
		set -e
		layer=$(mktemp -d)
		mount -t tmpfs -o mode=755 layer "$layer"
		mkdir "$layer"/{upper,work,root}
		mount -t overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" \
			overlay "$layer/root"
		for dir in sys dev; do
			mount --rbind "/$dir" "$layer/root/$dir"
		done
		mount -t proc proc "$layer/root/proc"
		mount -t tmpfs tmpfs "$layer/root/tmp"
		mkdir "$layer/root/tmp/tclink"
		tar -x -C "$layer/root/tmp/tclink" -f "$2"
		ip link set lo up
		exec env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS chroot "$layer/root" \
			/tmp/tclink/selftests/readme/readme.sh --in-layer "$1" /tmp/tclink
	' bash "$1" "$tmp/checkout.tar"
}

# Each line of the README's excerpt was printed by the demo, in that order.
excerpt()
{
	block '2. A process attaches' >"$tmp/want"
	awk -f "$here/excerpt.awk" "$tmp/want" "$1"
}

# Whatever the README tells to make, make help tells of, and so it is.
targets()
{
	local t help phony

	help=$(make -C "$repo" -s help)
	phony=$(sed -n '/^\.PHONY/,$p' "$repo/Makefile")
	grep -hoE '(`|^    |or )make [a-z-]+' "$readme" "$repo/docs/architecture.md" |
		sed 's/.* //; /^-/d; /^help$/d' | sort -u | while read -r t; do
		grep -Eq "(^|[[:space:]:])$t([[:space:]:]|\$)" <<<"$phony" &&
			grep -q "make $t" <<<"$help" || echo "make $t"
	done
}

links()
{
	local file path

	for file in "$readme" "$repo"/docs/*.md; do
		grep -oE '\]\([^):]+\)' "$file" | sed 's/^](//; s/)$//; s/#.*//' | while read -r path; do
			[ -e "${file%/*}/$path" ] || echo "${file##*/}: no $path"
		done
	done
}

# case_in_layer FUNCTION TEST
case_in_layer()
{
	if [ -n "$no_layer" ]; then
		skip "$2" 'needs root and overlayfs'
	else
		check "$2" in_layer "$1"
	fi
}

main()
{
	local no_layer=''

	# shellcheck source=selftests/lib/tap.sh
	. "$here/../lib/tap.sh"
	tap_prefix='readme: '
	(cd "$repo" && git ls-files -z --cached --others --exclude-standard |
		tar -c --null --ignore-failed-read -T - -f "$tmp/checkout.tar") || exit 1
	silent 'what it tells to make is there' targets
	silent 'what it links to is there' links
	if [ -n "${DEMO:-}" ]; then
		check 'what it shows of the demo' excerpt "$DEMO"
	else
		skip 'what it shows of the demo' 'no output of the demo; give DEMO=FILE'
	fi
	[ "$(id -u)" -eq 0 ] && in_layer true || no_layer=1
	case_in_layer 'make -s try' 'make try, from nothing'
	case_in_layer c_example 'make, make install, and the C program: it attaches'
	case_in_layer packages 'make deb, dpkg -i, and the C program: it attaches'
	case_in_layer shell_lines 'each line for the shell'
	case_in_layer shown 'what show and monitor print'
	tap_end
}

if [ "${1:-}" = --in-layer ]; then
	cd "$3" || exit 1
	set +u
	$2
else
	main
fi
