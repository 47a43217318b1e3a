#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: deps [--list] GROUP... [+PACKAGE...]
#
# See to it that the Debian packages are there that the groups need, and those
# named. As root install what is missing, otherwise say what to install.
#
# build   library, command and BPF programs, but for bpftool
# bpftool the system's, where there is no patched kernel with its own
# kernel  the kernel, and what is built in its tree
# vm      the virtual machine, and what runs in it
# try     two network namespaces, and what is shown in them
# check   what the tests use besides
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=../kernel-patches/default/BASE
. "$(dirname "$0")/../kernel-patches/${SERIES:-default}/BASE"

group()
{
	case $1 in
	build)	echo gcc libc6-dev make pkg-config clang libbpf-dev libmnl-dev ;;
	bpftool) echo bpftool ;;
	kernel)	echo gcc libc6-dev make "$SOURCE" git xz-utils bc bison flex \
			libelf-dev zlib1g-dev libcap-dev dwarves python3 rsync \
			kmod ccache clang llvm ;;
	vm)	echo qemu-system-x86 iproute2 util-linux ;;
	try)	echo iproute2 util-linux ;;
	check)	echo g++ libclang-rt-dev procps valgrind strace mandoc debhelper ;;
	+?*)	echo "${1#+}" ;;
	*)	echo "deps: no such group: $1" >&2
		return 2 ;;
	esac
}

list=0
[ "${1:-}" != --list ] || { list=1; shift; }
packages=()
for arg; do
	names=$(group "$arg")
	for p in $names; do
		[[ " ${packages[*]} " == *" $p "* ]] || packages+=("$p")
	done
done
if [ $list -eq 1 ]; then
	echo "${packages[@]}"
	exit
fi

command -v dpkg-query >/dev/null || {
	echo "deps: not a Debian system: see to ${packages[*]} yourself" >&2
	exit 0
}
missing=()
installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' |
	sed -n 's/^ii //p' | sort -u)
for p in "${packages[@]}"; do
	grep -qx "$p" <<<"$installed" || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "deps: first run, as root: apt-get install ${missing[*]}" >&2
	exit 1
fi
echo "deps: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt_get()
{
	apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1
}
# The package lists are fetched only if there are none, or they are too old.
if ! apt_get install -y --no-install-recommends "${missing[@]}"; then
	if ! apt_get update || ! apt_get install -y --no-install-recommends "${missing[@]}"; then
		tail -n 20 "$log" >&2
		echo "deps: failed: apt-get install ${missing[*]}" >&2
		exit 1
	fi
fi
