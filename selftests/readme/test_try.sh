#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# try.sh on the kernel that is running, with the best backend it has and
# with the one that every kernel has.
here=$(dirname "$(realpath "$0")")
O=$(realpath "$(dirname "$0")/..")
export O
# shellcheck source=selftests/lib/tap.sh
. "$here/../lib/tap.sh"
tap_prefix='try: '
[ "$EUID" -eq 0 ] || skip_all 'needs root'

check 'the best backend' "$here/try.sh"
check 'a netlink filter' "$here/try.sh" --backend netlink
namespaces=$(ip netns list)
[[ $namespaces != *tclink-try* ]]
result $? 'no namespace is left'
tap_end
