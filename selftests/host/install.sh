#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Install into a directory, build docs/agent.c with nothing but pkg-config, run
# it, and uninstall. The same from the Debian packages. Usage: install.sh OUT
set -u
cd "$(dirname "$0")/../../src" || exit 1
out=$1
CC=${CC:-gcc}
agent_c=$PWD/../docs/agent.c
header=$PWD/../include/tclink/tclink.h
version=$(sed -n 's/^.define TCLINK_M[AI][JN]OR_VERSION //p' "$header" | paste -sd.)
rc=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

result() {
	if [ "$1" = 0 ]; then
		echo "ok - install: $2"
	else
		sed 's/^/# /' "$tmp/log"
		echo "not ok - install: $2"
		rc=1
	fi
}

run_make() {
	env -u MAKEFLAGS -u MFLAGS make --no-print-directory O="$out" CC="$CC" \
		${BPFTOOL:+BPFTOOL="$BPFTOOL"} "$@" >"$tmp/log" 2>&1
}

# Those of pkg-config for what is installed under $1, libraries in $2
flags() {
	local root=$1 lib=$2
	shift 2
	PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
		PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
		PKG_CONFIG_PATH="$root$lib/pkgconfig" pkg-config "$@" libtclink
}

# A program built with them is linked with what was installed, and runs.
build() {
	local root=$1 lib=$2
	# shellcheck disable=SC2046
	$CC -Wall -Wextra -Werror "$agent_c" -o "$tmp/shared" \
		$(flags "$root" "$lib" --cflags --libs) >"$tmp/log" 2>&1
	result $? "$3: the agent builds with the shared library"
	readelf -d "$tmp/shared" | grep -q 'NEEDED.*\[libtclink\.so\.0\]' &&
		usage env LD_LIBRARY_PATH="$root$lib" "$tmp/shared" &&
		attaches env LD_LIBRARY_PATH="$root$lib" "$tmp/shared"
	result $? "$3: it runs${can_attach:+ and attaches}"
	# Without the shared library, the linker takes the other.
	mv "$root$lib/libtclink.so" "$tmp/"
	# shellcheck disable=SC2046
	$CC -Wall -Wextra -Werror "$agent_c" -o "$tmp/static" \
		$(flags "$root" "$lib" --static --cflags --libs) >"$tmp/log" 2>&1
	result $? "$3: the agent builds with the static library"
	mv "$tmp/libtclink.so" "$root$lib/"
	! readelf -d "$tmp/static" | grep 'NEEDED.*libtclink' >"$tmp/log" &&
		usage "$tmp/static" && attaches "$tmp/static"
	result $? "$3: it runs${can_attach:+ and attaches} without the shared one"
	# What the README shows
	# shellcheck disable=SC2016	# of Markdown
	sed -n '/^```c$/,/^```$/{ /^```/d; p }' ../README.md >"$tmp/owner.c"
	# shellcheck disable=SC2046
	$CC -Wall -Wextra -Werror "$tmp/owner.c" -o "$tmp/owner" \
		$(flags "$root" "$lib" --cflags --libs) >"$tmp/log" 2>&1
	result $? "$3: the program in the README builds"
	[ "$(flags "$root" "$lib" --modversion)" = "$version" ]
	result $? "$3: pkg-config knows version $version"
}

usage() {
	"$@" >"$tmp/log" 2>&1
	[ $? = 2 ] && grep -q '^Usage: agent' "$tmp/log"
}

# Where the kernel lets it, it attaches a program: with an owner, so not by
# netlink.
can_attach=
if unshare --net --mount mount -t bpf bpf /sys/fs/bpf 2>/dev/null &&
	grep -qaP 'BPF_LINK_TYPE_TCX?\x00' /sys/kernel/btf/vmlinux; then
	can_attach=1
fi

attaches() {
	local i
	if [ -z "$can_attach" ]; then
		usage "$@"
		return
	fi
	: >"$tmp/log"
	# shellcheck disable=SC2016	# for bash
	unshare --net --mount bash -c 'mount -t bpf bpf /sys/fs/bpf &&
		ip link add v0 type veth peer name v1 && ip link set v0 up &&
		object=$1 && shift &&
		exec timeout 30 "$@" v0 "$object" /sys/fs/bpf/agent' \
		bash "$out/progs/counter.bpf.o" "$@" >"$tmp/log" 2>&1 &
	for ((i = 0; i < 300; i++)); do
		! grep -q '^v0: program .* attached' "$tmp/log" || break
		sleep 0.1
	done
	kill $!
	wait $! 2>/dev/null
	[ "$i" -lt 300 ]
}

# Each page that was made is to be found by its name.
pages() {
	local dir=$1 page
	(cd "$out/src/man" && ls man?/*) | while read -r page; do
		test -s "$dir/$page" || test -s "$dir/$page.gz" || echo "no $page"
	done >"$tmp/log"
	[ -s "$dir/man3/tclink_open_id.3" ] || [ -s "$dir/man3/tclink_open_id.3.gz" ] &&
		[ ! -s "$tmp/log" ]
	result $? "$2: manual pages"
}

root=$tmp/root
run_make install DESTDIR="$root" PREFIX=/opt/tclink
result $? "make install"
build "$root" /opt/tclink/lib DESTDIR
pages "$root/opt/tclink/share/man" DESTDIR
[ "$("$root/opt/tclink/sbin/tclink" --version)" = "tclink $version" ]
result $? "DESTDIR: the command runs"
bash -n "$root/opt/tclink/share/bash-completion/completions/tclink" >"$tmp/log" 2>&1
result $? "DESTDIR: completion"
touch "$root/opt/tclink/lib/libtclink.so.9" "$root/opt/tclink/include/other.h"
run_make uninstall DESTDIR="$root" PREFIX=/opt/tclink
result $? "make uninstall"
rm "$root/opt/tclink/lib/libtclink.so.9" "$root/opt/tclink/include/other.h"
result $? "make uninstall leaves what is others'"
find "$root" ! -type d >"$tmp/log"
[ ! -s "$tmp/log" ] && [ ! -e "$root/opt/tclink/include/tclink" ]
result $? "make uninstall leaves nothing"

# With another version in one of the three, make stops.
mkdir "$tmp/tree"
cp -r ../include ../src "$tmp/tree/"
sed -i 's/^LIBTCLINK_.* {/LIBTCLINK_9.9 {/' "$tmp/tree/src/libtclink.map"
! run_make -C "$tmp/tree/src" all && grep -q 'LIBTCLINK_9.9, but tclink.h is' "$tmp/log"
result $? "make stops at another version in the map"
cp libtclink.map "$tmp/tree/src/"
sed -i 's/@VERSION@/9.9/' "$tmp/tree/src/dist/libtclink.pc.in"
! run_make -C "$tmp/tree/src" all && grep -q 'libtclink.pc.in has a version' "$tmp/log"
result $? "make stops at another version in the .pc file"

if ! command -v dh >/dev/null; then
	echo "ok - install: packages # SKIP debhelper is missing"
	exit $rc
fi
run_make deb
result $? "make deb"
deb=$tmp/deb
for package in "$out"/deb/*_"$version"-1_*.deb; do
	dpkg -x "$package" "$deb"
done
lib=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
build "$deb" "$lib" packages
pages "$deb/usr/share/man" packages
if command -v lintian >/dev/null; then
	lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs \
		"$out"/deb/*_"$version"-1_*.deb >"$tmp/log" 2>&1
	result $? "packages: lintian finds nothing"
fi
exit $rc
