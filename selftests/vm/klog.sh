#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Search a kernel log for signs of trouble, which klog.tsv lists.
#
# klog.sh FILE          search a file; print each finding with a few lines after it
# klog.sh --since MARK  search the running kernel's log after the last line with MARK
#
# Exit status: 0 nothing found, 1 found something, 2 could not search.

# From a file that is complete: grep leaving a pipe early would hide a finding.
search()
{
	[ -r "$1" ] || {
		echo "klog: cannot read $1" >&2
		return 2
	}
	! grep -aE -A 12 -m 5 -- "$regex" "$1"
}

# Few processes: each needs a tenth of a second under emulation. If the buffer
# wrapped and has no mark left, all of it is newer.
search_since()
{
	local text

	text=$(dmesg) || return 2
	text=${text##*"$1"}
	[[ $text =~ $regex ]] || return 0
	! grep -aE -A 12 -m 5 -- "$regex" <<<"$text"
}

mapfile -s 2 -t lines <"${0%/*}/klog.tsv" && [ ${#lines[@]} -gt 0 ] || exit 2
printf -v regex '%s|' "${lines[@]%%$'\t'*}"
regex=${regex%|}
case $1 in
--since)	search_since "$2" ;;
*)		search "$1" ;;
esac
