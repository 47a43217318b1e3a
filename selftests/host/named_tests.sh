#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each test that semantics.md names exists, and each test of tc_link is named there
# or in tests.md. Prints TAP.
# shellcheck disable=SC2016,SC2034,SC2317	# backquotes are meant; used and called by name
set -u

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source-path=SCRIPTDIR source=../lib/tap.sh
. selftests/lib/tap.sh

# What stands in backquotes in the last column of the tables of semantics.md
promised()
{
	sed -n '/^|.*|$/ { s/|$//; s/.*|//p; }' docs/semantics.md |
		grep -o '`[^`]*`' | tr -d '`'
}

# Print those of list $1 that none of list $2 matches. A name stands for all that
# begin with it.
unmatched()
{
	local -n names=$1 others=$2
	local name other

	for name in "${names[@]}"; do
		for other in "${others[@]}"; do
			# shellcheck disable=SC2053	# one of the two is a pattern
			[[ $other == $name || $other == $name.* ||
			   $name == $other || $name == $other.* ]] && continue 2
		done
		echo "$name"
	done
}

main()
{
	local -a existing promises named

	mapfile -t existing < <(awk -f selftests/host/named_tests.awk selftests/tc_link/test_*.c)
	mapfile -t promises < <(promised)
	# MODE in priv_pin.MODE.root stands for any word.
	mapfile -t named < <(promised; grep -o '`[a-z_]*\.[a-zA-Z_.*]*`' docs/tests.md | tr -d '`' |
		sed 's/\<[A-Z]\+\>/*/g')
	tap_prefix='named tests: '
	[ ${#existing[@]} -gt 100 ] && [ ${#promises[@]} -gt 50 ]
	result $? 'both lists are read'
	silent 'those in semantics.md exist' unmatched promises existing
	silent 'those that exist are named' unmatched existing named
	tap_end
}

main
