#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The manual pages: well-formed and complete, and their examples compile.
# Usage: man.sh OUT, or O=OUT
# shellcheck disable=SC2317	# called by name
set -u
out=$(realpath "${1:-$O}")
tclink=$out/src/tclink
source=$(realpath "$(dirname "$0")/../..")
header=$source/include/tclink/tclink.h
version=$(sed -n 's/^.define TCLINK_M[AI][JN]OR_VERSION //p' "$header" | paste -sd.)
cd "$out/src/man" || exit 1
# shellcheck source=selftests/lib/tap.sh
. "$source/selftests/lib/tap.sh"
tap_prefix='man: '

well_formed()
{
	mandoc -T lint -W warning man?/*
}

examples()
{
	local example name
	for example in "$source"/docs/man/examples/*.c; do
		name=$(basename "$example" .c)
		grep -q '^\.SH EXAMPLE' "man3/$name.3" || echo "$name(3) has no example"
		${CC:-gcc} -Wall -Wextra -Werror -I"$source/include" -c "$example" -o "$tmp/o"
	done
}

# A reference to a page of ours that does not exist
dangling()
{
	grep -hoE '(\\fB|^\.BR )tclink[a-z_-]*(\\fR| )\([378]\)' man?/* |
		sed -E 's/^(\\fB|\.BR )//; s/(\\fR| )\(/ /; s/\)//' | sort -u |
		while read -r name section; do
			[ -e "man$section/$name.$section" ] || echo "$name($section)"
		done
}

# Errno values that the header has and no list of errors on a page
errnos()
{
	grep -oE '\bE[A-Z0-9]+\b' "$header" | sort -u |
		grep -vxE 'EBADFD|EPOLLHUP|EXCLUSIVE' >"$tmp/header"
	sed '/^\.SH ERRORS/,/^\.SH/!d' man3/* | grep -oE '^\\fBE.*' |
		grep -oE 'E[A-Z0-9]+' | sort -u >"$tmp/pages"
	[ -s "$tmp/header" ] && diff "$tmp/header" "$tmp/pages"
}

# Verbs and long options that tclink(8) does not know
unknown()
{
	local verb option
	"$tclink" help | sed -n '/^Exit codes/q; s/^  \([a-z]*\)  .*/\1/p' | while read -r verb; do
		grep -Eq "^\.SS (.*, )?$verb(,|$)" man8/tclink.8 || [ "$verb" = help ] ||
			echo "the verb $verb"
		[ "$verb" != flow ] || continue
		"$tclink" "$verb" --help 2>&1 | sed '/^Usage/,/^$/d' | grep -o -- '--[a-z-]*[a-z]' |
			sort -u | while read -r option; do
			grep -Eq -- "${option//-/\\\\-}( |$|\\\\)" man8/tclink.8 ||
				echo "$verb $option"
		done
	done
}

if command -v mandoc >/dev/null; then
	silent "well-formed, says mandoc -T lint" well_formed
else
	skip "well-formed, says mandoc -T lint" "mandoc is missing"
fi
silent "examples compile, and are shown" examples
silent "references lead to pages" dangling
check "errno values of the header are on pages" errnos
silent "tclink(8) knows the verbs and options that --help does" unknown
silent "pages are of version $version" grep -L "^\.TH .*tclink $version\"" man?/*
check "the agent has less than 150 lines" [ "$(wc -l <"$source/docs/agent.c")" -lt 150 ]
tap_end
