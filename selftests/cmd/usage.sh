#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# What the tclink command refuses, with its exact sentences, and its help.
# Usage: usage.sh OUT, or O=OUT
# shellcheck disable=SC2086,SC2317	# words of a line; called by name
set -u
# Nothing here is to touch the network of the machine.
if [ "$(id -u)" = 0 ] && [ "${2:-}" != apart ]; then
	exec unshare --net bash "$0" "${1:-$O}" apart
fi
# shellcheck source=selftests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
tap_prefix='cmd: '
tclink=${1:-$O}/src/tclink
progs=${1:-$O}/progs

# refused CODE SENTENCE ARGUMENT...: exit code, stderr exact, stdout empty
refused()
{
	local code=$1 sentence=$2 out got status

	shift 2
	got=$("$tclink" "$@" 2>&1 >"$tmp/out")
	status=$? out=$(<"$tmp/out")
	[ "$status $got" = "$code tclink: $sentence" ] && [ -z "$out" ] ||
		! echo "exit $status, stdout '$out', stderr: $got" >"$tmp/log"
	result $? "$*" "$tmp/log"
}

# The rows of refused.txt. A line that begins with a tab is the sentence of those
# before it.
refusals()
{
	local line row words rows=()

	while IFS= read -r line; do
		case $line in
		'#'*)	continue ;;
		[0-9]*)	rows+=("$line"); continue ;;
		esac
		for row in "${rows[@]}"; do
			eval "words=($row)"
			refused "${words[0]}" "${line:1}" "${words[@]:1}"
		done
		rows=()
	done < <(sed "s|\$progs|$progs|" "$(dirname "$0")/refused.txt")
	[ $tap_number -gt 100 ] || exit 1
}

help_of()
{
	local help

	help=$("$tclink" "$1" --help) && [[ $help == "Usage: tclink $1 "* ]] &&
		[ "$help" = "$("$tclink" help "$1")" ] &&
		! grep '.\{81\}' <<<"$help"
}

full_disk()
{
	[ "$("$tclink" help 2>&1 >/dev/full)" = "tclink: cannot write the output: No space left on device" ]
}

# What wrong usage asks the kernel, or files
asked()
{
	local words

	while read -r words; do
		strace -f -e trace=bpf,socket,openat -P /proc -P /nowhere.o \
			"$tclink" $words 2>&1 | grep -E '^(bpf|socket|openat)\('
	done <<-'EOF'
		attach lo ingress --skip-hw --skip-sw --object /nowhere.o
		attach lo ingress --object /nowhere.o --backend netlink --pin x
		exec lo ingress --object /nowhere.o
		update --id 1
		detach
		wait --id 1 --timeout x
		pin --id 5
		monitor --interval 0
		show lo --id 5
	EOF
}

main()
{
	local verb

	refusals
	POSIXLY_CORRECT=1 refused 2 "--chain 'x' is not a number from 0 to 268435455" \
		attach lo --prio 5 ingress --chain x
	for verb in $("$tclink" help | sed -n '/^  help /q; s/^  \([a-z]*\) .*/\1/p'); do
		check "$verb --help" help_of "$verb"
	done
	check --version grep -Eqx 'tclink [0-9]+\.[0-9]+' <("$tclink" --version)
	check 'a full disk is told' full_disk
	if command -v strace >/dev/null; then
		silent 'wrong usage asks neither kernel nor files' asked
	else
		skip 'wrong usage asks neither kernel nor files' 'strace is missing'
	fi
	tap_end
}

main
