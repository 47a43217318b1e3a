#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The manual pages: well-formed, complete, and their examples compile.
# Usage: man.sh OUT
set -u
tclink=$(realpath "$1")/src/tclink
cd "$(dirname "$0")/../../docs/man" || exit 1
CC=${CC:-gcc}
rc=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
header=../../include/tclink/tclink.h
version=$(sed -n 's/^.define TCLINK_M[AI][JN]OR_VERSION //p' $header | paste -sd.)

result() {
	if [ "$1" = 0 ]; then
		echo "ok - man: $2"
	else
		sed 's/^/# /' "$tmp/log"
		echo "not ok - man: $2"
		rc=1
	fi
}

# The names of a page, each on a line
names() {
	sed -n '/^\.SH NAME/,/ \\- \|^\\- /p' "$1" | sed '1d; s/\\-.*//' |
		tr -s ', ' '\n' | grep .
}

# Its example, as a reader sees it
example() {
	mandoc -T ascii -O width=200 "$1" | sed 's/.\x08//g' |
		sed -n '/^EXAMPLE/,/^[A-Z]/{ /^[A-Z]/d; p }' |
		sed -n '/#include/,$p'
}

check_family() {
	names "$1" | grep -vx "${1%.3}" | while read -r name; do
		[ "$(readlink "$name.3")" = "$1" ] ||
			echo "$name.3 does not lead to $1"
	done
	grep -x "^\.SH .*" "$1" | paste -sd, >"$tmp/got"
	echo ".SH NAME,.SH SYNOPSIS,.SH DESCRIPTION,.SH RETURN VALUE,.SH ERRORS,.SH VERSIONS,.SH EXAMPLE,.SH SEE ALSO" |
		diff - "$tmp/got"
}

# A reference to a page of ours that does not exist
dangling() {
	grep -ho '^\.BR tclink[a-z_]* ([378])' "$@" | sort -u |
		while read -r _ name section; do
			section=${section//[()]/}
			[ -e "$name.$section" ] || echo "$name($section)"
		done
}

# Each errno value that the header says a function returns, with the function
errnos() {
	awk '/^ \* tclink_[a-z_]* - / { name = $2; returns = 0 }
		/^ \* Return:/ { returns = 1 }
		/\*\// { name = "" }
		name != "" && returns {
			gsub(/[^A-Z0-9_]/, " ")
			for (i = 1; i <= NF; i++)
				if ($i ~ /^E[A-Z0-9]+$/ && $i != "EPOLLHUP")
					print name, $i
		}' $header
}

# Verbs and long options that tclink(8) does not know
unknown() {
	local verb option
	"$tclink" help | sed -n '/^Exit codes/q; s/^  \([a-z]*\)  .*/\1/p' | while read -r verb; do
		grep -Eq "^\.SS (.*, )?$verb(,|$)" tclink.8 || [ "$verb" = help ] ||
			echo "the verb $verb"
		[ "$verb" != flow ] || continue
		"$tclink" "$verb" --help 2>&1 | sed '/^Usage/,/^$/d' | grep -o -- '--[a-z-]*[a-z]' |
			sort -u | while read -r option; do
			grep -Eq -- "${option//-/\\\\-}( |$|\\\\)" tclink.8 ||
				echo "$verb $option"
		done
	done
}

pages=()
for page in *.[378]; do
	[ -h "$page" ] || pages+=("$page")
done

if ! command -v mandoc >/dev/null; then
	echo "ok - man: well-formed # SKIP mandoc is missing"
	echo "ok - man: examples compile # SKIP mandoc is missing"
else
	mandoc -T lint "${pages[@]}" >"$tmp/log" 2>&1
	[ ! -s "$tmp/log" ]
	result $? "well-formed, says mandoc -T lint"
	for page in *.3; do
		[ ! -h "$page" ] || continue
		example "$page" >"$tmp/example.c"
		grep -q '^ *#include <tclink/tclink.h>' "$tmp/example.c" &&
			$CC -Wall -Wextra -Werror -I../../include \
				-c "$tmp/example.c" -o "$tmp/example.o" \
				>"$tmp/log" 2>&1
		result $? "example of ${page%.3}(3) compiles"
	done
fi

for page in "${pages[@]}"; do
	[[ $page != *.3 ]] || check_family "$page"
done >"$tmp/log"
[ ! -s "$tmp/log" ]
result $? "sections, and links of siblings"
dangling "${pages[@]}" >"$tmp/log"
[ ! -s "$tmp/log" ]
result $? "references lead to pages"
errnos | sort -u | while read -r name errno; do
	grep -Eq "(^|[^A-Z])$errno([^A-Z]|$)" "$name.3" || echo "$name: $errno"
done >"$tmp/log"
errnos | grep -q . && [ ! -s "$tmp/log" ]
result $? "errno values are those of the header"
tr -s '\t' ' ' <$header | sed -nE 's/^ \* ([A-Z_]+) (yes|-) (yes|-) (yes|-)( .*|$)/\1 \2 \3 \4/p' \
	>"$tmp/promises"
tr '\t' ' ' <tclink.7 | sed -nE 's/^([A-Z_]+) (yes|no) (yes|no) (yes|no)( .*|$)/\1 \2 \3 \4/p' |
	sed 's/ no/ -/g' | diff "$tmp/promises" - >"$tmp/log"
[ ! -s "$tmp/log" ] && [ "$(wc -l <"$tmp/promises")" -gt 9 ]
result $? "tclink(7) has the guarantees of the header"
unknown >"$tmp/log"
[ ! -s "$tmp/log" ]
result $? "tclink(8) knows the verbs and options that --help does"
grep -L "^\.TH .*tclink $version\"" "${pages[@]}" >"$tmp/log"
[ ! -s "$tmp/log" ]
result $? "pages are of version $version"
[ "$(wc -l <../agent.c)" -lt 150 ] 2>"$tmp/log"
result $? "the agent has less than 150 lines"
exit $rc
