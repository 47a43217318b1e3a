# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck shell=bash
# TAP for tests in shell: prints and numbers the results, and the plan at the end.
# A script that ends before tap_end prints no plan, which is a failure.

# What goes before the name of each test
tap_prefix=''
tap_number=0 tap_failed=0
# A script with an EXIT trap of its own removes this directory itself.
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# result STATUS TEST [LOG]: the test has passed if STATUS is 0, else the file LOG
# says why.
result()
{
	local ok=ok

	tap_number=$((tap_number + 1))
	if [ "$1" -ne 0 ]; then
		ok='not ok' tap_failed=1
		[ ! -s "${3:-}" ] || sed 's/^/# /' "$3"
	fi
	echo "$ok $tap_number $tap_prefix$2"
}

# check TEST COMMAND...: the test passes if the command succeeds. How long it was
# is told if it was long.
check()
{
	local start=$SECONDS

	"${@:2}" >"$tmp/tap.log" 2>&1 </dev/null
	result $? "$1" "$tmp/tap.log"
	[ $((SECONDS - start)) -lt 5 ] || echo "# $((SECONDS - start)) s"
}

# silent TEST COMMAND...: the test passes if the command says nothing.
silent()
{
	"${@:2}" >"$tmp/tap.log" 2>&1 </dev/null
	[ -f "$tmp/tap.log" ] && [ ! -s "$tmp/tap.log" ]
	result $? "$1" "$tmp/tap.log"
}

# skip TEST REASON
skip()
{
	result 0 "$1 # SKIP $2"
}

# skip_all REASON: no test of this script can be run.
skip_all()
{
	echo "1..0 # SKIP $1"
	exit 4
}

tap_end()
{
	echo "1..$tap_number"
	[ $tap_number -gt 0 ] && exit $tap_failed
	exit 1
}
