#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: check.sh BUILD-DIR KERNEL-ENV [TEST]...
#
# All tests: those of the test machinery and of the library here, the others in
# two virtual machines with the kernel that KERNEL-ENV names; or only the tests
# named, in the virtual machines. With LONG set in the environment, what is for
# stock kernels runs on the patched one, too, and the library's tests under
# valgrind. The last line printed is "N passed, N failed, N skipped".
set -uo pipefail

# Tests that need no patched kernel
host_tests()
{
	printf 'selftests/%s.sh\n' host/{abi,man,install,floors,named_tests} fuzz/fuzz \
		cmd/{usage,completion}
	echo kernel-patches/test_series.sh
	printf "$build/%s\n" asan/selftests/host/{unit,choice,backends} \
		selftests/{host/progs,test_cmd.sh,test_agent.sh,test_try.sh}
	[ -z "${LONG:-}" ] ||
		printf "selftests/host/under_valgrind.sh $build/selftests/host/%s\n" \
			unit choice backends
}

# Succeed if this machine has what the tests of stock kernels need.
stock_here()
{
	[ -z "${LONG:-}" ] && [ "$(id -u)" -eq 0 ] &&
		grep -qaP 'BPF_LINK_TYPE_TCX\x00' /sys/kernel/btf/vmlinux 2>/dev/null &&
		unshare --net tc qdisc add dev lo clsact 2>/dev/null
}

guest_tests()
{
	if [ $# -gt 0 ]; then
		printf '%s\n' "${@/#/$build/selftests/}"
	elif stock_here; then
		grep -vE '/test_(lib_tcx|lib_netlink|try)\.sh$' "$build/selftests/tests.list" |
			sed 's|/test_cmd\.sh$|& backend|'
	else
		cat "$build/selftests/tests.list"
	fi
}

# Part of the results, tests: run them on this machine.
here()
{
	selftests/tap_run.sh --no-klog --timeout 900 --counts "$results/$1" \
		--times "$results/times.$1" "${@:2}"
	echo $? >"$results/$1.rc"
}

# Part of the results: boot a virtual machine that takes tests from the list until
# none is left.
guest()
{
	# shellcheck disable=SC2016	# expanded in the guest
	selftests/vm/boot.sh --kernel "$kernel" --timeout 3600 \
		--log "$results/console-${1#*-}.log" --share "$results" -- \
		sh -c 'exec selftests/tap_run.sh --timeout 600 --list "$1" --claim "$TCLINK_OUT/claims" \
			--leaks "$3" --counts "$TCLINK_OUT/$2" --times "$TCLINK_OUT/times.$2"' \
		check "$list" "$1" "$build/selftests/stress_leaks"
	echo $? >"$results/$1.rc"
}

# What runs beside the first virtual machine. Emulation keeps one processor busy,
# so there are two at a time. The test of the machinery mostly waits.
beside()
{
	local tests

	if [ $whole -eq 1 ]; then
		here machinery selftests/vm/test_machinery.sh >"$results/machinery.log" 2>&1 &
		echo '# On this machine: what needs no patched kernel'
		mapfile -t tests < <(host_tests)
		here host "${tests[@]}"
		wait
		echo '# On this machine: the test machinery'
		cat "$results/machinery.log"
	fi
	echo '# In the other virtual machine'
	guest guest-2
}

# Add up what tap_run.sh counted for a part; no count is a failure.
add()
{
	local p=0 f=1 s=0 rc

	if [ -f "$results/$1" ]; then
		read -r p f s <"$results/$1"
	else
		echo "not ok - $1: the tests did not run to their end"
	fi
	rc=$(cat "$results/$1.rc")
	# A status that the counts do not explain, such as a kernel warning.
	[ "$rc" = 0 ] || [ "$f" -gt 0 ] || {
		echo "not ok - $1: exit status $rc"
		f=1
	}
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# Each test of the list was begun by one of the virtual machines.
add_forgotten()
{
	local t

	while read -r t; do
		[ -d "$results/claims/${t##*/}" ] || {
			echo "not ok - ${t##*/}: nobody ran it"
			failed=$((failed + 1))
		}
	done <"$list"
}

show_times()
{
	echo "# The ten slowest programs, in seconds:"
	cat "$results"/times.* 2>/dev/null | sort -rn | head -n 10 | sed 's/^/#   /'
	echo "# Kernel, library and tests: built in $built s"
	awk '{ s[FILENAME ~ /guest-.$/] += $1 }
		END { printf "# Programs: %d s here, %d s in the virtual machines\n", s[0], s[1] }' \
		"$results"/times.* 2>/dev/null
	echo "# All tests, from the first to the last: $SECONDS s"
}

main()
{
	local part

	cd "$(dirname "$0")/.." || exit 2
	build=$1 kernel=$2
	shift 2
	whole=$(($# == 0)) passed=0 failed=0 skipped=0
	built=$(($(date +%s) - ${STARTED:-$(date +%s)}))
	results=$build/check list=$build/check/tests.list
	rm -rf "$results"
	mkdir -p "$results/claims" || exit 2
	guest_tests "$@" >"$list"
	# For the tests here, the bpftool that was built with the kernel
	PATH=$(sed -n 's|^BPFTOOL=\(.*\)/.*|\1|p' "$kernel"):$PATH
	export PATH O=$build
	# Background jobs do not get the terminal's SIGINT.
	trap 'trap "" TERM; kill -TERM 0; wait; exit 130' INT TERM

	echo "# In two virtual machines: $(wc -l <"$list") test programs"
	beside >"$results/beside.log" 2>&1 </dev/null &
	guest guest-1
	echo '# Meanwhile; waiting for the rest'
	wait
	cat "$results/beside.log"
	for part in $([ $whole -eq 0 ] || echo host machinery) guest-{1,2}; do
		add "$part"
	done
	add_forgotten
	show_times
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed -eq 0 ] && [ $passed -gt 0 ]
	exit
}

main "$@"
