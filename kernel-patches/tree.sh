#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: tree.sh id|commits|apply|whole SERIES-DIR
#
# Make the series commits on the kernel source that SERIES-DIR/BASE names, in the
# cache. The patch that registers a kselftest gets its files from selftests/ of
# this repository, unless it has them.
#
# id:      print what tells this kernel source from another.
# commits: print the git tree, and the last commit.
# apply:   check the commits out and print the tree's path. Files that the series
#          leaves alone keep their mtime, so that a changed series rebuilds only
#          what it touches. Git knows of the files that a series has touched so
#          far, because to read all 86,000 takes longer than to unpack them.
# whole:   the same, and git knows all files.
# base:    make a tree next to it without the series, and print its path.
set -euo pipefail

cd "$(dirname "$0")"
. ./shared.sh
# shellcheck source-path=SCRIPTDIR source=default/BASE
. "$2/BASE"

verb=$1 series=$(realpath "$2")
tarball=/usr/src/$SOURCE.tar.xz
patches=()
# The patch that registers tests, by its number, and their directory, there and here
bringer=0 tests=none local_tests=

# The same commit ids for everyone
export GIT_AUTHOR_DATE='2000-01-01T00:00:00Z' GIT_COMMITTER_DATE='2000-01-01T00:00:00Z'

