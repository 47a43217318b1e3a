#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# No floor of the library knows of one above it, no line but a backend's own names a
# backend, and the command knows the public header only. Prints TAP.
# Usage: floors.sh OUT, or O=OUT
# shellcheck disable=SC2317	# called by name
set -u
cd "$(dirname "$0")/../../src" || exit 1
# shellcheck source-path=SCRIPTDIR source=../lib/tap.sh
. ../selftests/lib/tap.sh
tap_prefix='floors: '
lib=${1:-$O}/src/lib
floors=(base kernel backend explain .)

# Which quoted includes are of a floor above, the last of which has no folder
includes_up()
{
	local higher
	higher=$(IFS='|'; echo "${*:2}")
	grep -nE "^#include \"(($higher)/|[^/]*\"|\.)" "$1"/*.[ch]
}

# Whatever is declared where: what the objects need that is defined above
symbols_up()
{
	local floor
	nm -u "$lib/$1"/*.o | awk 'NF == 2 { print $2 }' | sort -u >"$tmp/needed"
	for floor in "${@:2}"; do
		nm --defined-only "$lib/$floor"/*.o
	done | awk '$2 ~ /[A-Z]/ { print $3 }' | sort -u >"$tmp/above"
	[ -s "$tmp/needed" ] && [ -s "$tmp/above" ] || echo "no symbols"
	comm -12 "$tmp/needed" "$tmp/above"
}

backends_named()
{
	grep -nE '\bbackend_(link|tcx|netlink)\b|BACKEND_(LINK|TCX|NETLINK)' \
		./*.[ch] {base,kernel,explain}/*.[ch]
}

# Which quoted includes of the command are files of the library
private_includes()
{
	local name
	grep -ohE '^#include "[^"]+"' cmd/*.[ch] cmd/flow/*.[ch] | cut -d'"' -f2 |
		sed -E 's,^(\.\./)+,,' | sort -u | while read -r name; do
			[ ! -e "$name" ] || echo "$name"
		done
}

for ((i = 0; i < ${#floors[@]} - 1; i++)); do
	up=("${floors[@]:i}")
	silent "${up[0]} includes nothing from above" includes_up "${up[@]}"
	silent "${up[0]} needs no symbol from above" symbols_up "${up[@]}"
done
silent "only a backend names a backend" backends_named
silent "the command includes the public header only" private_includes
tap_end
