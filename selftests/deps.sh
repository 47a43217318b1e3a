#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: deps.sh [--list] GROUP... [+PACKAGE...]
#
# See to it that the Debian packages of these groups of deps.txt are there, and
# those named. As root install what is missing, otherwise say what to install.
# shellcheck disable=SC2086,SC2016	# lists of words; for dpkg-query
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=../kernel-patches/default/BASE
. "$(dirname "$0")/../kernel-patches/${SERIES:-default}/BASE"

# The packages of a group, or the one package of +PACKAGE
group()
{
	local lines

	if [[ $1 == +?* ]]; then
		echo "${1#+}"
	elif lines=$(grep "^$1 " "${0%/*}/deps.txt"); then
		sed "s/^$1 //; s/SOURCE/$SOURCE/" <<<"$lines"
	else
		echo "deps: no such group: $1" >&2
		return 2
	fi
}

apt_get()
{
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" \
		</dev/null >"$log" 2>&1
}

# The package lists are fetched only if there are none, or they are too old.
install()
{
	echo "deps: installing $*" >&2
	log=$(mktemp)
	trap 'rm -f "$log"' EXIT
	apt_get install -y --no-install-recommends "$@" && return
	apt_get update && apt_get install -y --no-install-recommends "$@" && return
	tail -n 20 "$log" >&2
	echo "deps: failed: apt-get install $*" >&2
	return 1
}

main()
{
	local list=0 group names packages installed missing

	[ "${1:-}" != --list ] || { list=1; shift; }
	names=$(for group; do group "$group" || exit; done)
	packages=$(printf '%s\n' $names | sort -u)
	if [ $list -eq 1 ]; then
		echo $packages
	elif ! command -v dpkg-query >/dev/null; then
		echo "deps: not a Debian system: see to" $packages "yourself" >&2
	else
		installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p')
		missing=$(grep -vxF "$installed" <<<"$packages") || return 0
		[ "$(id -u)" -eq 0 ] || {
			echo "deps: first run, as root: apt-get install" $missing >&2
			return 1
		}
		install $missing
	fi
}

main "$@"
