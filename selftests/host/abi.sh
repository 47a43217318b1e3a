#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The header alone, and exported symbols == manual pages == map == header.
# Usage: abi.sh OUT, or O=OUT
set -u
cd "$(dirname "$0")/../../src" || exit 1
# shellcheck source=selftests/lib/tap.sh
. ../selftests/lib/tap.sh
tap_prefix='abi: '
header=../include/tclink/tclink.h
out=${1:-$O}/src
CC=${CC:-gcc}
CXX=${CXX:-g++}

same()
{
	check "$3" diff -u "$1" "$2"
}

# compile TEST COMMAND FILE
compile()
{
	# shellcheck disable=SC2086	# a command with options
	check "$1" $2 -pedantic-errors -Wall -Wextra -Werror -I../include -c "$3" -o "$tmp/use.o"
}

cat >"$tmp/use.c" <<'END'
#include <tclink/tclink.h>
int use(void);
int use(void)
{
	TCLINK_OPTS(tclink_attach_opts, opts);
	TCLINK_OPTS(tclink_info, info);

	opts.priority = 1;
	return opts.priority + info.sz > 0 && TCLINK_PARENT(1, 0x10);
}
END
cp "$tmp/use.c" "$tmp/use.cc"
compile "header is C89" "$CC -std=c89" "$tmp/use.c"
compile "header is C++98" "$CXX -std=c++98" "$tmp/use.cc"
compile "header is C++20" "$CXX -std=c++20" "$tmp/use.cc"

sed 's|/\*.*||; /^ \*/d' $header | tr '\n' ' ' | tr ';' '\n' |
	grep TCLINK_API | grep -o 'tclink_[a-z_]*(' | tr -d '(' | sort >"$tmp/header"
sed -n 's/^\t\t\(tclink_[a-z_]*\);$/\1/p' libtclink.map | sort >"$tmp/map"
nm -D --defined-only "$out/libtclink.so" | awk '$2 == "T" { print $3 }' |
	sed 's/@.*//' | sort >"$tmp/exported"
check "header declares functions" [ -s "$tmp/header" ]
same "$tmp/header" "$tmp/map" "map == header"
same "$tmp/map" "$tmp/exported" "exported symbols == map"
find "$out/man/man3" -name '*.3' -exec basename {} .3 \; | sort >"$tmp/pages"
same "$tmp/map" "$tmp/pages" "manual pages == map"

objs=()
for source in cmd/*.c cmd/flow/*.c; do
	objs+=("$out/${source%.c}.o")
done
libs=$(pkg-config --libs libbpf 2>/dev/null || echo -lbpf)
# shellcheck disable=SC2086
check "command links with exported symbols only" \
	$CC "${objs[@]}" -L"$out" -ltclink $libs -o "$tmp/tclink"
tap_end
