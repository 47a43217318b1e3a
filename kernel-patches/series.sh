#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: series.sh write SERIES DIR
#        series.sh checkout SERIES TREE
#        series.sh export SERIES TREE [FROM]
#
# write:    make DIR the complete series, as it is mailed: with the kselftest, of
#           which SERIES has no more than what registers it, and with a cover
#           letter that lists what there is.
# checkout: make TREE a git tree with the series as commits on the whole source.
# export:   write the commits of TREE that come after FROM, by default all but the
#           first, back to SERIES, without the kselftest: that is edited here.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh

format()
{
	git -C "$1" format-patch -q --zero-commit --no-signature --no-renames \
		--abbrev=9 -o "$(realpath "$2")" "${@:3}"
}

write_series()
{
	local tree commit letter

	read -r tree commit < <(./tree.sh commits "$1")
	rm -rf "$2"
	mkdir -p "$2"
	format "$tree" "$2" --cover-letter "refs/tclink/base..$commit"
	letter=$(sed '1,/BLURB HERE/d' "$2"/0000-*)
	cp "$1"/BASE "$1"/0000-* "$2/"
	echo "$letter" >>"$2"/0000-*
}

export_series()
{
	local from tests

	from=${3:-$(git -C "$2" rev-list --max-parents=0 HEAD | tail -n 1)}
	tests=$(git -C "$2" diff "$from" HEAD -- tools/testing/selftests/Makefile |
		sed -n 's/^+TARGETS += //p')
	rm "$1"/000[1-9]-* "$1"/00[1-9]?-*
	format "$2" "$1" "$from..HEAD" -- . ":!tools/testing/selftests/${tests:-none}"
	[ ! -d "$2/tools/testing/selftests/$tests" ] ||
		diff -r "$2/tools/testing/selftests/$tests" "../selftests/$tests" >&2 ||
		say "the tests here are others than those in $2, which stay there"
}

lock "$cache"
set_up_git
case $1 in
write)		write_series "$2" "$3" ;;
checkout)	git clone -q "$(./tree.sh whole "$2")" "$3" ;;
export)		export_series "${@:2}" ;;
esac
