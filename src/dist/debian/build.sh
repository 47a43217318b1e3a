#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Build the Debian packages into a directory. make deb calls this.
# Usage: VERSION=X.Y build DIR
#
# It needs dpkg-dev and what the library needs, and no debhelper.
set -euo pipefail
umask 022

cd "$(dirname "$0")/../.."
out=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# As the tools of dpkg-dev want it: debian/, and a directory for each package.
describe()
{
	mkdir -p "$tree/debian"
	sed 1d dist/debian/control >"$tree/debian/control"
	cat >"$tree/debian/changelog" <<-END
	tclink ($VERSION-1) unstable; urgency=medium

	  * Version $VERSION of tclink.

	 -- $(sed -n 's/^Maintainer: //p' dist/debian/control)  $(date -R ${SOURCE_DATE_EPOCH:+-ud "@$SOURCE_DATE_EPOCH"})
	END
}

# Objects of its own, with Debian's flags
compile()
{
	make --no-print-directory install O="$tree/build" DESTDIR="$tree/all" \
		PREFIX=/usr LIBDIR="/usr/lib/$multiarch" \
		CFLAGS="$(dpkg-buildflags --get CFLAGS)" \
		EXTRA_CFLAGS="$(dpkg-buildflags --get CPPFLAGS)" \
		LDFLAGS="$(dpkg-buildflags --get LDFLAGS)"
	strip --strip-unneeded "$tree/all/usr/sbin/tclink" \
		"$tree/all/usr/lib/$multiarch"/libtclink.so.*.*
	strip --strip-debug --enable-deterministic-archives \
		"$tree/all/usr/lib/$multiarch/libtclink.a"
}

# give PACKAGE PATH...: each to the place it was installed to
give()
{
	local package=$1 path
	shift

	for path; do
		install -d "$tree/debian/$package/${path%/*}"
		mv "$tree/all/$path" "$tree/debian/$package/$path"
	done
}

share_out()
{
	cd "$tree/all"
	give libtclink0 "usr/lib/$multiarch"/libtclink.so.*
	give libtclink-dev usr/include usr/share/man/man3 \
		"usr/lib/$multiarch"/{libtclink.so,libtclink.a,pkgconfig}
	give tclink usr/sbin usr/share/man/man[78] \
		usr/share/bash-completion
	find . -type f | grep . && {
		echo 'build: no package has these' >&2
		return 1
	}
	cd - >/dev/null
}

# A manual page's link leads to a page that is compressed by now.
compress()
{
	local page

	gzip -9n "$tree/debian/$1/usr/share/doc/$1/changelog.Debian"
	find "$tree/debian/$1" -path '*/man/*' -type f -exec gzip -9n {} +
	while read -r page; do
		ln -s "$(readlink "$page").gz" "$page.gz"
		rm "$page"
	done < <(find "$tree/debian/$1" -path '*/man/*' -type l)
}

document()
{
	local doc=$tree/debian/$1/usr/share/doc/$1

	install -d "$doc" "$tree/debian/$1/DEBIAN"
	sed 1d dist/debian/copyright >"$doc/copyright"
	cp "$tree/debian/changelog" "$doc/changelog.Debian"
	compress "$1"
}

# What the library's users depend on, and what tells the linker of it
library()
{
	local dir=$tree/debian/libtclink0/DEBIAN

	dpkg-gensymbols -plibtclink0 -v"$VERSION" -Pdebian/libtclink0 -c0 >/dev/null
	echo "libtclink ${soname##*.} libtclink0 (>= $VERSION)" >"$dir/shlibs"
	echo 'activate-noawait ldconfig' >"$dir/triggers"
}

depend()
{
	local binary

	: >"debian/$1.substvars"
	binary=$(find "debian/$1" -type f \( -name tclink -path '*/sbin/*' -o -name '*.so.*' \))
	[ -z "$binary" ] ||
		dpkg-shlibdeps -T"debian/$1.substvars" "$binary"
}

pack()
{
	local package=$1 root=$tree/debian/$1

	depend "$package"
	dpkg-gencontrol -p"$package" -P"debian/$package" \
		-T"debian/$package.substvars"
	(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' |
		LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
	dpkg-deb --root-owner-group --build "$root" "$out" >/dev/null
}

multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
soname=libtclink.so.0
mkdir -p "$out"
describe
compile
share_out
for package in libtclink0 libtclink-dev tclink; do
	document "$package"
done
cd "$tree"
library
for package in libtclink0 libtclink-dev tclink; do
	pack "$package"
done
ls "$out"/*"_$VERSION-1_"*.deb
