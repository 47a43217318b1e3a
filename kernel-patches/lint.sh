#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: [KSRC=/path] [FULL=1] [PATCHES=FIRST[-LAST]] lint.sh SERIES-DIR
#
# Apply the patches one by one to the pristine source. Each has to pass
# checkpatch.pl --strict, and after each, what the series touches has to build in
# all configurations, at W=1 and with sparse, without a warning that was not
# there before. In two of them the whole kernel has to link, with its modules: one
# has the classifier as a module, which gets only what is exported, and one has no
# bpf(2). With FULL=1 it has to link in all of them after the last patch.
# PATCHES: only these, by number, compared with what is there before them.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh
series=$(realpath --relative-to=. "$1")
cache=${TCLINK_CACHE:-$cache/lint}
export TCLINK_CACHE=$cache LC_ALL=C

# Those that take longest first
configs=(cls-m no-syscall cls-y cls-n no-act)
linked=(cls-m no-syscall)
findings=0

# All that a build leaves is in $kbuild, which is $cache and its name.
kmake()
{
	make -C "$tree" O="$kbuild" CC="$cc" HOSTCC="$cc" W=1 "$@"
}

fragments()
{
	cat config/lint
	case $1 in
	cls-?)		echo "CONFIG_NET_CLS_BPF=${1#cls-}" ;;
	no-act)		echo CONFIG_NET_CLS_ACT=n ;;
	no-syscall)	echo CONFIG_BPF_SYSCALL=n ;;
	esac
}

