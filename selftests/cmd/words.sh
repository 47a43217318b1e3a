# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck shell=bash
# What usage.sh and completion.sh share: devices, links and mounts of their own, where
# that is possible, the verbs of the command, and tables of words.
# shellcheck disable=SC2034	# used in the scripts
set -u
if [ "$(id -u)" = 0 ] && [ "${2:-}" != apart ]; then
	exec unshare --net --mount bash "$0" "${1:-$O}" apart
fi
here=$(realpath "$(dirname "$0")")
# shellcheck source=selftests/lib/tap.sh
. "$here/../lib/tap.sh"
tclink=${1:-$O}/src/tclink
progs=${1:-$O}/progs
verbs=$("$tclink" help | sed -n '/^  help /q; s/^  \([a-z]*\) .*/\1/p')

# table FILE COMMAND...: run the command for each line of words in FILE, which are
# read like those of a shell, with what the next line that begins with a tab has,
# and the words.
table()
{
	local line row words rows=()

	while IFS= read -r line; do
		case $line in
		'#'*)	;;
		$'\t'*)	for row in "${rows[@]}"; do
				eval "words=($row)"
				"${@:2}" "${line:1}" "${words[@]}"
			done
			rows=() ;;
		*)	rows+=("$line") ;;
		esac
	done <"$here/$1" && [ ${#rows[@]} -eq 0 ] || exit 1
}
