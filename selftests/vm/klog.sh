#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Search a kernel log for signs of trouble.
#
# klog FILE          search a file; print each finding with a few lines after it
# klog --since MARK  search the running kernel's log after the last line with MARK
# klog --self-check [FILE]
#                    show (TAP) that each pattern matches its sample line, and
#                    none a clean boot (FILE, or a few lines kept here)
#
# Exit status: 0 nothing found, 1 found something, 2 could not search.

# Extended regular expression, tabs and a bar, a line it is for.
patterns()
{
	cat <<'EOF'
WARNING:				| WARNING: CPU: 1 PID: 77 at net/sched/cls_bpf.c:301 cls_bpf_change+0x1/0x2
BUG:					| BUG: kernel NULL pointer dereference, address: 0000000000000008
kernel BUG at				| kernel BUG at mm/slub.c:448!
BUG [a-z]				| BUG kmalloc-64 (Not tainted): Poison overwritten
Oops[: ]				| Oops: 0000 [#1] PREEMPT SMP KASAN
Kernel panic				| Kernel panic - not syncing: Fatal exception
general protection fault		| general protection fault, probably for non-canonical address 0xdead000000000110
invalid opcode:				| invalid opcode: 0000 [#1] SMP
K[AC]SAN:				| BUG: KASAN: slab-use-after-free in cls_bpf_classify+0x1/0x2
KFENCE:					| BUG: KFENCE: use-after-free read in cls_bpf_classify+0x1/0x2
UBSAN:					| UBSAN: array-index-out-of-bounds in net/core/dev.c:1:2
Call Trace:				| Call Trace:
possible (circular|recursive) locking	| WARNING: possible circular locking dependency detected
inconsistent .*lock state		| WARNING: inconsistent lock state
possible .*lock(ing)? (inversion|dep)	| WARNING: possible irq lock inversion dependency detected
(bad|imbalanced) .*unlock		| WARNING: bad unlock balance detected!
held lock freed				| WARNING: held lock freed!
lock held when returning		| WARNING: lock held when returning to user space!
still has locks held			| WARNING: test/77 still has locks held!
Invalid wait context			| [ BUG: Invalid wait context ]
DEBUG_LOCKS_WARN_ON			| DEBUG_LOCKS_WARN_ON(1)
locking correctness validator		| turning off the locking correctness validator.
suspicious RCU usage			| WARNING: suspicious RCU usage
context switch within RCU		| Voluntary context switch within RCU read-side critical section!
rcu.*(stall|self-detected)		| rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
refcount_t:				| refcount_t: underflow; use-after-free.
ref_tracker: (.*@|reference)	| ref_tracker: eth%d@00000000 has 1/1 users at
unregister_netdevice: waiting		| unregister_netdevice: waiting for dummy0 to become free. Usage count = 2
kmemleak: [1-9]			| kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
blocked for more than			| INFO: task tc:77 blocked for more than 120 seconds.
soft lockup				| watchdog: BUG: soft lockup - CPU#0 stuck for 22s!
hard LOCKUP				| watchdog: Watchdog detected hard LOCKUP on cpu 0
workqueue lockup			| BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!
scheduling while atomic			| BUG: scheduling while atomic: test/77/0x00000002
sleeping function called		| BUG: sleeping function called from invalid context at mm/slab.h:1
list_(add|del) corruption		| list_del corruption. prev->next should be 1, but was 2
EOF
}

clean()
{
	cat <<'EOF'
Linux version 6.12.117-tclink (tclink@tclink) (gcc (Debian 12.2.0-14) 12.2.0)
Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
rcu: RCU restricting CPUs from NR_CPUS=8 to nr_cpu_ids=2.
rcu: RCU calculated value of scheduler-enlistment delay is 10 jiffies.
rcu: Hierarchical SRCU implementation.
kasan: KernelAddressSanitizer initialized
kfence: initialized - using 2097152 bytes for 255 objects at 0x(____ptrval____)-0x(____ptrval____)
kmemleak: Kernel memory leak detector initialized (mem pool available: 15740)
Spectre V2 : User space: Vulnerable
ref_tracker: memory allocation failure, unreliable refcount tracker.
sched_clock: Marking stable (1350048837, 150011)->(1402930212, -52731364)
netdevsim netdevsim0 eni0np1: renamed from eth0
sysrq: Resetting
EOF
}

regex()
{
	local pattern sample all=''

	while IFS=$'\t' read -r pattern sample; do
		all+=${all:+|}$pattern
	done < <(patterns)
	printf '%s' "$all"
}

# From a file that is complete: grep leaving a pipe early would hide a finding.
search()
{
	[ -r "$1" ] || {
		echo "klog: cannot read $1" >&2
		return 2
	}
	! grep -aE -A 12 -m 5 -- "$(regex)" "$1"
}

# Few processes: each takes a tenth of a second under emulation. If the buffer
# wrapped and has no mark left, all of it is newer.
search_since()
{
	local text

	text=$(dmesg) || return 2
	text=${text##*"$1"}
	[[ $text =~ $(regex) ]] || return 0
	! grep -aE -A 12 -m 5 -- "$(regex)" <<<"$text"
}

self_check()
{
	local n=0 rc=0 pattern sample ok

	echo "1..$(($(patterns | wc -l) + 1))"
	while IFS=$'\t' read -r pattern sample; do
		n=$((n + 1))
		sample=${sample#| } ok=ok
		[[ "[    1.0] $sample" =~ $pattern ]] || { ok='not ok'; rc=1; }
		echo "$ok $n klog finds: $sample"
	done < <(patterns)
	n=$((n + 1))
	if [ $# -eq 0 ]; then
		clean >"$tmp"
		set -- "$tmp"
	fi
	if search "$1"; then
		echo "ok $n klog finds nothing in a clean log"
	else
		echo "not ok $n klog finds nothing in a clean log"
		rc=1
	fi
	return $rc
}

case $1 in
--since)
	search_since "$2" ;;
--self-check)
	shift
	tmp=$(mktemp) || exit 2
	self_check "$@"
	rc=$?
	rm -f "$tmp"
	exit $rc ;;
*)
	search "$1" ;;
esac
