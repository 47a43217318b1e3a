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
work=
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

# The files of the tests, null-terminated
test_files()
{
	(cd "$local_tests" && find . -type f ! -name '*~' ! -name '.*.sw?' -print0) |
		LC_ALL=C sort -z
}

# The files of directory $1, null-terminated. .gitignore does not count: the one
# in Debian's source ignores everything.
list_files()
{
	if [ -e "$1/.git" ] && [ "$1" != "$tree" ]; then
		env -u GIT_DIR -u GIT_WORK_TREE -u GIT_INDEX_FILE \
			git -C "$1" ls-files -z
	else
		(cd "$1" && find . \( -path ./.git -o -path './build-*' \) -prune -o \
			\( -type f -o -type l \) -printf '%P\0')
	fi
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

unpack_tarball()
{
	local old unpacked=$tree

	say "unpacking $tarball (takes half a minute)"
	tree=$unpacked.tmp
	rm -rf "$tree"
	mkdir -p "$tree"
	tar -xJf "$tarball" -C "$tree" --strip-components=1
	git init -q "$tree"
	record_base "$tree" </dev/null
	for old in "$cache"/linux/debian-*; do
		[ "$old" = "$tree" ] || rm -rf "$old"
	done
	mv "$tree" "$unpacked"
	tree=$unpacked
}

# The files that the patches name
named()
{
	echo Makefile
	cat /dev/null ${patches[@]:+"${patches[@]}"} |
		sed -nE 's,^(---|\+\+\+) [ab]/,,p; s/^rename (from|to) //p'
}

# Let git know the files that standard input names, as the source has them. What
# it does not know it has not touched.
track()
{
	comm -23 <(sort -u) \
		<({ git -C "$tree" ls-tree -r --name-only refs/tclink/base
		    ! git -C "$tree" rev-parse -q --verify HEAD >/dev/null ||
			git -C "$tree" ls-tree -r --name-only HEAD; } | sort -u) |
		tr '\n' '\0' | record_base "$tree"
}

track_all()
{
	local whole

	whole=$(git -C "$tree" rev-parse -q --verify refs/tclink/whole || :)
	[ "$whole" != "$(git -C "$tree" rev-parse refs/tclink/base)" ] || return 0
	say "reading the whole source (takes a minute)"
	list_files "$tree" | tr '\0' '\n' | track
	git -C "$tree" update-ref refs/tclink/whole refs/tclink/base
}

# Only read KSRC: index and objects are in the cache.
import_ksrc()
{
	[[ -f $KSRC/Kconfig && -d $KSRC/net/sched ]] ||
		die "KSRC=$KSRC is not a kernel tree"
	[ -e "$KSRC/.git" ] || [ ! -e "$KSRC/include/config" ] ||
		die "KSRC=$KSRC has been built in: run make mrproper there first"
	[ -d "$tree/.git" ] || {
		say "importing $KSRC (about a minute)"
		git init -q "$tree"
	}
	{ GIT_INDEX_FILE=$tree/.git/base-index git -C "$tree" ls-files -z
	  list_files "$KSRC"; } | record_base "$KSRC"
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

drop_worktree()
{
	[ -z "$work" ] || git -C "$tree" worktree remove --force "$work"
	work=
}

am()
{
	local n

	[ $# -gt 0 ] || return 0
	git -C "$work" am -q --committer-date-is-author-date --whitespace=nowarn \
		"$@" >"$work.log" 2>&1 </dev/null && return
	n=$(cat "$(git -C "$work" rev-parse --git-path rebase-apply/next)")
	say "$(basename "${!n}") does not apply to $version:"
	cat "$work.log" >&2
	exit 1
}

# Put the tests into the commit that registers them.
add_tests()
{
	[ ! -d "$work/$tests" ] || return 0
	mkdir -p "$work/$tests"
	test_files | (cd "$local_tests" && xargs -0 cp --parents -t "$work/$tests")
	git -C "$work" add -f "$tests"
	git -C "$work" commit -q --amend --no-edit
}

apply_series()
{
	say "applying ${#patches[@]} patches to $version"
	work=$tree/.git/apply
	trap drop_worktree EXIT
	rm -rf "$work"
	git -C "$tree" worktree prune
	git -C "$tree" worktree add -q --no-checkout --detach "$work" "$base"
	# Git takes a file that is not there from the index.
	git -C "$work" read-tree HEAD
	if [ "$bringer" -gt 0 ]; then
		am "${patches[@]:0:bringer}"
		add_tests
	fi
	am "${patches[@]:bringer}"
	git -C "$tree" update-ref "$ref" "$(git -C "$work" rev-parse HEAD)"
	drop_worktree
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
		cat tree.sh ${patches[@]:+"${patches[@]}"}
		[ "$bringer" -eq 0 ] ||
			test_files | (cd "$local_tests" && xargs -0 sha256sum)
	} | sha256sum | cut -c1-16)
	echo "refs/tclink/series/$id-${base:0:16}"
}

main()
{
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
	[ "$verb" != base ] || {
		unpatched_tree
		return
	}
	ref=$(find_ref)
	git -C "$tree" rev-parse -q --verify "$ref" >/dev/null || apply_series
	# What is there is the base: only what differs has to be written.
	[ -f "$tree/.git/index" ] || cp "$tree/.git/base-index" "$tree/.git/index"
	case $verb in
	commits)
		echo "$tree $(git -C "$tree" rev-parse "$ref")" ;;
	*)	git -C "$tree" checkout -q -f --detach "$ref"
		echo "$tree" ;;
	esac
}

main
