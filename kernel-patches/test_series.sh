#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Test that the series that is mailed is the one that is built. Prints TAP.
# shellcheck disable=SC2317	# called by name
set -uo pipefail

cd "$(dirname "$0")" || exit 2
. ./shared.sh
# shellcheck source-path=SCRIPTDIR source=../selftests/lib/tap.sh
. ../selftests/lib/tap.sh
series=${SERIES:-$(basename "$(realpath default)")}

# The tree of a series, as git knows it, is in ids.
same_tree()
{
	read -r tree built < <(./tree.sh commits "$series") &&
		read -r tree mailed < <(./tree.sh commits "$tmp/series") &&
		git -C "$tree" diff --exit-code "$built" "$mailed"
}

same_files()
{
	mkdir "$tmp/tests" &&
		git -C "$tree" archive "$mailed:tools/testing/selftests/tc_link" |
			tar -x -C "$tmp/tests" &&
		diff -r -x "*~" -x ".*.sw?" "$tmp/tests" ../selftests/tc_link
}

no_more_and_no_less()
{
	diff <(ls "$series") <(ls "$tmp/series") &&
		grep -q '^ [0-9]* files changed' "$tmp"/series/0000-* &&
		! grep -q 'selftests/tc_link/.*\.c' "$series"/[0-9]*.patch
}

set_up_git
check 'the series can be written' ./series.sh write "$series" "$tmp/series"
check 'it applies, and makes the tree that is built' same_tree
check 'its kselftest is selftests/tc_link' same_files
check 'its patches are those that are kept, and nothing is kept twice' no_more_and_no_less
tap_end
