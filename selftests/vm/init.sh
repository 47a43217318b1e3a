#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The guest's process 1. The root is the host's, over 9p and read-only; put a
# tmpfs on top, run the one command, leave its exit status where the host looks.
# Any failure in here ends process 1, which the host sees as a dead guest.
set -e
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root

change_root()
{
	mount -t tmpfs tmpfs /mnt
	mkdir /mnt/up /mnt/work /mnt/root
	mount -t overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work overlay /mnt/root
	cd /mnt/root
	# Programs in user namespaces need a real root, not a chroot.
	pivot_root . mnt
	mount -t proc proc /proc
	umount -l /mnt
	mount -a -T "${0%/*}/fstab"
	exec </dev/null >/dev/console 2>&1
	# At the same time, for what each costs under emulation.
	for link in :fd /0:stdin /1:stdout /2:stderr; do
		ln -s "/proc/self/fd${link%:*}" "/dev/${link#*:}" &
	done
	ip link set lo up &
	lo=$!
	wait
	wait $lo
}

# Of the host's /tmp and the like only what this run is about
mount_directories()
{
	for dir in "$REPO" "$CWD" "$KERNEL_DIR"; do
		case $dir in
		/tmp/*|/run/*|/dev/shm/*)
			mkdir -p "$dir"
			mount --bind "/run/tclink/host$dir" "$dir" ;;
		esac
	done
	[ -d /lib/modules ] || mkdir /lib/modules
	mount --bind "$KERNEL_DIR/lib/modules" /lib/modules
	[ -n "$SHARE" ] || return 0
	export TCLINK_OUT=/run/tclink/out
	mkdir $TCLINK_OUT
	mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 out $TCLINK_OUT
}

# The pipe makes cat the only writer of the file that the host reads along, so
# programs that reopen or truncate their output do no harm.
run_command()
{
	mkfifo /run/tclink/pipe
	cat /run/tclink/pipe >/run/tclink/ctl/output &
	cat=$!
	(cd "$CWD" && exec setsid -w sh /run/tclink/ctl/cmd) >/run/tclink/pipe 2>&1 &
	status=0
	wait $! || status=$?
	# What the command left running would keep the pipe open.
	for dir in /proc/[0-9]*; do
		pid=${dir#/proc/}
		[ "$pid" -eq 1 ] || [ "$pid" -eq $cat ] || kill -9 "$pid" 2>/dev/null || :
	done
	wait $cat
	echo $status >/run/tclink/ctl/status
}

main()
{
	change_root
	# shellcheck source=/dev/null
	. /run/tclink/ctl/env
	mount_directories
	export PATH="$KERNEL_DIR/bin:$PATH"
	echo tclink >/proc/sys/kernel/hostname
	[ ! -f /sys/kernel/debug/kcsan ] || echo on >/sys/kernel/debug/kcsan
	run_command
	echo b >/proc/sysrq-trigger
	# The reset is immediate; this only keeps process 1 from ending before it.
	sleep 60
}

main
