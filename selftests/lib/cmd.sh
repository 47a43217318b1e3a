# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of commands share. Each test is a function that runs in a
# network namespace of its own, with the veth pair v0 and v1.
# shellcheck disable=SC2034	# used in the scripts
set -uo pipefail

# The scripts are called by a link in the directory of what was built.
built=$(dirname "$0")
tclink=$built/../src/tclink
progs=$built/../progs
base=test_cmd_$$
said=${TMPDIR:-/tmp}/$base
pin=/sys/fs/bpf/$base
peer=$base
owner='' echos=()
drop=(--object "$progs/drop_port.bpf.o" --set port=5000)
count=(--object "$progs/counter.bpf.o")

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

# Programs take long to start under emulation; this one is none.
exec {never}<> <(:)
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

# Attach in the background. All output is in $said.
hold()
{
	: >"$said"
	"$tclink" attach "$@" >"$said" 2>&1 &
	owner=$!
	wait_for "$said" "link *: *holding the link; the filter goes when this process ends"
	parse_link "$(<"$said")"
}

attach_pinned()
{
	expect 0 "link *: *pinned at $pin" tclink attach "$@" --pin "$pin"
	parse_link "$out"
}

owner_exits()
{
	local status

	wait "$owner"
	status=$?
	owner=
	[ "$status" -eq "$1" ] || die "tclink attach ended with $status, not $1"
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
	echos+=($("$built/udp" echo 192.0.2.1 "$@")) || die 'no echo'
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
	kill -KILL ${owner:+"$owner"} "${echos[@]}" 2>/dev/null
	[ ! -e "/run/netns/$peer" ] || ip netns del "$peer"
	rm -f "$said" "$said.events" "$pin" "${pin}_prog"
}

run_one()
{
	trap clean_up EXIT
	ip -batch - <<-EOF || die 'no veth'
		link add v0 index 10 type veth peer name v1 index 11
		link set v0 up
		link set v1 up
	EOF
	"test_$1"
	exit
}

# run_tests NAME... -- "$@"; the arguments of the script are tests to run alone.
run_tests()
{
	local tests=() test log number=0 failed=0

	while [ "$1" != -- ]; do
		tests+=("$1")
		shift
	done
	shift
	[ "${1:-}" != --one ] || run_one "$2"
	[ $# -eq 0 ] || tests=("$@")
	echo "1..${#tests[@]}"
	for test in "${tests[@]}"; do
		number=$((number + 1))
		if log=$(unshare --net bash "$0" --one "$test" 2>&1); then
			echo "ok $number $test"
		else
			printf '# %s\n' "${log//$'\n'/$'\n'# }"
			echo "not ok $number $test"
			failed=1
		fi
	done
	exit $failed
}
