#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The bash completion of the tclink command, through the function that complete
# calls, against what --help says. Usage: completion.sh OUT, or O=OUT
# shellcheck disable=SC2016,SC2088,SC2317	# names and scripts that are not expanded; called by name
# shellcheck source-path=SCRIPTDIR source=words.sh
. "$(dirname "$0")/words.sh"
# shellcheck source=src/dist/tclink.bash
. "$here/../../src/dist/tclink.bash"
tap_prefix='completion: '
function=$(complete -p tclink | sed -n 's/.* -F \([^ ]*\) .*/\1/p')

# Words of standard input, sorted and in one line
in_order()
{
	tr -s ' ' '\n' | sed '/^$/d' | LC_ALL=C sort | paste -sd' '
}

# The words up to the cursor, as readline would split them; the last one is
# being typed. Leaves the replies sorted, in one line.
completed()
{
	COMP_WORDS=("$tclink" "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	"$function" tclink "${*: -1}" "${COMP_WORDS[COMP_CWORD - 1]}"
	in_order <<<"${COMPREPLY[*]}"
}

# same GOT WANT TEST
same()
{
	echo "got '$1' instead of '$2'" >"$tmp/log"
	[ "$1" = "$2" ]
	result $? "$3" "$tmp/log"
}

# offers WORDS ARGUMENT...; the words may be "nothing"
offers()
{
	same "$(completed "${@:2}")" "${1/#nothing}" "$(printf '%q ' tclink "${@:2}")"
}

# Options that --help has in its first lines or in its first column
long_options()
{
	"$tclink" "$1" --help | grep -E '^(Usage:|       tclink|  -)' |
		grep -oE -- '--[a-z-]+' | sort -u | in_order
}

verbs_and_options()
{
	local verb offered

	offers "$(in_order <<<"--help --version help $verbs")" ""
	# As it is typed, before the shell expands it
	HOME=$(dirname "$tclink") tclink='~/tclink' offers "--prog-id" attach lo --prog-
	# --help says all options except itself; flow has words in their place.
	for verb in ${verbs/flow/}; do
		offered=$(completed "$verb" --)
		same "$(in_order <<<"${offered/--help/}")" "$(long_options "$verb")" "options of $verb"
	done
}

words_and_files()
{
	local words

	# --require's list is made of what the command knows.
	words=$("$tclink" attach --require x 2>&1)
	words=${words#*use } words=${words%, or several*}
	offers "$(tr -d , <<<"${words/ or / }" | in_order)" attach --require ""
	cd "$progs" || exit 1
	table completed.txt offers
	check 'exec completes commands' grep -wq true <(completed exec lo ingress -- tru)
}

# The devices of this network namespace, on a mount of our own
devices()
{
	mount -t sysfs sysfs /sys || exit 1
	# Names like any others, and not to be run or expanded
	ip link add '$(echo>x)' type veth peer name '*'
	offers '\$\(echo\>x\) \* lo' attach dev ""
	check 'no name of a device is run' test ! -e x
}

# One is held by a process that waits for its input to end.
links()
{
	local id verb

	if ! "$tclink" features --json | grep -q '"tcx":true\|"link":true'; then
		skip links 'this kernel has neither TC nor tcx links'
		return
	fi
	coproc exec "$tclink" exec lo ingress --object counter.bpf.o -- \
		sh -c 'echo $TCLINK_ID; read line'
	read -r id <&"${COPROC[0]}"
	for verb in $verbs; do
		! "$tclink" "$verb" --help | grep -q -- '--id LINK_ID ' ||
			check "$verb completes ids of links" grep -wq "$id" <(completed "$verb" --id "")
	done
	offers nothing attach --prog-id ""
}

main()
{
	verbs_and_options
	words_and_files
	if [ "$(id -u)" != 0 ]; then
		skip 'devices and links' 'not root'
	else
		devices
		links
	fi
	tap_end
}

main
