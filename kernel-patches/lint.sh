#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: [KSRC=/path] [FULL=1] lint.sh SERIES-DIR
#
# Apply the patches one by one to the pristine source. Each has to pass
# checkpatch.pl --strict, and what the series touches has to build after each in
# all configurations, at W=1 and with sparse, without a warning that was not
# there before, and without a symbol that nothing in that configuration defines.
# FULL=1 then builds whole kernels too, in all configurations.
#
# What passed is remembered by commit, so that after a change only the patches
# from the changed one on are checked again.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh
series=$(realpath --relative-to=. "$1")
cache=$cache/lint
export TCLINK_CACHE=$cache LC_ALL=C

configs=(cls-y cls-m cls-n no-act no-syscall)
findings=0

# All that a build with name $1 leaves is in $cache/$1. One job at a time: the
# warnings in a log belong to the object that the last CC line names.
kmake()
{
	make -C "$tree" O="$cache/$1" CC="$cc" HOSTCC="$cc" "${@:2}"
}

fragments()
{
	cat config/base
	echo CONFIG_DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT=n
	echo CONFIG_DEBUG_INFO_BTF=n
	echo CONFIG_DEBUG_INFO_NONE=y
	case $1 in
	cls-?)		echo "CONFIG_NET_CLS_BPF=${1#cls-}" ;;
	no-act)		echo CONFIG_NET_CLS_ACT=n ;;
	no-syscall)	echo CONFIG_BPF_SYSCALL=n ;;
	esac
}

# Did .config get what distinguishes configuration $1?
check_config()
{
	local line

	line=$(fragments "$1" | tail -n 1)
	case $line in
	*=n)	! grep -q "^${line%n}" "$cache/$1/.config" ;;
	*)	grep -qx "$line" "$cache/$1/.config" ;;
	esac || { echo "the kernel does not accept $line"; return 1; }
}

# Leave an unchanged .config alone: its mtime starts a rebuild.
configure()
{
	local dir=$cache/$1 id

	id=$({
		fragments "$1"
		config_id "$tree"
	} | sha256sum)
	[ ! -f "$dir/config.id" ] || [ "$(<"$dir/config.id")" != "$id" ] || return 0
	fragments "$1" >"$dir/fragments"
	kmake "$1" KCONFIG_CONFIG=.config.new \
		KCONFIG_ALLCONFIG="$dir/fragments" allnoconfig || return
	cmp -s "$dir/.config.new" "$dir/.config" ||
		cp "$dir/.config.new" "$dir/.config"
	check_config "$1" || return
	echo "$id" >"$dir/config.id"
}

# Is object $2 built in configuration $1?
enabled()
{
	local name=${2##*/} sym

	[ -f "$tree/${2%.o}.c" ] || return
	sym=$(sed -nE 's/[[:space:]]*[:+]?=/ /
		s/^obj-\$\((CONFIG_\w+)\)(.*[[:space:]])?'"$name"'([[:space:]].*)?$/\1/p' \
		"$tree/${2%/*}/Makefile" | head -n 1)
	[ -z "$sym" ] || grep -q "^$sym=[ym]" "$cache/$1/.config"
}

# The objects of the series that the build named $1 makes.
objects_of()
{
	printf '%s\n' "${objects[@]}" | case $1 in
	bpftool)	grep -E '^tools/(bpf|lib)/' ;;
	selftest)	grep '^tools/testing/' ;;
	*)		grep -v '^tools/' ;;
	esac || :
}