find_patches()
{
	local p name

	for p in "$series"/[0-9]*.patch; do
		[[ -f $p && $p != */0000-* ]] || continue
		patches+=("$p")
		name=$(sed -n 's/^+TARGETS += //p' "$p")
		[ -z "$name" ] || {
			bringer=${#patches[@]}
			tests=tools/testing/selftests/$name
			local_tests=../selftests/$name
		}
	done
}

# Run a command with the files of the tests, in their directory.
with_tests()
{
	(cd "$local_tests" &&
		find . -type f ! -name '*~' ! -name '.*.sw?' -print0 |
		LC_ALL=C sort -z | xargs -0 "$@")
}

# Add the files of directory $1 that standard input names, null-terminated, to
# the base commit of $tree. The index stays there, so that the next time only
# changed files are read.
record_base()
{
	local old new
	local -x GIT_DIR=$tree/.git GIT_WORK_TREE=$1 GIT_INDEX_FILE=$tree/.git/base-index

	(cd "$1" && git update-index --add --remove -z --stdin)
	new=$(git write-tree)
	old=$(git rev-parse -q --verify 'refs/tclink/base^{tree}' || :)
	[ "$old" = "$new" ] ||
		git update-ref refs/tclink/base "$(git commit-tree -m base "$new")"
}

# Those of other tarballs go first: they need 2 GB each.
unpack_tarball()
{
	say "unpacking $tarball (takes half a minute)"
	rm -rf "$cache"/linux/debian-*
	mkdir -p "$tree.tmp"
	tar -xJf "$tarball" -C "$tree.tmp" --strip-components=1
	git init -q "$tree.tmp"
	mv "$tree.tmp" "$tree"
}

# The files that the patches name
named()
{
	echo Makefile
	sed -nE 's,^(---|\+\+\+) [ab]/,,p; s/^rename (from|to) //p' \
		/dev/null "${patches[@]}"
}

# Let git know the files that standard input names, as the source has them. What
# it does not know it has not touched.
track()
{
	comm -23 <(sort -u) <(for commit in refs/tclink/base HEAD; do
		git -C "$tree" ls-tree -r --name-only $commit 2>/dev/null || :
	done | sort -u) | tr '\n' '\0' | record_base "$tree"
}

track_all()
{
	! git -C "$tree" diff --quiet refs/tclink/{whole,base} 2>/dev/null || return 0
	say "reading the whole source (takes a minute)"
	git -C "$tree" ls-files --cached --others -x '/build-*' | track
	git -C "$tree" update-ref refs/tclink/whole refs/tclink/base
	grown=1
}

# The files of KSRC, null-terminated. .gitignore does not count where there is no
# git: the one in Debian's source ignores everything.
list_ksrc()
{
	if [ -e "$KSRC/.git" ]; then
		git -C "$KSRC" ls-files -z
	else
		(cd "$KSRC" && find . -path './build-*' -prune -o -type f,l -printf '%P\0')
	fi
}

# Only read KSRC: index and objects are in the cache.
import_ksrc()
{
	[[ -f $KSRC/Kconfig && -d $KSRC/net/sched ]] ||
		die "KSRC=$KSRC is not a kernel tree"
	[ -e "$KSRC/.git" ] || [ ! -e "$KSRC/include/config" ] ||
		die "KSRC=$KSRC has been built in: run make mrproper there first"
	[ -d "$tree/.git" ] || say "importing $KSRC (about a minute)"
	git init -q "$tree"
	{ GIT_INDEX_FILE=$tree/.git/base-index git -C "$tree" ls-files -z
	  list_ksrc; } | record_base "$KSRC"
	git -C "$tree" update-ref refs/tclink/whole refs/tclink/base
}

find_tree()
{
	if [ -n "${KSRC:-}" ]; then
		KSRC=$(realpath "$KSRC")
		id=$(sha256sum <<<"$KSRC")
		tree=$cache/linux/$(basename "$KSRC")-${id:0:8}
		import_ksrc
		id=$(git -C "$tree" rev-parse refs/tclink/base)
		return
	fi
	[ -f "$tarball" ] || die "no $tarball: apt-get install $SOURCE"
	id=$(stat -L -c '%s %Y' "$tarball" | sha256sum | cut -c1-16)
	tree=$cache/linux/debian-${id:0:8}
	[ -d "$tree" ] || [ "$verb" = id ] || unpack_tarball
}

# What git says names the patch that does not apply.
am()
{
	[ $# -gt 0 ] || return 0
	git -C "$work" am -q --committer-date-is-author-date --whitespace=nowarn \
		"$@" >"$work.log" 2>&1 </dev/null && return
	cat "$work.log" >&2
	die "$(basename "$series") does not apply to $version"
}

# Put the tests into the commit that registers them.
add_tests()
{
	[ ! -d "$work/$tests" ] || return 0
	mkdir -p "$work/$tests"
	with_tests cp --parents -t "$work/$tests"
	git -C "$work" add -f "$tests"
	git -C "$work" commit -q --amend --no-edit
}

apply_series()
{
	say "applying ${#patches[@]} patches to $version"
	work=$tree/.git/apply
	rm -rf "$work"
	git -C "$tree" worktree prune
	git -C "$tree" worktree add -q --no-checkout --detach "$work" "$base"
	# Git takes a file that is not there from the index.
	git -C "$work" read-tree HEAD
	am "${patches[@]:0:bringer}"
	[ "$bringer" -eq 0 ] || add_tests
	am "${patches[@]:bringer}"
	git -C "$tree" update-ref "$ref" "$(git -C "$work" rev-parse HEAD)"
	git -C "$tree" worktree remove --force "$work"
}

# Next to the patched tree, so that building one does not rebuild the other.
unpatched_tree()
{
	local plain=$tree-unpatched

	git -C "$tree" worktree prune
	if [ ! -e "$plain/.git" ]; then
		rm -rf "$plain"
		say "making a tree without the series (about a minute)"
		git -C "$tree" worktree add -q -f --no-checkout --detach \
			"$plain" "$base"
	fi
	git -C "$plain" checkout -q -f --detach "$base"
	echo "$plain"
}

# The series is known by its patches, its tests, and what it is applied to.
find_ref()
{
	local id

	id=$({
		cat tree.sh "${patches[@]}"
		[ "$bringer" -eq 0 ] || with_tests sha256sum
	} | sha256sum | cut -c1-16)
	echo "refs/tclink/series/$id-${base:0:16}"
}

main()
{
	grown=
	set_up_git
	find_patches
	find_tree
	case $verb in
	id)		echo "$id"
			return ;;
	whole|base)	track_all ;;
	*)		named | track ;;
	esac
	base=$(git -C "$tree" rev-parse refs/tclink/base)
	version=$(git -C "$tree" show "$base:Makefile" |
		awk '/^(VERSION|PATCHLEVEL|SUBLEVEL) =/ { v = v s $3; s = "." } END { print v }')
	[ "$verb" != base ] || { unpatched_tree; return; }
	ref=$(find_ref)
	git -C "$tree" rev-parse -q --verify "$ref" >/dev/null || apply_series
	# What is there is the base: only what differs has to be written.
	[ -f "$tree/.git/index" ] || cp "$tree/.git/base-index" "$tree/.git/index"
	case $verb in
	commits)
		echo "$tree $(git -C "$tree" rev-parse "$ref")" ;;
	*)	# Git would write anew, with a new time, what its index does not have.
		[ -z "$grown" ] || {
			git -C "$tree" read-tree --reset "$ref"
			git -C "$tree" update-index -q --refresh || :
		}
		git -C "$tree" checkout -q -f --detach "$ref"
		echo "$tree" ;;
	esac
}

main
