#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: long BUILD-DIR
#
# The tests of the flow classifiers at length, on the kernel without debugging
# checks, and what they measure. "make flow" calls this.
set -uo pipefail

build=$(realpath "$1")
vm=$(dirname "$(realpath "$0")")/../vm/boot.sh
failed=0

in_guest()
{
	"$vm" --kernel "$build/kernel-plain.env" --timeout 7200 \
		--log "$build/flow/$1.log" "${@:2}" || failed=1
}

mkdir -p "$build/flow"
echo '# Classes, packet by packet'
in_guest same -- env FLOW_PACKETS="${FLOW_PACKETS:-10000}" \
	FLOW_SETS=5 FLOW_ALL=1 "$build/selftests/test_flow_same"
echo '# Hash'
in_guest hash -- env FLOW_HASHED=25600 \
	"$build/selftests/test_flow_hash"
echo '# Malformed packets'
in_guest fuzz -- env FLOW_FUZZ="${FLOW_FUZZ:-200000}" \
	"$build/selftests/test_flow_fuzz"
echo '# Shares of a link'
in_guest shares -- env FLOW_SECONDS=10 unshare --net \
	"$build/selftests/test_flow.sh" --one fair_shares
echo '# Instructions for each packet'
in_guest cost --icount -- unshare --net \
	"$(dirname "$(realpath "$0")")/../bench/packet_cost.sh" "$build"
exit $failed