build_objects()
{
	local o list=()

	configure "$1" || return
	for o in $(objects_of "$1"); do
		rm -f "$cache/$1/$o"
		! enabled "$1" "$o" || list+=("$o")
	done
	kmake "$1" W=1 C=1 prepare || return
	[ ${#list[@]} -eq 0 ] || kmake "$1" W=1 C=1 "${list[@]}"
}

# The symbols in log $1's objects, kernel or module (B or M), undefined, defined,
# or exported (U, D or E).
symbols()
{
	local kind o

	sed -nE 's/^ +CC (\[M\])? +(.*)$/\1 \2/p' "$1" | sort -u |
		while read -r kind o; do
			[ "$o" ] || { o=$kind; kind=B; }
			[[ " ${objects[*]} " = *" $o "* ]] || continue
			nm "${1%/*}/$o" | awk -v kind="${kind/\[M]/M}" '
				sub(/^__export_symbol_/, "", $3) { print kind, "E", $3 }
				NF == 2 && $1 == "U" { print kind, "U", $2 }
				NF == 3 && $2 ~ /[A-Z]/ { print kind, "D", $3 }'
		done | sort -u
}

# Would the objects of configuration $1 link? Of those that the series touches
# that is known; what it leaves alone it can use if the source has such a name,
# or, from a module, exports it.
unlinkable()
{
	local kind name

	cat "$cache"/*/symbols.now | awk '$2 == "D" { print $3 }' | sort -u |
		awk -v state="$cache/$1" '
		BEGIN {
			while (getline <(state "/symbols.base") > 0)
				before[$1, $2, $3]
			while (getline <(state "/symbols.now") > 0) {
				now[$1, $2, $3]
				if ($2 == "U")
					use[$1 " " $3]
			}
		}
		{ touched[$1] }
		function old(kind, name) {
			return (kind, "U", name) in before &&
				!(("B", "D", name) in before)
		}
		END {
			for (u in use) {
				split(u, f, " ")
				if ((f[1] == "B" && ("B", "D", f[2]) in now) ||
				    ("B", "E", f[2]) in now || old(f[1], f[2]))
					continue
				print (f[2] in touched ? "x" : f[1]), f[2]
			}
		}' | while read -r kind name; do
			[ "$kind" != x ] && in_source "$kind" "$name" ||
				echo "nothing defines $name for what uses it"
		done
}

# Does the source without the series have such a name, for modules or at all?
in_source()
{
	local known=$cache/known.$base

	! grep -qx "$*" "$known" 2>/dev/null || return 0
	case $1 in
	M)	git -C "$tree" grep -qE "EXPORT_[A-Z_]+\(_*$2\>" "$base" ;;
	B)	git -C "$tree" grep -qwF "$2" "$base" -- '*.[chS]' ;;
	esac && echo "$*" >>"$known"
}

# Without the skeletons, which need a kernel that is already built.
build_bpftool()
{
	local o

	for o in $(objects_of bpftool); do
		find "$cache/bpftool" -name "${o##*/}" -delete
	done
	make -C "$tree/tools/bpf/bpftool" OUTPUT="$cache/bpftool/" CC="$cc" \
		HOSTCC="$cc" VMLINUX_BTF= feature-llvm=0 feature-libbfd=0 all
}

# The selftests in directory $1, with the kernel headers and bpftool of now.
build_selftest()
{
	local dir=$cache/selftest

	kmake selftest headers || return
	rm -rf "$dir/out"
	mkdir "$dir/out"
	make -C "$tree/$1" OUTPUT="$dir/out" CC="$cc" \
		KHDR_INCLUDES="-isystem $dir/usr/include" \
		BPFTOOL="$cache/bpftool/bpftool"
}

# The warnings in a log $1 that are about the objects named after it. One in a
# header counts once, in however many objects it appears.
warnings()
{
	awk -v objects="${*:2}" '
	function base(path) { sub(/.*\//, "", path); return path }
	BEGIN {
		split(objects, list, " ")
		for (i in list)
			wanted[base(list[i])]
	}
	/^(ccache|gcc|clang) / { object = "" }
	/^ +CC / { object = base($NF) }
	/^ +[A-Z]+ / && !/^ +(CC|CHECK) / { object = "none" }
	/^[^ ]+: (warning|error): / {
		file = base($1)
		sub(/:.*/, "", file)
		sub(/\.c$/, ".o", file)
		if (!((object == "" ? file : object) in wanted))
			next
		text = $0
		gsub(/:[0-9]+/, "", text)
		if ((object == "" || file == object) || !(text in seen))
			print
		seen[text]
	}' "$1"
}

# The lines of file $2 that are not in file $1, wherever they were there.
added()
{
	awk '{ text = $0; gsub(/:[0-9]+/, "", text) }
	     FILENAME == ARGV[1] { before[text]++; next }
	     before[text]-- <= 0' "$1" "$2"
}

# Build what $1 names; compare with the warnings of the last good build.
build()
{
	local dir=$cache/$1 rc=0

	mkdir -p "$dir"
	rm -f "$dir"/{new,failed,unlinkable,symbols.now}
	case $1 in
	bpftool)	build_bpftool ;;
	selftest)	build_selftest "$(selftest_dir)" ;;
	*)		build_objects "$1" ;;
	esac >"$dir/log" 2>&1 </dev/null || rc=$?
	if [ $rc -ne 0 ]; then
		tail -n 20 "$dir/log" >"$dir/failed"
		return
	fi
	# shellcheck disable=SC2046 # one word per object
	warnings "$dir/log" $(objects_of "$1") >"$dir/warnings.now"
	[ -f "$dir/warnings" ] || : >"$dir/warnings"
	added "$dir/warnings" "$dir/warnings.now" >"$dir/new"
	mv "$dir/warnings.now" "$dir/warnings"
	[ ! -f "$dir/.config" ] || [ "$1" = selftest ] ||
		symbols "$dir/log" >"$dir/symbols.now"
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
			echo "does not build: $name (whole output in $cache/$name/log):"
			cat "$cache/$name/failed"
		}
		[ ! -s "$cache/$name/new" ] || sed "s,^,$name: ," "$cache/$name/new"
		[ ! -s "$cache/$name/unlinkable" ] ||
			sed "s,^,$name: ," "$cache/$name/unlinkable"
	done | sed "s,$tree/,,g"
}

