#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tclink flow: its words, changes of a live link, what it shows, and a link
# that hosts share.
# shellcheck disable=SC1090,SC2154,SC2317	# called and set in lib/cmd.sh
. "${CMD_SH:-$(dirname "$(realpath "$0")")/../lib/cmd.sh}"

qdisc()
{
	tc -batch - <<-EOF || die 'no qdisc'
		qdisc replace dev v0 root handle 1: drr
		class add dev v0 parent 1: classid 1:11 drr
		class add dev v0 parent 1: classid 1:22 drr
		class add dev v0 parent 1: classid 1:1 drr
	EOF
}

flow_pinned()
{
	expect 0 "link *: v0 1:0, *?flow?"$'\n'"  flow *"$'\n'"pinned at $pin" \
		tclink flow "$@" pin "$pin"
	parse_link "$out"
}

# What the last command said of the parameters
says()
{
	[[ $out == *$'\n'"  flow $1"$'\n'* || $out == *$'\n'"  flow $1" ]] ||
		die "not 'flow $1': $out"
}

test_words()
{
	expect 0 '' tclink flow show
	qdisc
	flow_pinned dev v0 parent 1: prio 7 handle 9 hash \
		keys src,dst,proto,proto-src,proto-dst divisor 1024 perturb 10
	says 'hash keys src,dst,proto,proto-src,proto-dst divisor 1024 baseclass 1:1 perturb 10'
	[[ $out == *'chain 0, prio 7, handle 0x9, '* ]] || die "$out"
	rm "$pin"
	# As for tc(8): any filter's words, then these, and cut short
	flow_pinned add dev v0 parent 1:0 pref 8 prot ip flow m k s an 0xff \
		o 0x10 x 3 r 2 ad -10.0.0.1 d 16 b 5
	says 'map key src and 0x000000ef xor 0x00000013 rshift 2 addend 0xf5ffffff divisor 16 baseclass 1:5'
	rm "$pin"
	# The root qdisc, if no other is named
	flow_pinned dev v0 key mark baseclass 1:11
	says 'map key mark baseclass 1:11'
}

# The line with the words in $out that tc(8) has for these
asked_of_tc()
{
	out=$(tc -batch - 2>&1 <<-EOF
		filter add dev v0 parent 1: prio 5 handle 1 flow $*
		filter show dev v0 parent 1: prio 5
		filter del dev v0 parent 1: prio 5
	EOF
	) || die "tc: $*: $out"
}

# tc shows the mask and the rest in words of its own.
test_words_mean_the_same()
{
	local words mask xor rshift addend prio=100 path=$pin

	qdisc
	while read -r words; do
		asked_of_tc "$words"
		mask=ffffffff xor=0 rshift=0 addend=0
		[[ ! $out =~ and\ 0x([0-9a-f]+) ]] || mask=${BASH_REMATCH[1]}
		[[ ! $out =~ xor\ 0x([0-9a-f]+) ]] || xor=${BASH_REMATCH[1]}
		[[ ! $out =~ \ or\ 0x([0-9a-f]+) ]] || {
			mask=$(printf %x $((0x$mask & ~0x${BASH_REMATCH[1]})))
			xor=$(printf %x $((0x$xor ^ 0x${BASH_REMATCH[1]})))
		}
		[[ ! $out =~ rshift\ ([0-9]+) ]] || rshift=${BASH_REMATCH[1]}
		[[ ! $out =~ addend\ 0x([0-9a-f]+) ]] || addend=${BASH_REMATCH[1]}
		pin=${path}_$((++prio))
		# shellcheck disable=SC2086
		flow_pinned dev v0 parent 1: prio $prio handle 1 flow $words
		expect 0 "*\"mask\":$((0x$mask)),\"xor\":$((0x$xor)),\"rshift\":$rshift,\"addend\":$((0x$addend)),*" \
			tclink flow show pin "$pin" --json
	done <<-'EOT'
		map key src and 0xff
		map key src or 0x1f and 0xf0
		map key src xor 5 or 3 xor 0x100
		map key dst and 0xffff xor 0xff rshift 4
		map key dst addend -192.168.0.0
		map key src addend 077
	EOT
	pin=$path
}

