#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The README's commands on a machine that has nothing but make and git: a minimal
# Debian SUITE (bookworm, trixie) in a directory of its own, from where this
# machine has its packages from, with this machine's kernel. The directory and
# its caches are removed at the end. Usage: bare.sh SUITE
# shellcheck disable=SC2016,SC2317	# for apt-get; called by name
set -uo pipefail

suite=${1:?usage: bare.sh SUITE}
repo=$(realpath "$(dirname "$0")/../..")

# The address of the repository with this label
uri_of()
{
	apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
		awk -v label="$1" '$1 == label { print $2; exit }'
}

make_system()
{
	local debian security

	debian=$(uri_of Debian) security=$(uri_of Debian-Security)
	debootstrap --variant=minbase --include=make,git,ca-certificates \
		"$suite" "$root" "$debian" || return
	cat >"$root/etc/apt/sources.list" <<-EOF
		deb $debian $suite main
		deb $debian $suite-updates main
		deb $security $suite-security main
	EOF
	cp -r /etc/apt/apt.conf.d /etc/apt/auth.conf.d "$root/etc/apt/" &&
		cp /etc/resolv.conf "$root/etc/" &&
		mount --bind "$root" "$root" &&
		mount -t proc proc "$root/proc" &&
		mount --rbind /sys "$root/sys" &&
		mount --rbind /dev "$root/dev" &&
		mount -t tmpfs run "$root/run" &&
		git clone -q "$repo" "$root/root/tclink"
}

# What it is called, then a command that must succeed and shows what it does
shown()
{
	local start=$SECONDS

	"${@:2}" </dev/null 2>&1 | sed 's/^/#   /'
	result "${PIPESTATUS[0]}" "$1"
	echo "# $((SECONDS - start)) s"
}

inside()
{
	env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
		chroot "$root" make -C /root/tclink --no-print-directory "$@"
}

main()
{
	# shellcheck source=selftests/lib/tap.sh
	. "$repo/selftests/lib/tap.sh"
	tap_prefix="bare $suite: "
	shown 'a system with make and git' make_system
	shown 'make try' inside try
	shown 'make demo, with a kernel from nothing' inside demo
	shown 'make demo again' inside demo
	shown 'make check' inside check
	tap_end
}

# In namespaces of its own, so that nothing stays mounted or running.
if [ "${2:-}" != apart ]; then
	[ "$(id -u)" -eq 0 ] || { echo 'bare: needs root' >&2; exit 1; }
	root=$(mktemp -d "${TMPDIR:-/var/tmp}/tclink-bare.XXXXXX") || exit 1
	# It becomes "/", which everybody may enter.
	chmod 755 "$root"
	unshare --mount --pid --fork --kill-child "$0" "$suite" apart "$root"
	rc=$?
	rm -rf --one-file-system "$root"
	exit $rc
fi
root=$3
main
