#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: [KSRC=/path] lint_test.sh SERIES-DIR
#
# Does lint find faults? Make a series of faulty patches for the source that
# SERIES-DIR is for, one kind of fault in each, and see what lint says of each.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh
series=$(realpath --relative-to=. "$1")
export TCLINK_CACHE=$cache/lint

api=net/sched/cls_api.c
bpf=net/sched/cls_bpf.c
header=include/net/pkt_cls.h
syscall=kernel/bpf/syscall.c
bpftool=tools/bpf/bpftool/link.c
# Where declarations, functions and statements are inserted
in_header='^bool tcf_queue_work[(]'
in_api='^int tcf_classify[(]'
in_api_code='^	idr_init[(]&tn->idr[)]'
in_bpf='^static int cls_bpf_init[(]'
in_bpf_code='^	idr_init[(]&head->handle_idr[)]'
in_syscall='^static int link_create[(]'
in_bpftool_code='^	if [(]argc != 2[)]'
function=$'int tcf_seed(void)\n{\n\treturn 0;\n}\n'
declaration='int tcf_seed(void);'
call=$'\ttcf_seed();'

all='cls-y cls-m cls-n no-act no-syscall'
none='new warnings: 0$'
expected=()

git_seed()
{
	git -C "$work/tree" -c user.name=tclink -c user.email=tclink@localhost "$@"
}

# Insert $3 into file $1 before the first line that $2 matches.
insert()
{
	local file=$work/tree/$1

	text=$3 awk -v where="$2" '
		!done && $0 ~ where { print ENVIRON["text"]; done = 1 }
		{ print }
		END { exit !done }' "$file" >"$file.new" || {
		echo "lint-test: no $2 in $1" >&2
		exit 2
	}
	mv "$file.new" "$file"
}

# Commit it as the patch that has this subject. Lint has to say what expression
# $2 matches. Most patches undo the one before.
patch()
{
	git_seed commit -q -s -a -m "lint-test: $1" -m \
		"This patch has one fault, or none, to see what lint says of it."
	expected+=("$2")
}

fresh()
{
	git_seed checkout -q base -- .
}

warnings()
{
	insert $bpf "$in_bpf" $'/* This one is good. */'
	patch 'add no fault' "checkpatch 0/0/0, built $all, $none"

	fresh
	insert $bpf "$in_bpf_code" $'\tif( !head )\n\t\treturn -EINVAL ;'
	patch 'add bad style' "checkpatch [1-9][0-9]*/.*, built $all, new warnings: 0 .*ERROR:SPACING"

	fresh
	insert $bpf "$in_bpf" $'static const int seed = 1;\n'
	patch 'add a warning of W=1' \
		'checkpatch 0/0/0, .*cls-m: .*-Wunused-const-variable'

	fresh
	insert $api "$in_api" "$function"
	patch 'add a function without prototype' \
		'checkpatch 0/0/0, .*cls-n: .*no previous prototype'

	fresh
	sed -i 's/rtnl_dereference(tp->root)/tp->root/' "$work/tree/$bpf"
	patch 'use an RCU pointer as it is' \
		'checkpatch 0/0/0, .*cls-y: .*different address spaces'

	fresh
	insert $bpf "$in_bpf_code" \
		$'\tif (cpu_to_be32(!head) == 1)\n\t\treturn -EINVAL;'
	patch 'mix up byte orders' 'checkpatch 0/0/0, .*cls-y: .*restricted __be32'

	fresh
	insert $bpftool "$in_bpftool_code" $'\tint seed;\n'
	patch 'add a warning to bpftool' \
		'checkpatch 0/0/0, .* new warnings: [1-9].*bpftool: .*-Wunused-variable'
}

broken_configs()
{
	fresh
	insert $bpf "$in_bpf" $'#ifdef MODULE\nstatic seed_t seed;\n#endif\n'
	patch 'break the module' "built cls-y cls-n[ ,].*does not build: cls-m"

	fresh
	insert $bpf "$in_bpf" \
		$'#ifndef CONFIG_NET_CLS_ACT\nstatic seed_t seed;\n#endif\n'
	patch 'break it without actions' \
		'built cls-y cls-m cls-n no-syscall, .*does not build: no-act'

	fresh
	insert $header "$in_header" "$declaration"
	insert $api "$in_api" "$function"
	insert $bpf "$in_bpf_code" "$call"
	patch 'use from the module what is not exported' \
		"built $all, new warnings: 0, does not link: cls-m no-act no-syscall "

	fresh
	insert $header "$in_header" "$declaration"
	insert $bpf "$in_bpf" "$function"
	insert $api "$in_api_code" "$call"
	patch 'use from the kernel what a module has' \
		"built $all, new warnings: 0, does not link: cls-m cls-n no-act no-syscall "

	fresh
	insert $header "$in_header" "$declaration"
	insert $syscall '^#include <net/tcx.h>' '#include <net/pkt_cls.h>'
	insert $syscall "$in_syscall" "$function"
	insert $api "$in_api_code" "$call"
	patch 'break it without the system call' \
		"built $all, new warnings: 0, does not link: no-syscall "
}

broken_order()
{
	fresh
	insert $header "$in_header" "$declaration"
	insert $api "$in_api_code" "$call"
	patch 'call what the next patch defines' \
		"built $all, new warnings: 0, does not link: $all "
	insert $api "$in_api" "$function"
	patch 'define it' "checkpatch 0/0/0, built $all, $none"

	fresh
	insert $bpf "$in_bpf_code" $'\thead->seed = 1;'
	patch 'use a member that the next patch adds' \
		'built cls-n, .*does not build: cls-y .*no member'
	insert $bpf '^	struct rcu_head rcu;' $'\tint seed;'
	patch 'add it' "checkpatch 0/0/0, built $all, $none"
}

make_series()
{
	local tree

	mkdir -p "$work/tree"
	tree=$(./tree.sh apply "$series")
	git -C "$tree" archive refs/tclink/base \
		$api $bpf $header $syscall $bpftool | tar -x -C "$work/tree"
	git_seed init -q
	git_seed add -A
	git_seed commit -q -m base
	git_seed tag base
	warnings
	broken_configs
	broken_order
	cp "$series/BASE" "$work/series/"
	git_seed format-patch -q -o "$work/series" base
}

# Lint's lines on patch number $1, as one
said_of()
{
	awk -v n="$1" '/^[0-9]+-/ { mine = $0 + 0 == n } /^lint:/ { mine = 0 }
		mine' "$work/output" | tr '\n' ' ' | sed 's/ $//'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/series"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
make_series
rc=0
./lint.sh "$work/series" >"$work/output" || rc=$?
bad=0
echo "1..${#expected[@]}"
for ((i = 1; i <= ${#expected[@]}; i++)); do
	subject=$(git_seed log -1 --format=%s "HEAD~$((${#expected[@]} - i))")
	said=$(said_of $i)
	if [[ $said =~ ${expected[i - 1]} ]]; then
		echo "ok $i ${subject#*: }"
	else
		echo "not ok $i ${subject#*: }"
		echo "# lint should have said: ${expected[i - 1]}"
		echo "# but said: ${said:-nothing}"
		bad=1
	fi
done
[ $rc -eq 1 ] || { echo "# lint's exit status is $rc, not 1"; bad=1; }
exit $bad
