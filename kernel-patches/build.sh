#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: [KSRC=/path] build.sh SERIES FLAVOUR ENV-FILE
#
# Build kernel, modules, user-space headers and bpftool from the patched tree,
# or as FLAVOUR unpatched from the tree without the series.
# Results go to a directory of the cache that is named after everything that
# went into them and never changes again; ENV-FILE says where they are.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh
# shellcheck source-path=SCRIPTDIR source=default/BASE
. ./"$1"/BASE

series=$1 flavour=$2 env=$3
# The fragments
case $flavour in
debug)	parts=(tests debug) ;;
kasan)	parts=(tests debug kasan) ;;
stress)	parts=(tests debug kasan stress) ;;
plain)	parts=(tests) ;;
kcsan|coverage)	parts=(tests "$flavour") ;;
suites|unpatched)
	parts=(suites) ;;
*)	die "FLAVOUR is debug, kasan, plain, stress, kcsan, coverage, suites or unpatched, not $flavour" ;;
esac
fragments=(config/base "${parts[@]/#/config/}")
patches=()
[ "$flavour" = unpatched ] || patches=("$series"/[0-9]*.patch)

# Whose lines are counted: the C files of net/ that the series changes.
profile=()
[ "$flavour" != coverage ] || mapfile -t profile < <(
	sed -nE 's,^\+\+\+ b/net/(.*/)?(.*)\.c$,GCOV_PROFILE_\2.o=y,p' "${patches[@]}" |
		sort -u)

# BTF is made from DWARF, but not from what a debugger needs to follow statements
# and variables, which takes a fifth of the compiler's time. From version 1.25
# on, pahole leaves out functions whose parameters it cannot follow.
lean='-gno-statement-frontiers -gno-column-info'
if [[ $(pahole --version) =~ ^v1\.([0-9]+) && ${BASH_REMATCH[1]} -lt 25 ]]; then
	lean="-fno-var-tracking $lean"
fi

kmake()
{
	make -C "$tree" O="$kbuild" -j"$(nproc)" CC="$cc" HOSTCC="$cc" \
		KCFLAGS="$lean" LOCALVERSION=-tclink KBUILD_BUILD_USER=tclink \
		KBUILD_BUILD_HOST=tclink KBUILD_BUILD_VERSION=1 \
		KBUILD_BUILD_TIMESTAMP='Sat Jan 1 00:00:00 UTC 2000' \
		"${profile[@]}" "$@"
}

# What a patch says, and the tests that one brings along, go into no kernel.
make_key()
{
	local id
	id=$(./tree.sh id "$series")
	{
		echo "$id" "$flavour"
		gcc --version
		pahole --version
		cat "${fragments[@]}" build.sh tree.sh
		awk 'FNR == 1 { on = 0 } /^diff --git / { on = 1 } on' \
			/dev/null "${patches[@]}"
	} | sha256sum | cut -c1-16
}

# Without LLVM and libbfd, which it only uses to disassemble.
bpftool_make()
{
	make -C "$tree/tools/bpf/bpftool" OUTPUT="$kbuild/bpftool/" CC="$cc" \
		HOSTCC="$cc" VMLINUX_BTF="$kbuild/vmlinux" \
		feature-llvm=0 feature-libbfd=0 "$@"
}

build_all()
{
	local start=$SECONDS objects='' half

	mkdir -p "$kbuild/bpftool"
	[ -f "$kbuild/vmlinux" ] || objects=$OBJECTS
	say "configuring ($flavour)"
	step "$kbuild/log.config" configure +1 "${fragments[@]}"
	say "building the kernel${objects:+ (from nothing: 4 to 10 min on 2 cores)}"
	# While the kernel is linked one processor has little to do. That is the
	# time for the half of bpftool that does not need the kernel.
	(renice -n 19 -p "$BASHPID" && bpftool_make bootstrap) \
		>"$kbuild/log.bootstrap" 2>&1 &
	half=$!
	step "$kbuild/log.build" kmake bzImage modules headers
	wait $half || say "$kbuild/log.bootstrap says why half of bpftool failed"
	objects=
	say "installing modules and headers"
	rm -rf "$out.tmp"
	mkdir -p "$out.tmp"
	step "$kbuild/log.install" kmake INSTALL_MOD_PATH="$out.tmp" \
		INSTALL_MOD_STRIP=1 modules_install
	step "$kbuild/log.headers" kmake INSTALL_HDR_PATH="$out.tmp" headers_install
	say "building bpftool"
	step "$kbuild/log.bpftool" bpftool_make -j"$(nproc)" all
	say "built in $((SECONDS - start)) s," \
		"$(grep -cE '^  (CC|AS)( \[M\])? ' "$kbuild/log.build" || :) objects"
}

collect()
{
	local release

	release=$(cat "$kbuild/include/config/kernel.release")
	rm -f "$out.tmp/lib/modules/$release"/{build,source}
	mkdir "$out.tmp/bin"
	cp "$kbuild/bpftool/bpftool" "$out.tmp/bin/"
	cp "$kbuild/arch/x86/boot/bzImage" "$kbuild/.config" "$out.tmp/"
	cat >"$out.tmp/env" <<-EOF
	BZIMAGE=$out/bzImage
	MODULES=$out/lib/modules
	BPFTOOL=$out/bin/bpftool
	UAPI=$out/include
	RELEASE=$release
	FLAVOUR=$flavour
	KSRC=$tree
	KBUILD=$kbuild
	EOF
	rm -rf "$out"
	mv "$out.tmp" "$out"
	# Results are small, but a long day of work makes many.
	find "$cache/out" -mindepth 1 -maxdepth 1 -mmin +60 -printf '%T@ %p\n' |
		sort -rn | tail -n +9 | cut -d' ' -f2 | xargs -rd'\n' rm -rf
}

complete()
{
	[ -f "$out/env" ] && [ -d "$(sed -n 's/^KSRC=//p' "$out/env")" ] &&
		[ -f "$out/bzImage" ] && [ -x "$out/bin/bpftool" ] &&
		[ -d "$out/lib/modules" ] && [ -f "$out/include/linux/bpf.h" ]
}

main()
{
	local verb=apply

	mkdir -p "$cache/out" "$(dirname "$env")"
	lock "$cache"
	out=$cache/out/$(basename "$series")-$flavour-$(make_key)
	if ! complete; then
		rm -rf "$cache"/out/*.tmp
		[ "$flavour" != unpatched ] || verb=base
		tree=$(./tree.sh $verb "$series")
		kbuild=$tree/build-$flavour
		build_all
		collect
	fi
	touch "$out"
	cmp -s "$out/env" "$env" || cp "$out/env" "$env"
	say "$flavour kernel is ready; $env says where"
}

main