# Is object $1 built?
enabled()
{
	local name=${1##*/} sym

	[ -f "$tree/${1%.o}.c" ] || return
	sym=$(sed -nE 's/[[:space:]]*[:+]?=/ /
		s/^obj-\$\((CONFIG_\w+)\)(.*[[:space:]])?'"$name"'([[:space:]].*)?$/\1/p' \
		"$tree/${1%/*}/Makefile" | head -n 1)
	[ -z "$sym" ] || grep -q "^$sym=[ym]" "$kbuild/.config"
}

# The objects of the series that are made of files that expression $1 matches, or
# with -v does not.
objects()
{
	printf '%s\n' "${objects[@]}" | grep -E "$@"
}

build_objects()
{
	local o list=()

	configure 1 <(fragments "$1") || return
	for o in $(objects -v '^tools/'); do
		rm -f "$kbuild/$o"
		! enabled "$o" || list+=("$o")
	done
	kmake C=1 prepare || return
	[ ${#list[@]} -eq 0 ] || kmake C=1 "${list[@]}"
}

link_kernel()
{
	[[ " ${linked[*]} " != *" $1 "* ]] || kmake vmlinux modules
}

# Without the skeletons, which need a kernel that is already built.
build_bpftool()
{
	local o

	for o in $(objects '^tools/(bpf|lib)/'); do
		find "$kbuild" -name "${o##*/}" -delete
	done
	make -C "$tree/tools/bpf/bpftool" OUTPUT="$kbuild/" CC="$cc" \
		HOSTCC="$cc" VMLINUX_BTF= feature-llvm=0 feature-libbfd=0 all
}

# The selftests in directory $1, with the kernel headers and bpftool of now.
build_selftest()
{
	kmake headers || return
	rm -rf "$kbuild/out"
	mkdir "$kbuild/out"
	make -C "$tree/$1" OUTPUT="$kbuild/out" CC="$cc" \
		KHDR_INCLUDES="-isystem $kbuild/usr/include" \
		BPFTOOL="$cache/bpftool/bpftool"
}

# The warnings in log $1 about files that the series touches, without line numbers.
# One in a header counts once, in however many objects it appears.
warnings()
{
	sed -E "s,^$tree/,,; s/:[0-9]+//g" "$1" |
		awk -v touched="$(printf '/%s: ' "${files[@]}")" '
		/^[^ ]+: (warning|error): / {
			if (index(touched, "/" $1) && !($1 ~ /\.h:$/ && seen[$0]++))
				print
		}' | sort
}

compile()
{
	case $1 in
	bpftool)	build_bpftool ;;
	selftest)	build_selftest "$(selftest_dir)" ;;
	*)		build_objects "$1" ;;
	esac
}

# Build what $1 names; compare with the warnings of the last good build.
build()
{
	local kbuild=$cache/$1

	mkdir -p "$kbuild"
	rm -f "$kbuild"/{new,failed,log.link}
	if ! compile "$1" >"$kbuild/log" 2>&1 </dev/null ||
	   ! link_kernel "$1" >"$kbuild/log.link" 2>&1 </dev/null; then
		cat "$kbuild"/log* | grep -v '^make' | tail -n 20 >"$kbuild/failed"
		return
	fi
	warnings "$kbuild/log" >"$kbuild/warnings.now"
	touch "$kbuild/warnings"
	comm -13 "$kbuild/warnings" "$kbuild/warnings.now" >"$kbuild/new"
	mv "$kbuild/warnings.now" "$kbuild/warnings"
}

build_all()
{
	local name

	for name; do
		# It uses bpftool.
		[ "$name" != selftest ] || wait
		[ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
		build "$name" &
	done
	wait
}

# Does the checked-out patch change anything in these paths?
touches()
{
	! git -C "$tree" diff --quiet HEAD^ HEAD -- "$@"
}

selftest_dir()
{
	git -C "$tree" diff --name-only HEAD^ HEAD -- 'tools/testing/selftests/*/*.[ch]' |
		sed -nE 's,^(tools/testing/selftests/[^/]+)/.*,\1,p' | head -n 1
}

# What has to be built for the checked-out patch.
needed()
{
	! touches . ':!Documentation' ':!MAINTAINERS' ':!tools' ||
		echo "${configs[@]}"
	! touches tools/include tools/lib 'tools/bpf/*.[ch]' || echo bpftool
	[ -z "$(selftest_dir)" ] || echo selftest
}

# GIT_DIR: the tree has no history that checkpatch could look commits up in.
checkpatch()
{
	(cd "$tree" && GIT_DIR=/nonexistent scripts/checkpatch.pl --strict \
		--show-types "$1") >"$cache/checkpatch" 2>&1 || :
	sed -nE 's,^total: ([0-9]+) errors\, ([0-9]+) warnings\, ([0-9]+) checks.*,\1/\2/\3,p' \
		"$cache/checkpatch"
}

# Print what checkpatch and the builds named found.
details()
{
	local name

	[ "$total" = 0/0/0 ] || grep -A 4 -E '^(ERROR|WARNING|CHECK|total):' \
		"$cache/checkpatch" || cat "$cache/checkpatch"
	for name; do
		[ ! -f "$cache/$name/failed" ] || {
			echo "does not build: $name (whole output in $cache/$name/log*):"
			cat "$cache/$name/failed"
		}
		[ ! -s "$cache/$name/new" ] || sed "s,^,$name: ," "$cache/$name/new"
	done | sed "s,$tree/,,g"
}

# Report what checkpatch, with result $2, and the builds named after it found in $1.
report()
{
	local what=$1 total=$2 name built=() logs=() new
	shift 2

	for name; do
		[ -f "$cache/$name/failed" ] ||
			built+=("$name") logs+=("$cache/$name/new")
	done
	new=$(sort -u /dev/null "${logs[@]}" | wc -l)
	echo "$what: checkpatch ${total:-failed}, built ${built[*]:-nothing}, new warnings: $new"
	[ "$total" = 0/0/0 ] && [ "$new" -eq 0 ] && [ $# -eq ${#built[@]} ] && return
	details "$@" | sed 's/^/    /'
	return 1
}

# Check out and check the patch in file $2, which is commit $1.
check_patch()
{
	local builds

	git -C "$tree" checkout -q -f --detach "$1"
	read -ra builds < <(needed | xargs) || :
	build_all "${builds[@]}"
	report "$(basename "$2" .patch)" "$(checkpatch "$2")" "${builds[@]}"
}

# The state before the first patch; all else is compared with it.
build_base()
{
	git -C "$tree" checkout -q -f --detach "$1"
	rm -f "$cache"/*/{warnings,failed}
	say 'building what is there before (minutes, when nothing is cached)'
	build_all "${configs[@]}" bpftool
	! tail -v -n +1 "$cache"/*/failed >&2 2>/dev/null ||
		die 'what is there before does not build'
}

# Check the patches with numbers $1 to $2.
check_patches()
{
	local commits patches i range=refs/tclink/base..HEAD

	mapfile -t commits < <(git -C "$tree" rev-list --reverse $range)
	commits=("$(git -C "$tree" rev-parse refs/tclink/base)" "${commits[@]}")
	rm -rf "$cache/patches"
	git -C "$tree" format-patch -q -o "$cache/patches" $range
	patches=('' "$cache"/patches/*)
	build_base "${commits[$1 - 1]}"
	for ((i = $1; i <= ${2:-${#commits[@]} - 1}; i++)); do
		check_patch "${commits[i]}" "${patches[i]}" || findings=$((findings + 1))
	done
	[ "${FULL:-0}" != 0 ] || return 0
	linked=("${configs[@]}")
	build_all "${configs[@]}"
	report 'a whole kernel' 0/0/0 "${configs[@]}" || findings=$((findings + 1))
}

main()
{
	local first last

	command -v sparse >/dev/null || die 'lint needs sparse: apt-get install sparse'
	lock "$cache"
	set_up_git
	# A copy, since the series may be worked on meanwhile, and a tree of its
	# own: the other one may be in use by a build.
	rm -rf "$cache/series"
	cp -r "$series" "$cache/series"
	tree=$(./tree.sh whole "$cache/series")
	mapfile -t files < <(git -C "$tree" log --format= --name-only --diff-filter=d \
		refs/tclink/base..HEAD -- '*.[ch]' | sort -u)
	mapfile -t objects < <(printf '%s\n' "${files[@]}" | sed -n 's/c$/o/p')
	IFS=- read -r first last <<<"${PATCHES:-1}"
	[ -z "${PATCHES:-}" ] || last=${last:-$first}
	check_patches "$first" "$last"
	echo "lint: on a pristine $(basename "$tree"): $findings with findings, $SECONDS s"
	[ "$findings" -eq 0 ]
}

main
