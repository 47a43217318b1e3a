#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: [KSRC=/path] lint_test.sh SERIES-DIR
#
# Test that lint finds faults: make a series of those in faults/ for the source
# that SERIES-DIR is for, and see what lint says of each patch. A file has one kind
# of fault, or none, and an expression for what lint has to say. All are
# differences from the source: a patch takes back what the one before did.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh
# shellcheck source-path=SCRIPTDIR source=../selftests/lib/tap.sh
. ../selftests/lib/tap.sh
series=$1
faults=("$PWD"/faults/[0-9]*.patch)
export TCLINK_CACHE=${TCLINK_CACHE:-$cache/lint}

# What line $2 of the fault in file $1 says
field()
{
	sed -n "s/^$2: //p" "$1"
}

# Make a commit of each fault in the directory it is called in.
commit_faults()
{
	local fault

	git init -q
	git add -A
	git commit -q -m base
	git tag base
	for fault in "${faults[@]}"; do
		git checkout -q base -- .
		git apply "$fault"
		git commit -q -s -a -m "lint_test: $(field "$fault" Subject)" -m \
			"This patch has one fault, or none, to see what lint says of it."
	done
}

make_series()
{
	local tree files

	tree=$(./tree.sh whole "$series")
	mapfile -t files < <(sed -n 's,^+++ b/,,p' "${faults[@]}" | sort -u)
	mkdir "$tmp/tree" "$tmp/series"
	git -C "$tree" archive refs/tclink/base "${files[@]}" | tar -x -C "$tmp/tree"
	(cd "$tmp/tree" && commit_faults)
	cp "$series/BASE" "$tmp/series/"
	git -C "$tmp/tree" format-patch -q -o "$tmp/series" base
}

# Lint's lines on patch number $1, as one
said_of()
{
	awk -v n="$1" '/^[0-9]+-/ { mine = $0 + 0 == n } /^lint:/ { mine = 0 }
		mine' "$tmp/output" | tr '\n' ' ' | sed 's/ $//'
}

main()
{
	local fault expected said status rc=0 n=0

	set_up_git
	make_series
	! ./lint.sh "$tmp/series" >"$tmp/output" || rc=1
	for fault in "${faults[@]}"; do
		n=$((n + 1)) status=0
		expected=$(field "$fault" 'Lint says')
		said=$(said_of "$n")
		[[ -n $expected && $said =~ $expected ]] || status=1
		printf 'lint should have said: %s\nbut said: %s\n' \
			"$expected" "${said:-nothing}" >"$tmp/why"
		result $status "$(field "$fault" Subject)" "$tmp/why"
	done
	result $rc 'fail if a patch has a fault'
	tap_end
}

main
