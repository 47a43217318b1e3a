#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: packet_cost.sh BUILD-DIR
#
# Instructions for each packet: the filter's, which is what a packet costs with
# it less what one costs without. Runs in a guest with counted instructions.
set -euo pipefail

cost=$1/selftests/packet_cost tclink=$1/src/tclink
pin=/sys/fs/bpf/packet_cost
count=${FLOW_COUNT:-400}

sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip -batch - <<EOT
link add v0 type veth peer name v1
link set v0 up arp off
link set v1 up
EOT
tc -batch - <<EOT
qdisc add dev v1 clsact
filter add dev v1 ingress matchall action drop
qdisc add dev v0 root handle 1: htb default ff
class add dev v0 parent 1: classid 1:ff htb rate 10gbit quantum 60000
EOT
printf 'class add dev v0 parent 1: classid 1:%x htb rate 10gbit quantum 60000\n' {1..32} |
	tc -batch -

none=$("$cost" "$count")
printf 'a packet without a filter: %s instructions\n\n' "${none%.*}"
printf '| filter | cls_flow | tclink flow |\n| --- | --- | --- |\n'
grep -v '^#' "${0%/*}/packet_cost.txt" | while read -ra words; do
	tc filter add dev v0 parent 1: protocol all prio 1 handle 1 flow "${words[@]}" \
		divisor 16 baseclass 1:1
	theirs=$("$cost" "$count")
	tc filter del dev v0 parent 1:
	"$tclink" flow dev v0 parent 1: prio 1 "${words[@]}" divisor 16 baseclass 1:1 \
		pin $pin >/dev/null
	ours=$("$cost" "$count")
	rm $pin
	# The filter goes when the kernel has let go of the pin.
	while [ -n "$(tc filter show dev v0 parent 1:)" ]; do sleep 0.1; done
	printf '%s\t%s\t%s\n' "${words[*]}" "$theirs" "$ours"
done | awk -F '\t' -v none="$none" \
	'{ printf "| %s | %d | %d |\n", $1, $2 - none + 0.5, $3 - none + 0.5 }'