# Whether it can be had is what the kernel's configuration says.
test_key_that_there_is_not()
{
	qdisc
	if zgrep -q '^CONFIG_NF_CONNTRACK=' /proc/config.gz; then
		flow_pinned dev v0 parent 1: hash keys nfct-src
	else
		expect 1 "tclink: key 'nfct-src' is not available: this kernel has no connection tracking (CONFIG_NF_CONNTRACK)" \
			tclink flow dev v0 parent 1: hash keys src,nfct-src
	fi
}

test_hold()
{
	qdisc
	start_holding flow dev v0 parent 1: map key mark
	is_said 'link *holding the link; the filter goes when this process ends'
	end_owner TERM 0
	expect 0 '' tc filter show dev v0 parent 1:
	start_holding flow dev v0 parent 1: map key mark
	expect 0 '*' tc qdisc del dev v0 root
	severed_owner
}

test_show_counts()
{
	network 5000
	qdisc
	flow_pinned dev v0 parent 1: map key proto addend -0x11 baseclass 1:11
	# For each that is counted there is one more, see udp.c.
	answered 5000 5 5 || die "$out"
	expect 0 'link *class 1:11 10 packets 460 bytes*' tclink flow show
	expect 0 '\[*"classes":\[*{"class":"1:11","packets":10,"bytes":460}*\]*' \
		tclink flow show id "$id" -j
	expect 0 '*Sent 460 bytes 10 pkt*' tc -s class show dev v0 classid 1:11
	# The counters stay. ARP, whose protocol is 0, may come to the first.
	expect 0 "link $id: *map key proto *" tclink flow change id "$id" addend 0
	answered 5000 5 5 || die "$out"
	expect 0 'link *class 1:11 1[0-4] packets *class 1:22 10 packets 460 bytes*' \
		tclink flow show pin "$pin"
}

test_change()
{
	qdisc
	flow_pinned dev v0 parent 1: map key mark and 0xff rshift 2 divisor 7
	expect 0 '*' tclink flow change pin "$pin" divisor 8
	says 'map key mark and 0x000000ff rshift 2 divisor 8 baseclass 1:1'
	expect 0 '*' tclink flow change pin "$pin" hash keys mark,iif baseclass :5 perturb 3
	says 'hash keys iif,mark and 0x000000ff rshift 2 divisor 8 baseclass 1:5 perturb 3'
	expect 0 '*' tclink flow change id "$id" map key dst
	says 'map key dst and 0x000000ff rshift 2 divisor 8 baseclass 1:5'
	expect 2 '*map*needs exactly one key*' tclink flow change id "$id" keys src,dst
	expect 0 "link $id: *"$'\n''  flow map key dst and *' tclink flow show
	expect 0 '*pinned at*' tclink attach v0 1: "${count[@]}" --pin "${pin}_prog"
	parse_link "$out"
	expect 1 '*runs another program*' tclink flow change id "$id" key src
	expect 1 '*runs another program*' tclink flow show id "$id"
}

# Between two sets of parameters of which every mixture has another class, and
# changed by two at once
test_change_under_traffic()
{
	local i flood

	network 5000
	qdisc
	flow_pinned dev v0 parent 1: map key mark and 0 xor 1 addend 0xf baseclass 1:1 divisor 0x80
	"$built/udp" probe 192.0.2.2 9 1 >/dev/null 2>&1
	(while :; do printf x >/dev/udp/192.0.2.2/9; done) 2>/dev/null &
	flood=$!
	for ((i = 0; i < 4; i++)); do
		tclink flow change pin "$pin" and 0 xor 2 addend 0x1f >/dev/null ||
			die 'no change'
		tclink flow change pin "$pin" and 0 xor 1 addend 0xf >/dev/null &
		tclink flow change pin "$pin" perturb 0 >/dev/null ||
			die 'no change beside another'
		wait $! || die 'one of two changes'
	done
	kill $flood
	wait $flood 2>/dev/null
	expect 0 "link $id: *" tclink flow show pin "$pin"
	[[ $(grep -o '^  class [0-9a-f:]*' <<<"$out" | sort | xargs) == 'class 1:11 class 1:22' ]] ||
		die "$out"
	# All of them were classified.
	expect 0 '*Sent 0 bytes 0 pkt*' tc -s class show dev v0 classid 1:1
}

