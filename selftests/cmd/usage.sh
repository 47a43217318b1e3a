#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# What the tclink command refuses, with its exact sentences, and its help.
# Usage: usage.sh OUT, or O=OUT
# shellcheck disable=SC2086,SC2317	# words of a line; called by name
# shellcheck source-path=SCRIPTDIR source=words.sh
. "$(dirname "$0")/words.sh"
tap_prefix='cmd: '

# refused SENTENCE CODE ARGUMENT...: exit code, stderr exact, stdout empty
refused()
{
	local sentence=${1/\$progs/$progs} code=$2 out got status

	shift 2
	got=$("$tclink" "$@" 2>&1 >"$tmp/out")
	status=$? out=$(<"$tmp/out")
	[ "$status $got" = "$code tclink: $sentence" ] && [ -z "$out" ] ||
		! echo "exit $status, stdout '$out', stderr: $got" >"$tmp/log"
	result $? "$*" "$tmp/log"
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

	table refused.txt refused
	[ $tap_number -gt 100 ] || exit 1
	POSIXLY_CORRECT=1 refused "--chain 'x' is not a number from 0 to 268435455" \
		2 attach lo --prio 5 ingress --chain x
	for verb in $verbs; do
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
