#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The header alone, and exported symbols == manual pages == map == header.
# Usage: abi.sh OUT, or O=OUT
# shellcheck disable=SC2086	# commands with options
set -u
cd "$(dirname "$0")/../../src" || exit 1
# shellcheck source=selftests/lib/tap.sh
. ../selftests/lib/tap.sh
tap_prefix='abi: '
header=../include/tclink/tclink.h
out=${1:-$O}/src
CC=${CC:-gcc} CXX=${CXX:-g++}

# compile TEST COMMAND...
compile()
{
	check "header is $1" "${@:2}" -pedantic-errors -Wall -Wextra -Werror \
		-I../include -c ../selftests/host/public_header.c -o "$tmp/use.o"
}

compile C89 $CC -std=c89
compile C++98 $CXX -x c++ -std=c++98
compile C++20 $CXX -x c++ -std=c++20

sed 's|/\*.*||; /^ \*/d' $header | tr '\n' ' ' | tr ';' '\n' |
	grep TCLINK_API | grep -o 'tclink_[a-z_]*(' | tr -d '(' | sort >"$tmp/header"
sed -n 's/^\t\t\(tclink_[a-z_]*\);$/\1/p' libtclink.map | sort >"$tmp/map"
nm -D --defined-only "$out/libtclink.so" | awk '$2 == "T" { print $3 }' |
	sed 's/@.*//' | sort >"$tmp/exported"
check "header declares functions" [ -s "$tmp/header" ]
check "map == header" diff -u "$tmp/header" "$tmp/map"
check "exported symbols == map" diff -u "$tmp/map" "$tmp/exported"
find "$out/man/man3" -name '*.3' -exec basename {} .3 \; | sort >"$tmp/pages"
check "manual pages == map" diff -u "$tmp/map" "$tmp/pages"

objs=()
for source in cmd/*.c cmd/flow/*.c; do
	objs+=("$out/${source%.c}.o")
done
libs=$(pkg-config --libs libbpf 2>/dev/null || echo -lbpf)
check "command links with exported symbols only" \
	$CC "${objs[@]}" -L"$out" -ltclink $libs -o "$tmp/tclink"
tap_end
