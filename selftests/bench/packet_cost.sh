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

minus()
{
	awk -v "a=$1" -v "b=$2" 'BEGIN { printf "%d\n", a - b + 0.5 }'
}

none=$("$cost" "$count")
printf 'a packet without a filter: %s instructions\n\n' "${none%.*}"
printf '| filter | cls_flow | tclink flow |\n| --- | --- | --- |\n'
while read -ra words; do
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
	printf '| %s | %s | %s |\n' "${words[*]}" "$(minus "$theirs" "$none")" \
		"$(minus "$ours" "$none")"
done <<'EOT'
map key src
map key dst
map key proto-dst
map key mark
map key priority
map key dst and 0xff xor 0xff
hash keys src
hash keys src,dst
hash keys src,dst,proto,proto-src,proto-dst
hash keys src,dst,proto,proto-src,proto-dst perturb 10
EOT
