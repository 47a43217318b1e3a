#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Install into a directory, build docs/agent.c with nothing but pkg-config, run
# it, and uninstall. The same from the Debian packages.
# Usage: install.sh OUT, or O=OUT
# shellcheck disable=SC2046,SC2317	# words of pkg-config; called by name
set -u
cd "$(dirname "$0")/../../src" || exit 1
# shellcheck source=selftests/lib/tap.sh
. ../selftests/lib/tap.sh
tap_prefix='install: '
out=${1:-$O}
header=../include/tclink/tclink.h
version=$(sed -n 's/^.define TCLINK_M[AI][JN]OR_VERSION //p' "$header" | paste -sd.)
# What is tested: the directory that stands for /, and the libraries in there
root='' lib=''

run_make()
{
	env -u MAKEFLAGS -u MFLAGS make --no-print-directory O="$out" CC="${CC:-gcc}" \
		${BPFTOOL:+BPFTOOL="$BPFTOOL"} "$@"
}

# Those of pkg-config for what is installed
flags()
{
	PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
		PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
		PKG_CONFIG_PATH="$root$lib/pkgconfig" pkg-config "$@" libtclink
}

# compile SOURCE PROGRAM [OPTION of pkg-config]
compile()
{
	${CC:-gcc} -Wall -Wextra -Werror "$1" -o "$tmp/$2" \
		$(flags "${@:3}" --cflags --libs)
}

# Where the kernel lets it, it attaches a program: with an owner, so not by
# netlink.
can_attach=
if unshare --net --mount mount -t bpf bpf /sys/fs/bpf 2>/dev/null &&
	grep -qaP 'BPF_LINK_TYPE_TCX?\x00' /sys/kernel/btf/vmlinux; then
	can_attach=1
fi

attaches()
{
	local i

	[ -n "$can_attach" ] || return 0
	# shellcheck disable=SC2016	# for bash
	unshare --net --mount bash -c 'mount -t bpf bpf /sys/fs/bpf &&
		ip link add v0 type veth peer name v1 && ip link set v0 up &&
		object=$1 && shift &&
		exec timeout 30 "$@" v0 "$object" /sys/fs/bpf/agent' \
		bash "$out/progs/counter.bpf.o" "$@" >"$tmp/agent.log" 2>&1 &
	for ((i = 0; i < 300; i++)); do
		! grep -q '^v0: program .* attached' "$tmp/agent.log" || break
		sleep 0.1
	done
	kill $!
	wait $! 2>/dev/null
	cat "$tmp/agent.log"
	[ "$i" -lt 300 ]
}

# runs PROGRAM LIBRARY COMMAND...: it needs that library of ours, and works.
runs()
{
	"${@:3}" >"$tmp/usage.log" 2>&1
	[ $? -eq 2 ] && grep '^Usage: agent' "$tmp/usage.log" &&
		[ "$(readelf -d "$tmp/$1" | grep -o 'libtclink[^]]*')" = "$2" ] &&
		attaches "${@:3}"
}

# Each page that was made is to be found by its name.
pages()
{
	local page

	for page in "$out"/src/man/man?/*; do
		page=${page#"$out/src/man/"}
		test -s "$1/$page" || test -s "$1/$page.gz" || echo "no $page"
	done
}

# Programs built with what was installed are linked with it, and run.
installed()
{
	local agent=../docs/agent.c run="it runs${can_attach:+ and attaches}"

	check "$1: the agent builds with the shared library" compile $agent shared
	check "$1: $run" runs shared libtclink.so.0 \
		env LD_LIBRARY_PATH="$root$lib" "$tmp/shared"
	# Without the shared library, the linker takes the other.
	mv "$root$lib/libtclink.so" "$tmp/"
	check "$1: the agent builds with the static library" compile $agent static --static
	mv "$tmp/libtclink.so" "$root$lib/"
	check "$1: $run without the shared one" runs static '' "$tmp/static"
	# shellcheck disable=SC2016	# of Markdown
	sed -n '/^```c$/,/^```$/{ /^```/d; p }' ../README.md >"$tmp/owner.c"
	check "$1: the program in the README builds" compile "$tmp/owner.c" owner
	check "$1: pkg-config knows version $version" \
		test "$(flags --modversion)" = "$version"
	silent "$1: manual pages" pages "$root$2"
}

in_a_directory()
{
	local prefix=/opt/tclink

	root=$tmp/root lib=$prefix/lib
	check 'make install' run_make install DESTDIR="$root" PREFIX=$prefix
	installed DESTDIR $prefix/share/man
	check 'DESTDIR: the command runs' \
		test "$("$root$prefix/sbin/tclink" --version)" = "tclink $version"
	check 'DESTDIR: completion' \
		bash -n "$root$prefix/share/bash-completion/completions/tclink"
	touch "$root$lib/libtclink.so.9" "$root$prefix/include/other.h"
	check 'make uninstall' run_make uninstall DESTDIR="$root" PREFIX=$prefix
	check "make uninstall leaves what is others'" \
		rm "$root$lib/libtclink.so.9" "$root$prefix/include/other.h"
	silent 'make uninstall leaves nothing' \
		find "$root" ! -type d -o -path "$root$prefix/include/tclink"
}

# stops FILE EDIT SENTENCE: make says so, after sed has edited the file.
stops()
{
	rm -rf "$tmp/tree"
	mkdir "$tmp/tree"
	cp -r ../include ../src "$tmp/tree/"
	sed -i "$2" "$tmp/tree/src/$1"
	! run_make -C "$tmp/tree/src" all >"$tmp/make.log" 2>&1 &&
		grep "$3" "$tmp/make.log"
}

packages()
{
	local package debs=()

	if ! command -v dh >/dev/null; then
		skip packages 'debhelper is missing'
		return
	fi
	root=$tmp/deb lib=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
	check 'make deb' run_make deb
	debs=("$out"/deb/*_"$version"-1_*.deb)
	for package in "${debs[@]}"; do
		dpkg -x "$package" "$root"
	done
	installed packages /usr/share/man
	! command -v lintian >/dev/null ||
		check 'packages: lintian finds nothing' lintian --fail-on error,warning \
			--suppress-tags initial-upload-closes-no-bugs "${debs[@]}"
}

main()
{
	in_a_directory
	check 'make stops at another version in the map' \
		stops libtclink.map 's/^LIBTCLINK_.* {/LIBTCLINK_9.9 {/' \
		'LIBTCLINK_9.9, but tclink.h is'
	check 'make stops at another version in the .pc file' \
		stops dist/libtclink.pc.in s/@VERSION@/9.9/ 'libtclink.pc.in has a version'
	packages
	tap_end
}

main
