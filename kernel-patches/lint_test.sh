#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: [KSRC=/path] lint_test.sh SERIES-DIR
#
# Test that lint finds faults: make a series of faulty patches for the source that
# SERIES-DIR is for, one kind of fault in each, and see what lint says of each.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh
# shellcheck source-path=SCRIPTDIR source=../selftests/lib/tap.sh
. ../selftests/lib/tap.sh
series=$1
export TCLINK_CACHE=${TCLINK_CACHE:-$cache/lint}

api=net/sched/cls_api.c
bpf=net/sched/cls_bpf.c
header=include/net/pkt_cls.h
syscall=kernel/bpf/syscall.c
# Where declarations, functions and statements are inserted
declarations='^bool tcf_queue_work[(]'
api_functions='^int tcf_classify[(]'
api_code='^	idr_init[(]&tn->idr[)]'
bpf_functions='^static int cls_bpf_init[(]'
bpf_code='^	idr_init[(]&head->handle_idr[)]'
function=$'int tcf_seed(void)\n{\n\treturn 0;\n}\n'
declaration='int tcf_seed(void);'
call=$'\ttcf_seed();'

all='cls-m no-syscall cls-y cls-n no-act'
good="checkpatch 0/0/0, built $all, new warnings: 0\$"
subjects=() expected=()

git_seed()
{
	git -C "$tmp/tree" "$@"
}

# Insert text $3 into file $1 before the first line that $2 matches.
insert()
{
	local file=$tmp/tree/$1

	text=$3 awk -v where="$2" '
		!done && $0 ~ where { print ENVIRON["text"]; done = 1 }
		{ print }
		END { exit !done }' "$file" >"$file.new" ||
		die "lint_test: no $2 in $1"
	mv "$file.new" "$file"
}

# Make the patch that has subject $1, of which lint has to say what expression $2
# matches: insert what the other arguments say. $then: on top of the one before.
seed()
{
	subjects+=("$1")
	expected+=("$2")
	shift 2
	[ "${then:-}" ] || git_seed checkout -q base -- .
	while [ $# -gt 0 ]; do
		insert "$1" "$2" "$3"
		shift 3
	done
	git_seed commit -q -s -a -m "lint_test: ${subjects[-1]}" -m \
		"This patch has one fault, or none, to see what lint says of it."
}

seeds()
{
	seed 'add no fault' "$good" \
		$bpf "$bpf_functions" $'/* This one is good. */'
	seed 'add bad style' "checkpatch [1-9][0-9]*/.*, built $all, .*ERROR:SPACING" \
		$bpf "$bpf_code" $'\tif( !head )\n\t\treturn -EINVAL ;'
	seed 'add a warning of W=1' 'new warnings: [1-9].*cls-m: .*-Wunused-const-variable' \
		$bpf "$bpf_functions" $'static const int seed = 1;\n'
	seed 'mix up byte orders' 'new warnings: [1-9].*cls-y: .*restricted __be32' \
		$bpf "$bpf_code" $'\tif (cpu_to_be32(!head) == 1)\n\t\treturn -EINVAL;'
	seed 'break it without actions' \
		'built cls-m no-syscall cls-y cls-n, .*does not build: no-act' \
		$bpf "$bpf_functions" $'#ifndef CONFIG_NET_CLS_ACT\nstatic seed_t seed;\n#endif\n'
	seed 'use from the module what is not exported' \
		'built cls-y cls-n no-act, .*does not build: cls-m .*tcf_seed.*undefined' \
		$header "$declarations" "$declaration" $api "$api_functions" "$function" \
		$bpf "$bpf_code" "$call"
	seed 'break it without the system call' \
		'built cls-m cls-y cls-n no-act, .*does not build: no-syscall .*tcf_seed' \
		$header "$declarations" "$declaration" $api "$api_code" "$call" \
		$syscall '^#include <net/tcx.h>' '#include <net/pkt_cls.h>' \
		$syscall '^static int link_create[(]' "$function"
	seed 'call what the next patch defines' \
		'built cls-y cls-n no-act, .*does not build: cls-m .*tcf_seed' \
		$header "$declarations" "$declaration" $api "$api_code" "$call"
	then=1 seed 'define it' "$good" $api "$api_functions" "$function"
}

make_series()
{
	local tree

	tree=$(./tree.sh whole "$series")
	mkdir "$tmp/tree" "$tmp/series"
	git -C "$tree" archive refs/tclink/base $api $bpf $header $syscall |
		tar -x -C "$tmp/tree"
	git_seed init -q
	git_seed add -A
	git_seed commit -q -m base
	git_seed tag base
	seeds
	cp "$series/BASE" "$tmp/series/"
	git_seed format-patch -q -o "$tmp/series" base
}

# Lint's lines on patch number $1, as one
said_of()
{
	awk -v n="$1" '/^[0-9]+-/ { mine = $0 + 0 == n } /^lint:/ { mine = 0 }
		mine' "$tmp/output" | tr '\n' ' ' | sed 's/ $//'
}

main()
{
	local i status said rc=0

	set_up_git
	make_series
	! ./lint.sh "$tmp/series" >"$tmp/output" || rc=1
	for i in "${!subjects[@]}"; do
		status=0
		said=$(said_of $((i + 1)))
		[[ $said =~ ${expected[i]} ]] || status=1
		printf 'lint should have said: %s\nbut said: %s\n' \
			"${expected[i]}" "${said:-nothing}" >"$tmp/why"
		result $status "${subjects[i]}" "$tmp/why"
	done
	result $rc 'fail if a patch has a fault'
	tap_end
}

main