# Check the patch in file $1, which is checked out.
check_patch()
{
	local builds built=() unlinked=() name new patch total

	patch=$(basename "$1" .patch)
	total=$(checkpatch "$1")
	read -ra builds < <(needed | xargs) || :
	build_all ${builds[@]:+"${builds[@]}"}
	for name in ${builds[@]:+"${builds[@]}"}; do
		[ -f "$cache/$name/failed" ] || built+=("$name")
		[ ! -f "$cache/$name/symbols.now" ] ||
			unlinkable "$name" >"$cache/$name/unlinkable"
		[ ! -s "$cache/$name/unlinkable" ] || unlinked+=("$name")
	done
	new=$(for name in ${built[@]:+"${built[@]}"}; do
		cat "$cache/$name/new"
	done | sort -u | wc -l)
	echo "$patch: checkpatch ${total:-failed}, built ${built[*]:-nothing}," \
		"new warnings: $new${unlinked[*]:+, does not link: ${unlinked[*]}}" |
		tee "$cache/report"
	[ "$total" = 0/0/0 ] && [ "$new" -eq 0 ] && [ ${#unlinked[@]} -eq 0 ] &&
		[ ${#builds[@]} -eq ${#built[@]} ] && return
	findings=$((findings + 1))
	details ${builds[@]:+"${builds[@]}"} | sed 's/^/    /'
	return 1
}

# Where what is known about commit $1 is, if all inputs are the same.
known_dir()
{
	echo "$cache/done/$1-$inputs"
}

# Keep the result for commit $1, with the warnings to compare the next one with.
remember()
{
	local dir name

	dir=$(known_dir "$1")
	rm -rf "$dir" "$dir.tmp"
	mkdir -p "$dir.tmp"
	for name in "${configs[@]}" bpftool selftest; do
		[ ! -f "$cache/$name/warnings" ] ||
			cp "$cache/$name/warnings" "$dir.tmp/$name.warnings"
		[ ! -f "$cache/$name/symbols.base" ] ||
			cp "$cache/$name/symbols.base" "$dir.tmp/$name.symbols"
	done
	cp "$cache/report" "$dir.tmp/"
	mv "$dir.tmp" "$dir"
}

# Continue from what is known about commit $1.
recall()
{
	local dir name

	dir=$(known_dir "$1")
	[ -f "$dir/report" ] || return
	touch "$dir"
	rm -f "$cache"/*/warnings
	for name in "${configs[@]}" bpftool selftest; do
		[ ! -f "$dir/$name.warnings" ] ||
			cp "$dir/$name.warnings" "$cache/$name/warnings"
		[ ! -f "$dir/$name.symbols" ] ||
			cp "$dir/$name.symbols" "$cache/$name/symbols.base"
	done
	sed 's/$/ (known)/' "$dir/report"
}

full_builds()
{
	local name

	for name in "${configs[@]}"; do
		say "building the whole kernel, $name (minutes, when nothing is cached)"
		if kmake "$name" -j"$(nproc)" bzImage modules \
			>"$cache/$name/log.full" 2>&1 </dev/null; then
			echo "whole series: bzImage and modules built, $name"
			continue
		fi
		echo "whole series: does not build, $name:"
		tail -n 20 "$cache/$name/log.full" | sed 's/^/    /'
		findings=$((findings + 1))
	done
}

checkout()
{
	git -C "$tree" checkout -q -f --detach "$1"
}

# The state before the series; all else is compared with it.
build_base()
{
	local name

	checkout "$base"
	rm -f "$cache"/*/{warnings,symbols.base}
	say "building the source as it is (minutes, when nothing is cached)"
	build_all "${configs[@]}" bpftool
	for name in "${configs[@]}" bpftool; do
		[ ! -f "$cache/$name/failed" ] || {
			cat "$cache/$name/failed" >&2
			die "the source as it is does not build, $name"
		}
		[ ! -f "$cache/$name/symbols.now" ] ||
			cp "$cache/$name/symbols.now" "$cache/$name/symbols.base"
	done
	echo "the source as it is: built" >"$cache/report"
	remember "$base"
}

command -v sparse >/dev/null || die 'lint needs sparse: apt-get install sparse'
mkdir -p "$cache"/{linux,selftest}
lock "$cache"
# A copy, since the series may be worked on meanwhile, and a tree of its own:
# the other one may be in use by a build.
rm -rf "$cache/series"
cp -r "$series" "$cache/series"
series=$(realpath --relative-to=. "$cache/series")
tree=$(./tree.sh whole "$series")
mapfile -t commits < <(git -C "$tree" rev-list --reverse refs/tclink/base..HEAD)
mapfile -t objects < <(git -C "$tree" log --format= --name-only --diff-filter=d \
	refs/tclink/base..HEAD -- '*.c' | sort -u | sed 's/c$/o/')
patches=("$PWD/$series"/[0-9]*.patch)
[[ ${patches[0]} != */0000-* ]] || patches=("${patches[@]:1}")
[ "${#patches[@]}" -eq "${#commits[@]}" ] ||
	die "${#patches[@]} patches made ${#commits[@]} commits"

base=$(git -C "$tree" rev-parse refs/tclink/base)
# All that decides about a commit's result besides the commit.
inputs=$({
	echo "${objects[*]}"
	cat lint.sh config/base
	gcc --version
	sparse --version
} | sha256sum | cut -c1-16)
find "$cache/done" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} + \
	2>/dev/null || :

recall "$base" >/dev/null || build_base
for i in "${!commits[@]}"; do
	! recall "${commits[i]}" || continue
	checkout "${commits[i]}"
	! check_patch "${patches[i]}" || remember "${commits[i]}"
done
[ "${FULL:-0}" = 0 ] || { checkout "${commits[-1]}"; full_builds; }
echo "lint: ${#patches[@]} patches on a pristine $(basename "$tree")," \
	"$findings with findings, $SECONDS s"
[ "$findings" -eq 0 ]