# A router for two hosts, with a slow link to a third one
router()
{
	local host

	echo 1 >/proc/sys/net/ipv4/ip_forward
	for host in 1 2 3; do
		ip netns add "$peer.$host"
		ip link add "r$host" type veth peer name eth0 netns "$peer.$host" gso_max_segs 1
		ip addr add "10.9.$host.1/24" dev "r$host"
		ip link set "r$host" up
		ip -n "$peer.$host" -batch - <<-EOF
			addr add 10.9.$host.2/24 dev eth0
			link set eth0 up
			route add default via 10.9.$host.1
		EOF
	done
	tc -batch - <<-EOF
		qdisc add dev r3 root handle 1: htb default 1
		class add dev r3 parent 1: classid 1:1 htb rate 1500kbit quantum 3000
		qdisc add dev r3 parent 1:1 handle 2: drr
		class add dev r3 parent 2: classid 2:1 drr
		class add dev r3 parent 2: classid 2:2 drr
		class add dev r3 parent 2: classid 2:3 drr
		qdisc add dev r3 parent 2:1 pfifo limit 30
		qdisc add dev r3 parent 2:2 pfifo limit 30
		qdisc add dev r3 parent 2:3 pfifo limit 30
	EOF
}

on_host()
{
	nsenter --net="/run/netns/$peer.$1" -- "${@:2}"
}

# Host 1 sends by ten connections and host 2 by one; the share of host 1, in
# percent
share_of_ten()
{
	local host bytes server ten=0 one=0

	on_host 3 "$built/fair_share" serve 5555 2 "${FLOW_SECONDS:-4}" >"$said" &
	server=$!
	on_host 1 "$built/fair_share" send 10.9.3.2 5555 10 20 2>/dev/null &
	echos=($!)
	on_host 2 "$built/fair_share" send 10.9.3.2 5555 1 20 2>/dev/null &
	echos+=($!)
	wait $server || die 'no server'
	kill -KILL "${echos[@]}" 2>/dev/null
	wait
	while read -r host bytes; do
		[ "$host" != 10.9.1.2 ] || ten=$bytes
		[ "$host" != 10.9.2.2 ] || one=$bytes
	done <"$said"
	[ $((ten + one)) -gt 0 ] || die 'nothing arrived'
	share=$((ten * 100 / (ten + one)))
	echo "$1: ten connections have $share %, one has $((100 - share)) %"
}

# Whether host 1 has FROM to TO percent. An emulated machine that is short of
# time sends less than the link takes, and measures itself: ask it three times.
has_share()
{
	for _ in 1 2 3; do
		share_of_ten "$1"
		[ "$share" -lt "$2" ] || [ "$share" -gt "$3" ] || return 0
	done
	die "$1: ten connections have $share %, not $2 to $3 %"
}

test_fair_shares()
{
	local words='map key src and 0xff00 rshift 8 divisor 3 baseclass 2:1'

	router || die 'no router'
	tc filter add dev r3 parent 2: prio 1 matchall classid 2:1
	has_share 'in one class' 65 99
	tc filter del dev r3 parent 2:
	# shellcheck disable=SC2086
	tc filter add dev r3 parent 2: prio 1 protocol all handle 1 flow $words
	has_share cls_flow 40 60
	tc filter del dev r3 parent 2:
	# shellcheck disable=SC2086
	expect 0 '*pinned at *' tclink flow dev r3 parent 2: prio 1 protocol all handle 1 flow $words pin "$pin"
	has_share 'tclink flow' 40 60
}

# Shares take time that a busy machine does not have: make flow measures them.
fair=${FLOW_SECONDS:+fair_shares}
run_tests words words_mean_the_same key_that_there_is_not hold \
	show_counts change change_under_traffic ${fair:+"$fair"} -- "$@"
