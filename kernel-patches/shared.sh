# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the scripts here share: the cache, messages, and long steps that show a
# sign of life.
# shellcheck disable=SC2034,SC2154	# those that source this use and set them

cache=${TCLINK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tclink}
# Variables of a make that calls this are not meant for the kernel's.
unset MAKEFLAGS MFLAGS MAKELEVEL O V
# Results do not depend on where the cache directory is. To run the preprocessor
# for each key takes a quarter of a cold build.
export CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
cc=gcc
! command -v ccache >/dev/null || cc='ccache gcc'

say()
{
	printf 'kernel: %s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

# Nobody's personal git settings, and the kernel's attributes, which name the
# function that a hunk is in.
set_up_git()
{
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$cache/gitconfig
	mkdir -p "$cache/linux"
	echo '*.[ch] diff=cpp' >"$cache/gitattributes"
	cat >"$GIT_CONFIG_GLOBAL" <<-EOF
	[user]
		name = tclink
		email = tclink@localhost
	[safe]
		directory = *
	[gc]
		auto = 0
	[core]
		hooksPath = /dev/null
		compression = 0
		attributesFile = $cache/gitattributes
	[advice]
		detachedHead = false
	EOF
}

# One at a time may work in directory $1, until it exits.
lock()
{
	mkdir -p "$1"
	exec 9>"$1/lock"
	flock -n 9 || {
		say "waiting for another one that works in $1"
		flock 9
	}
}

# Is each symbol in .config what standard input asks for?
accepted()
{
	local line bad=0

	while read -r line; do
		case $line in
		CONFIG_*=n)
			! grep -q "^${line%n}" "$kbuild/.config.new" ;;
		CONFIG_*)
			grep -qx "$line" "$kbuild/.config.new" ;;
		esac || { say "kernel does not accept $line"; bad=1; }
	done
	return $bad
}

# Make $kbuild/.config of the fragments in files $2 and up. The lines from tail's
# line $1 on have to be accepted. An unchanged .config is left alone: its mtime
# starts a rebuild.
configure()
{
	local id

	cat "${@:2}" >"$kbuild/fragments"
	id=$({
		cat "$kbuild/fragments"
		find "$tree" -path "$tree/build-*" -prune -o -name 'Kconfig*' -print0 |
			LC_ALL=C sort -z | xargs -0 cat
	} | sha256sum)
	[ "$(cat "$kbuild/config.id" 2>/dev/null)" != "$id" ] || return 0
	kmake KCONFIG_CONFIG=.config.new \
		KCONFIG_ALLCONFIG="$kbuild/fragments" allnoconfig || return
	tail -n "$1" "$kbuild/fragments" | accepted || return
	cmp -s "$kbuild/.config.new" "$kbuild/.config" ||
		cp "$kbuild/.config.new" "$kbuild/.config"
	echo "$id" >"$kbuild/config.id"
}

# One line that tells how far the compilers have come whose output is in log $1:
# after $2 seconds, and if $objects says how many objects there will be, how long
# it will take. Linking takes about a tenth of the time.
progress()
{
	local log=$1 seconds=$2 n left

	n=$(grep -cE '^  (CC|AS)( \[M\])? ' "$log" || :)
	if [ "$n" -eq 0 ]; then
		echo "$seconds s"
	elif [ -z "${objects:-}" ]; then
		echo "$n objects, $seconds s"
	elif grep -qE '^  LD +(vmlinux.o|\.tmp_vmlinux)' "$log"; then
		echo "$n objects, linking, $seconds s"
	elif [ $((n * 20)) -lt "$objects" ]; then
		echo "$n of about $objects objects, $seconds s"
	else
		left=$((seconds * objects * 11 / 10 / n - seconds))
		[ $left -gt 0 ] || left=1
		printf '%d of about %d objects, %d s, about %d:%02d min left\n' \
			"$n" "$objects" "$seconds" $((left / 60)) $((left % 60))
	fi
}

# Run a command with its output in a log file, and show how far it is: on a
# terminal in one line that changes, elsewhere in a line each half a minute. If
# the command fails, show the end of its output.
step()
{
	local log=$1 pid start=$SECONDS last=$SECONDS every=30 before='' after='\n'
	shift

	[ ! -t 2 ] || every=1 before='\r' after='\e[K'
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	# SC2064: the pid of now is meant
	# shellcheck disable=SC2064
	trap "kill $pid 2>/dev/null; exit 130" INT TERM
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		[ $((SECONDS - last)) -ge $every ] || continue
		last=$SECONDS
		printf "${before}kernel:   ... %s${after}" \
			"$(progress "$log" $((SECONDS - start)))" >&2
	done
	[ ! -t 2 ] || printf '\r\e[K' >&2
	trap - INT TERM
	wait "$pid" && return
	tail -n 40 "$log" >&2
	die "failed: $* (whole output in $log)"
}
