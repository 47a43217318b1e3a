#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Run a command in a virtual machine: the patched kernel with this machine's
# own programs and files, which the guest sees but cannot change.
# In braces, for bash to read all of it at once: a guest may run for long, and
# somebody edit this.
{
set -euo pipefail

usage()
{
	cat <<'EOF'
Usage: run [OPTION]... [--] COMMAND [ARG]...

  --kernel FILE   what "make kernel" wrote (build/kernel-debug.env)
  --log FILE      where the kernel's console goes (build/vm/console.log)
  --timeout SEC   after which the guest is stopped (120)
  --cpus N        (2)
  --mem MIB       (2048)
  --share DIR     directory of the host that the guest may write to; it is
                  $TCLINK_OUT in there
  --accel WHICH   kvm, tcg, or auto: kvm if it works here (auto)
  --icount        make the guest's clock advance by 1 ns for each instruction;
                  one CPU, emulated

COMMAND starts in the current directory with the same paths as here, as root,
without input or network. Its output goes to standard output. What it writes
outside --share is gone afterwards.

Exit status: that of COMMAND, or
  122  COMMAND succeeded, but the kernel log has a warning or worse
  123  the guest died before COMMAND ended
  124  the timeout passed
  125  the guest could not be started
EOF
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

repo=$(realpath "$(dirname "$0")/../..")
kernel=${O:-$repo/build}/kernel-debug.env
log=${O:-$repo/build}/vm/console.log
timeout=120 cpus=2 mem=2048 share='' accel=auto icount=()
while [ $# -gt 0 ]; do
	case $1 in
	--kernel)	kernel=$2; shift 2 ;;
	--log)		log=$2; shift 2 ;;
	--timeout)	timeout=$2; shift 2 ;;
	--cpus)		cpus=$2; shift 2 ;;
	--mem)		mem=$2; shift 2 ;;
	--share)	share=$(realpath "$2"); shift 2 ;;
	--accel)	accel=$2; shift 2 ;;
	--icount)	accel=tcg cpus=1 icount=(-icount 'shift=0,sleep=off'); shift ;;
	-h|--help)	usage; exit ;;
	--)		shift; break ;;
	-*)		usage >&2; exit 125 ;;
	*)		break ;;
	esac
done
[ $# -gt 0 ] || { usage >&2; exit 125; }
[ -f "$kernel" ] || die "no $kernel: run make kernel first"
# shellcheck source=/dev/null
. "$kernel"
command -v qemu-system-x86_64 >/dev/null ||
	die 'no QEMU: apt-get install qemu-system-x86'
[[ $repo != *[[:space:],]* ]] || die "no spaces or commas in the path: $repo"

# Whether KVM runs a guest: one whose BIOS leaves at once through the exit port
# with a status of its own (mov al, 21; out 0xf4, al). Inside another virtual machine a /dev/kvm that opens proves
# little.
try_kvm()
{
	local rc=0

	[ -r /dev/kvm ] && [ -w /dev/kvm ] || return 1
	{
		head -c 65520 /dev/zero
		printf '\xb0\x15\xe6\xf4\xf4'
		head -c 11 /dev/zero
	} >"$ctl/bios"
	{
		timeout 5 qemu-system-x86_64 -M microvm,acpi=off -accel kvm \
			-cpu host -m 16 -nodefaults -display none \
			-bios "$ctl/bios" \
			-device isa-debug-exit,iobase=0xf4,iosize=1 </dev/null
	} >/dev/null 2>&1 || rc=$?
	[ $rc -eq $((21 << 1 | 1)) ]
}

# Once per boot of this machine; a KVM that hangs takes its time to show.
choose_accel()
{
	local known
	known=${XDG_CACHE_HOME:-$HOME/.cache}/tclink/accel.$(id -u)

	{ read -r boot accel <"$known"; } 2>/dev/null || boot=
	[ "$boot" != "$(cat /proc/sys/kernel/random/boot_id)" ] || return 0
	accel=tcg
	! try_kvm || accel=kvm
	mkdir -p "$(dirname "$known")"
	echo "$(cat /proc/sys/kernel/random/boot_id) $accel" >"$known"
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
	quote exec "$@" >"$ctl/cmd"
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
		"$root init=$repo/selftests/vm/init.sh console=ttyS0 earlyprintk=ttyS0 \
ignore_loglevel printk.devkmsg=on log_buf_len=4M reboot=t panic=-1")
	share_9p root / ,readonly=on /dev/root
	share_9p ctl "$ctl" '' ctl
	qemu+=(${icount[@]:+"${icount[@]}"})
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
	tail -n "${1:-25}" "$log" >&2
}

judge()
{
	if [ $rc -eq 124 ] || [ $rc -eq 137 ]; then
		say "stopped: not done after $timeout s"
		[ -s "$log" ] || [ "$accel" = tcg ] ||
			say "the guest never started: try --accel tcg"
		show_log
		return 124
	fi
	if [ ! -s "$log" ]; then
		say "QEMU did not start the guest: $(cat "$ctl/qemu")"
		return 125
	fi
	if [ ! -s "$ctl/status" ]; then
		if grep -q 'Kernel panic' "$log"; then
			say "the guest's kernel panicked before the command ended"
		else
			say "the guest died before the command ended"
		fi
		cat "$ctl/qemu" >&2
		show_log 60
		return 123
	fi
	rc=$(cat "$ctl/status")
	if ! "$repo/selftests/vm/klog.sh" "$log" >"$ctl/findings"; then
		say "the kernel log ($log) has:"
		cat "$ctl/findings" >&2
		[ "$rc" -ne 0 ] || rc=122
	fi
	return "$rc"
}

pid=
ctl=$(mktemp -d "${TMPDIR:-/tmp}/tclink-vm.XXXXXX")
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir -p "$(dirname "$log")"
: >"$log"
[ "$accel" != auto ] || choose_accel
write_orders "$@"
qemu_command
say "booting $RELEASE ($FLAVOUR) under ${accel^^}, $cpus CPUs"
start=$EPOCHREALTIME
boot
end=$EPOCHREALTIME
rc_final=0
judge || rc_final=$?
tenths=$(((${end/./} - ${start/./}) / 100000))
say "ran ${tenths%?}.${tenths: -1} s, exit status $rc_final"
exit $rc_final
}
