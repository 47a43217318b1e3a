#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The bash completion of the tclink command, through the function that complete
# calls, against what --help says. Usage: completion.sh OUT
# shellcheck disable=SC1091,SC2016 # names and scripts that are not expanded
set -u
# Devices and links of its own, where that is possible.
if [ "$(id -u)" = 0 ] && [ "${2:-}" != apart ]; then
	exec unshare --net --mount bash "$0" "$1" apart
fi
tclink=$1/src/tclink
progs=$1/progs
rc=0

. "$(dirname "$0")/../../src/dist/tclink.bash"

result() {
	if [ "$1" = 0 ]; then
		echo "ok - completion: $2"
	else
		echo "not ok - completion: $2"
		rc=1
	fi
}

# The words up to the cursor, as readline would split them; the last one is
# being typed. Leaves the replies sorted, in one line.
completed() {
	local function

	COMP_WORDS=("$tclink" "$@")
	COMP_CWORD=$#
	function=$(complete -p tclink | sed -n 's/.* -F \([^ ]*\) .*/\1/p')
	COMPREPLY=()
	"$function" tclink "${*: -1}" "${COMP_WORDS[COMP_CWORD - 1]}"
	[ ${#COMPREPLY[@]} -eq 0 ] ||
		printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd' '
}

# offers WORDS ARGUMENT...
offers() {
	local want=$1 got
	shift
	got=$(completed "$@")
	[ "$got" = "$want" ] || echo "# got '$got' instead of '$want'"
	[ "$got" = "$want" ]
	result $? "$(printf '%q ' tclink "$@")"
}

# Those that --help has in its first lines or in its first column
long_options() {
	"$tclink" "$1" --help | grep -E '^(Usage:|       tclink|  -)' |
		grep -oE -- '--[a-z-]+' | LC_ALL=C sort -u | paste -sd' '
}

offers "$("$tclink" help | sed -n '/^Exit/q; s/^  \([a-z]*\) .*/\1/p; 1s/.*/--help\n--version/p' | LC_ALL=C sort | paste -sd' ')" ""
offers "attach" a
offers "unpin update" u
# As it is typed, before the shell expands it
HOME=$(dirname "$tclink") tclink='~/tclink' offers "--prog-id" attach lo --prog-
offers "detach" help de
offers "" help attach ""

# --help says all options except itself; flow has words in their place.
verbs=$("$tclink" help | sed -n '/^  help /q; s/^  \([a-z]*\) .*/\1/p')
for verb in ${verbs/flow/}; do
	known=$(long_options $verb)
	offered=$(completed $verb --)
	offered=${offered/--help/}
	[ "$(xargs <<<"$offered")" = "$known" ] ||
		echo "# offered $offered, known $known"
	[ "$(xargs <<<"$offered")" = "$known" ]
	result $? "options of $verb"
done

offers "any link netlink tcx" attach lo ingress --backend ""
offers "netlink" attach lo ingress --backend n
offers "netlink" attach lo ingress --backend = n
offers "any link netlink tcx" attach lo ingress --backend =
offers "802.1Q 802.1ad" exec lo ingress --protocol 8
offers "compare-swap" attach --require co
offers "owned,pinnable,offload owned,pinnable,owned" attach --require owned,pinnable,o
offers "" attach --prio ""
offers "egress ingress" attach lo ""
offers "egress ingress" attach dev lo ""
offers "egress ingress" attach --prio 5 lo ""
offers "egress ingress" attach --prio = 5 --skip-hw lo ""
offers "ingress" exec lo i
offers "" attach lo ingress ""
offers "" attach block ""
offers "" attach block 5 ""
offers "" show lo ""
offers "" detach ""
offers "" nosuch ""

offers "--help add change dev show" flow ""
offers "nfct-dst" flow add dev lo parent 1: map key nfct-d
offers "src,proto-dst src,proto-src" flow add dev lo hash keys src,proto-
offers "divisor" flow dev lo hash keys src di
offers "" flow dev lo hash keys src divisor ""

# What the command knows, --require's list is made of.
words=$("$tclink" attach --require x 2>&1)
words=${words#*use } words=${words%, or several*}
offers "$(tr -d , <<<"${words/ or / }" | xargs -n1 | LC_ALL=C sort | paste -sd' ')" attach --require ""

cd "$progs" || exit 1
offers "counter.bpf.o" attach lo ingress --object counter.bpf.o
offers "counter.bpf.o" attach lo ingress --object = counter.bpf.o
offers "drop_port.bpf.o" unpin drop_port.bpf.o
offers "drop_port.bpf.o" pin --id 5 drop_port.bpf.o
offers "drop_port.bpf.o" exec lo ingress -- cat drop_port.bpf.o
[[ " $(completed exec lo ingress -- tru) " == *" true "* ]]
result $? "exec completes commands"

if [ "$(id -u)" != 0 ]; then
	echo "ok - completion: devices and links # SKIP not root"
	exit $rc
fi
# The devices of this network namespace, on a mount of our own
mount -t sysfs sysfs /sys || exit 1
# Names like any others, and not to be run or expanded
ip link add '$(echo>x)' type veth peer name '*'
offers '\$\(echo\>x\) \* lo' attach dev ""
[ ! -e x ]
result $? "no name of a device is run"

# Links: one is held by a process that waits for its input to end.
"$tclink" features --json | grep -q '"tcx":true\|"link":true' || {
	echo "ok - completion: links # SKIP this kernel has neither TC nor tcx links"
	exit $rc
}
coproc exec "$tclink" exec lo ingress --object counter.bpf.o -- \
	sh -c 'echo $TCLINK_ID; read line'
read -r id <&"${COPROC[0]}"
for verb in $verbs; do
	"$tclink" "$verb" --help | grep -q -- '--id LINK_ID ' || continue
	[[ " $(completed $verb --id "") " == *" $id "* ]]
	result $? "$verb completes ids of links"
done
offers "" attach --prog-id ""
exit $rc
