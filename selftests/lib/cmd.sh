# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of commands share. Each test is a function that runs in a
# network namespace of its own, with the veth pair v0 and v1.
# shellcheck disable=SC2034	# used in the scripts
set -uo pipefail

# Programs take long to start under emulation, so each test is told where this is.
export CMD_SH=${BASH_SOURCE[0]}
# The scripts are called by a link in the directory of what was built.
built=${0%/*}
tclink=$built/../src/tclink
progs=$built/../progs
base=test_cmd_$$
said=${tmp:-/tmp}/$base
pin=/sys/fs/bpf/$base
peer=$base
# An index that is no device's elsewhere
index=$((20000 + $$ % 1000000 * 2))
owner='' id='' prog='' echos=()
drop=(--object "$progs/drop_port.bpf.o" --set port=5000)
count=(--object "$progs/counter.bpf.o")

# The best backend of this kernel. The patched one has its own, or tests fail.
best_backend()
{
	[[ $(</proc/sys/kernel/osrelease) != *-tclink* ]] || { echo link; return; }
	case $("$tclink" features --json) in
	*'"link":true'*) echo link ;;
	*'"tcx":true'*)	echo tcx ;;
	esac
}

export best=${best-$(best_backend)}
# What the command calls the best links, and says of their place
named=link at=', chain 0, prio 49152, handle 0x1'
[ "$best" = link ] || named='tcx link' at=''

die()
{
	local i

	echo "$*"
	for ((i = 1; i < ${#FUNCNAME[@]} - 2; i++)); do
		echo "in ${FUNCNAME[i]}, line ${BASH_LINENO[i - 1]}"
	done
	exit 1
}

# A command's exit status, and its output as a glob pattern. It is left in $out.
expect()
{
	local want=$1 pattern=$2 status
	shift 2

	out=$("$@" 2>&1)
	status=$?
	[ "$status" -eq "$want" ] ||
		die "$*: exit status $status, not $want:"$'\n'"$out"
	# shellcheck disable=SC2053
	[[ $out == $pattern ]] ||
		die "$*: not '$pattern':"$'\n'"$out"
}

# A sleep without a program
[ -v never ] || exec {never}<> <(:)
export never
nap()
{
	read -rt 0.05 -u "$never"
}

wait_for()
{
	local i

	for ((i = 0; i < 400; i++)); do
		# shellcheck disable=SC2053
		[[ $(<"$1") == $2 ]] && return
		nap
	done
	die "waited in vain for '$2', there is:"$'\n'"$(<"$1")"
}

# What is in $said, as a glob pattern
is_said()
{
	# shellcheck disable=SC2053
	[[ $(<"$said") == $1 ]] || die "not '$1': $(<"$said")"
}

tclink()
{
	"$tclink" "$@"
}

# What a line "link ID: ..." in a text says
parse_link()
{
	[[ $1 =~ link\ ([0-9]+):.*,\ program\ ([0-9]+) ]] ||
		die "this names no link: $1"
	id=${BASH_REMATCH[1]} prog=${BASH_REMATCH[2]}
}

# Run a command in the background. All output is in $said.
start()
{
	: >"$said"
	"$@" >"$said" 2>&1 &
	owner=$!
}

# Run a verb that holds what it attaches.
start_holding()
{
	start "$tclink" "$@"
	wait_for "$said" '*the filter goes when this process @(ends|is told to end)'
	[[ $(<"$said") == *'netlink filter: '* ]] || parse_link "$(<"$said")"
}

hold()
{
	start_holding attach "$@"
}

attach_pinned()
{
	expect 0 "$named *: *pinned at $pin" tclink attach "$@" --pin "$pin"
	parse_link "$out"
}

# A background process ends with this status.
exits()
{
	local status

	wait "$1"
	status=$?
	[ "$status" -eq "$2" ] || die "it ended with $status, not $2: $(<"$said")"
}

owner_exits()
{
	exits "$owner" "$1"
}

# end_owner SIGNAL STATUS
end_owner()
{
	kill "-$1" "$owner"
	owner_exits "$2"
}

severed_owner()
{
	owner_exits 3
	[[ $(<"$said") == *$'\n'"tclink: link $id was severed: its qdisc or device went away, or it was detached" ]] ||
		die "$(<"$said")"
}

# A server for UDP on v0, and clients behind v1 in another namespace. They know
# each other's address when this is done, whatever a qdisc does to ARP later.
network()
{
	ip -batch - <<-EOF || die 'cannot set up the network'
		netns add $peer
		addr add 192.0.2.1/24 dev v0
		link set v1 netns $peer
	EOF
	ip -n "$peer" -batch - <<-EOF || die 'cannot set up the peer'
		addr add 192.0.2.2/24 dev v1
		link set v1 up
	EOF
	echos+=("$("$built/udp" echo 192.0.2.1 "$@")") || die 'no echo'
	answered "$1" 1 1 || die "$out"
}

# Of COUNT packets to PORT, as many are answered as the pattern says.
answered()
{
	# shellcheck disable=SC2053
	out=$(nsenter --net="/run/netns/$peer" -- "$built/udp" probe 192.0.2.1 "$1" "$2" 2>&1) &&
		[[ $out == *\ $3\ answered ]]
}

clean_up()
{
	local path pids

	mapfile -t pids < <(jobs -p)
	kill -KILL "${pids[@]}" "${echos[@]}" 2>/dev/null
	for path in "/run/netns/$peer"{,.*}; do
		[ ! -e "$path" ] || ip netns del "${path##*/}"
	done
	for path in "$pin"{,_*}; do
		[ ! -e "$path" ] || rm -r "$path"
	done
}

# Only where nobody else has links
test_nothing_is_left()
{
	expect 0 'no TC links' tclink show
}

# Ends a test that cannot be run here.
skip_test()
{
	echo "$1"
	exit 4
}

# make_veth [OPTION-OF-V0 OPTION-OF-V1]
make_veth()
{
	ip -batch - <<-EOF || die 'no veth'
		link add v0 ${1:-} type veth peer name v1 ${2:-}
		link set v0 up
		link set v1 up
	EOF
}

run_one()
{
	trap clean_up EXIT
	make_veth "index $index" "index $((index + 1))"
	"test_$1"
	exit
}

# run_tests NAME... -- "$@"; the arguments of the script are tests to run alone.
run_tests()
{
	local tests=() test status

	while [ "$1" != -- ]; do
		tests+=("$1")
		shift
	done
	shift
	[ "${1:-}" != --one ] || run_one "$2"
	[ $# -eq 0 ] || tests=("$@")
	if [ "$EUID" -eq 0 ] && [ "$(stat -fc %T /sys/fs/bpf)" != bpf_fs ]; then
		# shellcheck disable=SC2016	# for sh
		exec unshare --mount sh -c 'mount -t bpf bpf /sys/fs/bpf && exec "$0" "$@"' "$0" "$@"
	fi
	# shellcheck source=selftests/lib/tap.sh
	. "${BASH_SOURCE[0]%/*}/tap.sh"
	export tmp
	[ "$EUID" -eq 0 ] || skip_all 'not root'
	[ -n "$best" ] || skip_all 'this kernel has neither TC nor tcx links'
	for test in "${tests[@]}"; do
		unshare --net bash "$0" --one "$test" >"$tmp/log" 2>&1
		status=$?
		if [ $status -eq 4 ]; then
			skip "$test" "$(tail -n 1 "$tmp/log")"
		else
			result $status "$test" "$tmp/log"
		fi
	done
	tap_end
}
