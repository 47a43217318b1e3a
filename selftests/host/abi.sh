#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The header alone, and exported symbols == map == manual pages == header.
# Usage: abi.sh OUT
set -u
cd "$(dirname "$0")/../../src" || exit 1
header=../include/tclink/tclink.h
out=$1/src
CC=${CC:-gcc}
CXX=${CXX:-g++}
rc=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

result() {
	if [ "$1" = 0 ]; then
		echo "ok - abi: $2"
	else
		echo "not ok - abi: $2"
		rc=1
	fi
}

same() {
	if diff -u "$1" "$2" >"$tmp/diff"; then
		result 0 "$3"
	else
		sed 's/^/# /' "$tmp/diff"
		result 1 "$3"
	fi
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
$CC -std=c89 -pedantic-errors -Wall -Wextra -Werror -I../include -c "$tmp/use.c" -o "$tmp/use.o"
result $? "header is C89"
$CXX -std=c++98 -pedantic-errors -Wall -Wextra -Werror -I../include -c "$tmp/use.cc" -o "$tmp/use.o"
result $? "header is C++98"
$CXX -std=c++20 -pedantic-errors -Wall -Wextra -Werror -I../include -c "$tmp/use.cc" -o "$tmp/use.o"
result $? "header is C++20"

sed 's|/\*.*||; /^ \*/d' $header | tr '\n' ' ' | tr ';' '\n' |
	grep TCLINK_API | grep -o 'tclink_[a-z_]*(' | tr -d '(' | sort >"$tmp/header"
sed -n 's/^\t\t\(tclink_[a-z_]*\);$/\1/p' libtclink.map | sort >"$tmp/map"
nm -D --defined-only "$out/libtclink.so" | awk '$2 == "T" { print $3 }' |
	sed 's/@.*//' | sort >"$tmp/exported"
[ -s "$tmp/header" ]
result $? "header declares functions"
same "$tmp/header" "$tmp/map" "map == header"
same "$tmp/map" "$tmp/exported" "exported symbols == map"
for page in ../docs/man/*.3; do
	basename "$page" .3
done | sort >"$tmp/pages"
same "$tmp/header" "$tmp/pages" "manual pages == header"
[ "$(grep -c '^ \* tclink_.* - ' $header)" = "$(wc -l <"$tmp/header")" ]
result $? "every function is documented"

! grep -rlE 'internal\.h|uapi\.h' cmd >"$tmp/private"
result $? "command includes the public header only"
objs=()
for source in cmd/*.c cmd/flow/*.c; do
	objs+=("$out/${source%.c}.o")
done
libs=$(pkg-config --libs libbpf 2>/dev/null || echo -lbpf)
# shellcheck disable=SC2086
$CC "${objs[@]}" -L"$out" -ltclink $libs -o "$tmp/tclink"
result $? "command links with exported symbols only"
exit $rc
