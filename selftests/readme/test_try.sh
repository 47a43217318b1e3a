#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# try.sh on the kernel that is running, with the best backend it has and
# with the one that every kernel has.
here=$(dirname "$(realpath "$0")")
if [ "$(id -u)" -ne 0 ]; then
	echo '1..0 # SKIP needs root'
	exit 4
fi
O=$(realpath "$(dirname "$0")/..")
export O
rc=0

# Number, name, then the options of try
one()
{
	local out

	if out=$("$here/try.sh" "${@:3}" 2>&1); then
		echo "ok $1 try: $2"
	else
		printf '# %s\n' "${out//$'\n'/$'\n'# }"
		echo "not ok $1 try: $2"
		rc=1
	fi
}

# Its namespaces are gone.
nothing_left()
{
	if [ -z "$(ip netns list | grep tclink-try)" ]; then
		echo 'ok 3 try: no namespace is left'
	else
		echo 'not ok 3 try: no namespace is left'
		rc=1
	fi
}

echo 1..3
one 1 'the best backend'
one 2 'a netlink filter' --backend netlink
nothing_left
exit $rc
