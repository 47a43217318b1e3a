# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What demo and try share: two network namespaces, commands shown with what they
# print, and a check of each. Few processes: each takes a tenth of a second under
# emulation.
# shellcheck disable=SC2034,SC2154	# used, or set, in the scripts

# The namespaces are called this and client, and this and server.
prefix=${prefix:-}
progs=$build/progs
PATH=$build/src:$build/selftests:$PATH
out=$(mktemp)
step=0 failed=0 owner='' status=0

bold='' red='' off=''
[ ! -t 1 ] || bold=$'\e[1m' red=$'\e[31m' off=$'\e[0m'

title()
{
	step=$((step + 1))
	printf '\n%s%d. %s%s\n\n' "$bold" "$step" "$*" "$off"
}

bad()
{
	failed=$((failed + 1))
	printf '   %s=> NOT SO: %s%s\n' "$red" "$*" "$off"
}

good()
{
	printf '   => %s\n' "$*"
}

# The lines of file $1, indented
show()
{
	local line

	while IFS= read -r line; do
		printf '   %s\n' "$line"
	done <"$1"
}

# A line of file $1 matches $2. The match is left in BASH_REMATCH.
has()
{
	local line

	while IFS= read -r line; do
		[[ ! $line =~ $2 ]] || return 0
	done <"$1"
	return 1
}

# For a twentieth of a second
exec {never}<> <(:)
nap()
{
	read -rt 0.05 -u "$never"
}

run_in()
{
	nsenter --net="/run/netns/$prefix$1" -- "${@:2}"
}

# Run a command in the namespace of that name, and print both.
in_ns()
{
	local shown="${*:2}"

	printf '   %s# %s\n' "$1" "${shown//$progs\//}"
	run_in "$@" >"$out" 2>&1
	status=$?
	show "$out"
	return $status
}

# judge STATUS WHAT: it is so if STATUS is 0.
judge()
{
	if [ "$1" -eq 0 ]; then
		good "$2"
	else
		bad "$2 (exit status $status)"
	fi
}

# The command before succeeded, or failed, and printed what the pattern says.
works()
{
	[ "$status" -eq 0 ] && { [ -z "$1" ] || has "$out" "$1"; }
	judge $? "$2"
}

refused()
{
	[ "$status" -ne 0 ] && has "$out" "$1"
	judge $? "$2"
}

# The command before succeeded, and printed nothing.
silent()
{
	[ "$status" -eq 0 ] && [ ! -s "$out" ]
	judge $? "$1"
}

traffic()
{
	in_ns client udp probe 192.0.2.1 5000 5
	works "$1 answered" "$2"
}

# Wait for a line in the owner's output, a minute on a machine that is busy.
owner_says()
{
	local i

	for ((i = 0; i < 1200; i++)); do
		has "$out.owner" "$1" && break
		nap
	done
	show "$out.owner"
	[ "$i" -lt 1200 ]
}

# attach OBJECT OPTION...: a process that attaches, in $owner; what it says of
# that, in $backend, $id, $prio and $handle, as far as it says so
attach()
{
	printf '   server# %s &\n' \
		"tclink attach s0 ingress --object $1 ${*:2}"
	: >"$out.owner"
	nsenter --net="/run/netns/${prefix}server" -- tclink attach s0 ingress \
		--object "$progs/$1" "${@:2}" >"$out.owner" 2>&1 &
	owner=$!
	id='' prio='' handle=''
	if owner_says '^((tcx )?link [0-9]+|netlink filter): '; then
		backend=${BASH_REMATCH[0]%% *}
		! has "$out.owner" 'link ([0-9]+): ' || id=${BASH_REMATCH[1]}
		! has "$out.owner" ' prio ([0-9]+), handle (0x[0-9a-f]+),' ||
			prio=${BASH_REMATCH[1]} handle=${BASH_REMATCH[2]}
		[ -z "$id" ] || good "process $owner owns link $id"
	else
		bad 'nothing is attached'
		exit 1
	fi
}

kill_owner()
{
	echo "   server# kill -9 $owner"
	kill -9 "$owner"
	wait "$owner" 2>/dev/null
	owner=
}

# The server is there when this is done.
make_network()
{
	local ns

	for ns in client server; do
		ip netns add "$prefix$ns" || return
		ip -n "$prefix$ns" link set lo up || return
	done
	ip -n "${prefix}client" link add c0 type veth peer name s0 netns "${prefix}server" &&
		ip -n "${prefix}client" addr add 192.0.2.2/24 dev c0 &&
		ip -n "${prefix}server" addr add 192.0.2.1/24 dev s0 &&
		ip -n "${prefix}client" link set c0 up &&
		ip -n "${prefix}server" link set s0 up &&
		echo=$(run_in server udp echo 192.0.2.1 5000) || return
	echo
	echo "   client (c0, 192.0.2.2) --- veth --- (s0, 192.0.2.1) server, UDP echo on 5000"
}

remove_network()
{
	local ns

	[ -z "${owner:-}" ] || kill -9 "$owner" 2>/dev/null
	[ -z "${echo:-}" ] || kill "$echo" 2>/dev/null
	wait
	for ns in client server; do
		[ ! -e "/run/netns/$prefix$ns" ] || ip netns del "$prefix$ns"
	done
	rm -f "$out" "$out.owner"
}

# Say whether all of it was so; the exit status says it, too.
verdict()
{
	echo
	if [ "$failed" -eq 0 ]; then
		echo 'All of it is so.'
	else
		echo "${red}$failed of it is not so.$off"
		return 1
	fi
}
