#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: boot.sh [OPTION]... [--] COMMAND [ARG]...
#
# Run a command in a virtual machine: the patched kernel with this machine's
# own programs and files, which the guest sees but cannot change.
#
#   --kernel FILE   what "make kernel" wrote (build/kernel-debug.env)
#   --log FILE      where the kernel's console goes (build/vm/console.log)
#   --timeout SEC   after which the guest is stopped (120)
#   --cpus N        (2)
#   --mem MIB       (2048)
#   --share DIR     directory of the host that the guest may write to; it is
#                   $TCLINK_OUT in there
#   --accel WHICH   kvm, tcg, or auto: kvm if it works here (auto)
#   --icount        make the guest's clock advance by 1 ns for each instruction;
#                   one CPU, emulated
#
# COMMAND starts in the current directory with the same paths as here, as root,
# without input or network. Its output goes to standard output. What it writes
# outside --share is gone afterwards.
#
# Exit status: that of COMMAND, or
#   122  COMMAND succeeded, but the kernel log has a warning or worse
#   123  the guest died before COMMAND ended
#   124  the timeout passed
#   125  the guest could not be started
set -euo pipefail

# What the top of this file says
usage()
{
	sed -n '3,/^set/s/^# \?//p' "$0"
}

say()
{
	printf 'vm: %s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 125
}

here=$(realpath "$(dirname "$0")")
repo=${here%/*/*}

# Sets command, and the variables that are called like the options.
parse_options()
{
	kernel=${O:-$repo/build}/kernel-debug.env
	log=${O:-$repo/build}/vm/console.log
	timeout=120 cpus=2 mem=2048 share='' accel=auto icount=()
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel|--log|--timeout|--cpus|--mem|--share|--accel)
				printf -v "${1#--}" %s "$2"; shift 2 ;;
		--icount)	accel=tcg cpus=1 icount=(-icount 'shift=0,sleep=off'); shift ;;
		-h|--help)	usage; exit ;;
		--)		shift; break ;;
		-*)		usage >&2; exit 125 ;;
		*)		break ;;
		esac
	done
	[ $# -gt 0 ] || { usage >&2; exit 125; }
	[ -z "$share" ] || share=$(realpath "$share")
	command=("$@")
}

quote()
{
	local arg

	for arg; do
		printf "'%s' " "${arg//\'/\'\\\'\'}"
	done
}

# What init reads: shell variables, and the command as a script.
write_orders()
{
	cat >"$ctl/env" <<-EOF
	CWD=$(quote "$PWD")
	REPO=$(quote "$repo")
	KERNEL_DIR=$(quote "$(dirname "$BZIMAGE")")
	SHARE=$(quote "$share")
	EOF
	quote exec "${command[@]}" >"$ctl/cmd"
	: >"$ctl/output"
}

share_9p()
{
	qemu+=(-fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap$3"
		-device "virtio-9p-device,fsdev=$1,mount_tag=$4")
}

qemu_command()
{
	local root cpu=max

	[ "$accel" != kvm ] || cpu=host
	root='root=/dev/root rootfstype=9p ro'
	root+=' rootflags=trans=virtio,version=9p2000.L,msize=512000,cache=loose'
	# shellcheck disable=SC2054
	qemu=(qemu-system-x86_64 -M microvm,acpi=off,x-option-roms=off,rtc=on
		-accel "$accel" -cpu "$cpu" -smp "$cpus" -m "$mem"
		-nodefaults -no-user-config -display none -no-reboot
		-serial "file:$log" -kernel "$BZIMAGE" -append
		"$root init=$here/init.sh console=ttyS0 earlyprintk=ttyS0 \
ignore_loglevel printk.devkmsg=on log_buf_len=4M reboot=t panic=-1")
	share_9p root / ,readonly=on /dev/root
	share_9p ctl "$ctl" '' ctl
	qemu+=("${icount[@]}")
	[ -z "$share" ] || share_9p out "$share" '' out
}

# Ends the guest and whatever else is left, however this script ends.
# shellcheck disable=SC2317
cleanup()
{
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	wait
	rm -rf "$ctl"
}

# The guest dies with this script, even when that is killed outright.
boot()
{
	setpriv --pdeathsig TERM timeout --foreground -k 2 "$timeout" \
		setpriv --pdeathsig KILL "${qemu[@]}" </dev/null >"$ctl/qemu" 2>&1 &
	pid=$!
	tail -n +1 -s 0.05 -f --pid=$pid "$ctl/output" &
	rc=0
	wait $pid || rc=$?
	pid=
	wait
}

show_log()
{
	say "the end of $log:"
	tail -n "$1" "$log" >&2
}

# The exit status, after what there is to say about it
judge()
{
	local what

	if [ $rc -eq 124 ] || [ $rc -eq 137 ]; then
		say "stopped: not done after $timeout s"
		[ -s "$log" ] || [ "$accel" = tcg ] ||
			say "the guest never started: try --accel tcg"
		show_log 25
		return 124
	fi
	if [ ! -s "$log" ]; then
		say "QEMU did not start the guest: $(cat "$ctl/qemu")"
		return 125
	fi
	if [ ! -s "$ctl/status" ]; then
		what='guest died'
		! grep -q 'Kernel panic' "$log" || what="guest's kernel panicked"
		say "the $what before the command ended"
		cat "$ctl/qemu" >&2
		show_log 60
		return 123
	fi
	rc=$(cat "$ctl/status")
	if ! "$here/klog.sh" "$log" >"$ctl/findings"; then
		say "the kernel log ($log) has:"
		cat "$ctl/findings" >&2
		[ "$rc" -ne 0 ] || rc=122
	fi
	return "$rc"
}

# Ends with exit, so that bash reads no more of this file, which somebody may edit
# while a guest runs.
main()
{
	local start tenths status=0

	parse_options "$@"
	[ -f "$kernel" ] || die "no $kernel: run make kernel first"
	# shellcheck source=/dev/null
	. "$kernel"
	command -v qemu-system-x86_64 >/dev/null ||
		die 'no QEMU: apt-get install qemu-system-x86'
	[[ $repo != *[[:space:],]* ]] || die "no spaces or commas in the path: $repo"
	pid=
	ctl=$(mktemp -d "${TMPDIR:-/tmp}/tclink-vm.XXXXXX")
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir -p "$(dirname "$log")"
	: >"$log"
	[ "$accel" != auto ] || accel=$("$here/try_kvm.sh")
	write_orders
	qemu_command
	say "booting $RELEASE ($FLAVOUR) under ${accel^^}, $cpus CPUs"
	start=${EPOCHREALTIME/./}
	boot
	tenths=$(((${EPOCHREALTIME/./} - start) / 100000))
	judge || status=$?
	say "ran ${tenths%?}.${tenths: -1} s, exit status $status"
	exit $status
}

main "$@"
