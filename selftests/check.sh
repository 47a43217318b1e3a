#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: check BUILD-DIR KERNEL-ENV [TEST]...
#
# All tests: those of the test machinery and of the library here, the others in
# two virtual machines with the kernel that KERNEL-ENV names; or only the tests
# named, in the virtual machines. With LONG set in the environment, what is for
# stock kernels runs on the patched one, too. The last line printed is
# "N passed, N failed, N skipped".
set -uo pipefail

cd "$(dirname "$0")/.." || exit 2
build=$1 kernel=$2
shift 2
results=$build/check
rm -rf "$results"
mkdir -p "$results/claims" || exit 2

built=$(($(date +%s) - ${STARTED:-$(date +%s)}))
passed=0 failed=0 skipped=0
# Add up what selftests/tap_run.sh counted; no count is a failure.
add()
{
	local p=0 f=1 s=0

	if [ -f "$results/$1" ]; then
		read -r p f s <"$results/$1"
	else
		echo "not ok - $1: the tests did not run to their end"
	fi
	# A status that the counts do not explain, such as a kernel warning.
	[ "$2" -eq 0 ] || [ "$f" -gt 0 ] || {
		echo "not ok - $1: exit status $2"
		f=1
	}
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# Those that need no patched kernel
here=(selftests/host/host.sh selftests/host/named_tests.sh kernel-patches/test_series.sh "$build/selftests/test_agent.sh" "$build/selftests/test_try.sh")
parts=(host machinery)
list=$results/tests.list

# Whether this machine has what the tests of stock kernels need
stock_here()
{
	[ -z "${LONG:-}" ] && [ "$(id -u)" -eq 0 ] &&
		grep -qaP 'BPF_LINK_TYPE_TCX\x00' /sys/kernel/btf/vmlinux 2>/dev/null &&
		unshare --net tc qdisc add dev lo clsact 2>/dev/null
}

if [ $# -eq 0 ] && stock_here; then
	grep -vE '/test_(lib_tcx|lib_netlink|try)\.sh$' "$build/selftests/tests.list" >"$list"
elif [ $# -eq 0 ]; then
	cp "$build/selftests/tests.list" "$list"
else
	parts=()
	printf '%s\n' "${@/#/$build/selftests/}" >"$list"
fi
# The bpftool that was built with the kernel
tools=$(sed -n 's|^BPFTOOL=\(.*\)/.*|\1|p' "$kernel")
# Background jobs do not get the terminal's SIGINT.
trap 'trap "" TERM; kill -TERM 0; wait; exit 130' INT TERM

# A virtual machine that takes tests from the list until none is left.
guest()
{
	# Expanded in the guest.
	# shellcheck disable=SC2016
	selftests/vm/boot.sh --kernel "$kernel" --timeout 3600 \
		--log "$results/console-$1.log" --share "$results" -- \
		sh -c 'exec selftests/tap_run.sh --timeout 600 --list "$1" --claim "$TCLINK_OUT/claims" \
			--leaks "$3" --counts "$TCLINK_OUT/$2" --times "$TCLINK_OUT/times.$2"' \
		check "$list" "guest-$1" "$build/selftests/stress_leaks"
}

# Programs on this machine, as part $1 of the results
on_this_machine()
{
	local part=$1
	shift

	PATH=$tools:$PATH O=$build TIMES=$results/times.$part.parts \
		selftests/tap_run.sh --no-klog --timeout 900 --counts "$results/$part" \
		--times "$results/times.$part" "$@"
	echo $? >"$results/$part.rc"
}

# Emulation keeps one processor busy, so there are two at a time: here and there.
# The test of the machinery mostly waits.
other()
{
	local start=$SECONDS

	if [ ${#parts[@]} -gt 0 ]; then
		on_this_machine machinery selftests/vm/test_machinery.sh >"$results/machinery.log" 2>&1 &
		echo '# On this machine: what needs no patched kernel'
		on_this_machine host "${here[@]}"
		wait
		echo '# On this machine: the test machinery'
		cat "$results/machinery.log"
		echo $((SECONDS - start)) >"$results/host.seconds"
	fi
	echo '# In the other virtual machine'
	guest 2
	echo $? >"$results/guest-2.rc"
}

# Where the time went: each program, and those that a program started.
times()
{
	echo "# The ten slowest programs, in seconds:"
	cat "$results"/times.* | grep -v ' host.sh$' |
		sort -rn | head -n 10 | sed 's/^/#   /'
	echo "# Kernel, library and tests: built in $built s"
	[ ${#parts[@]} -eq 0 ] ||
		echo "# Tests on this machine: $(cat "$results/host.seconds") s"
	echo "# Tests in the virtual machines: $(cat "$results"/times.guest-* 2>/dev/null |
		awk '{ s += $1 } END { printf "%d", s }') s in all"
	echo "# All tests, from the first to the last: $SECONDS s"
}

echo "# In two virtual machines: $(wc -l <"$list") test programs"
other >"$results/other.log" 2>&1 </dev/null &
guest 1
rc=$?
echo '# Meanwhile; waiting for the rest'
wait
cat "$results/other.log"

add guest-1 $rc
for part in ${parts[0]+"${parts[@]}"} guest-2; do
	add $part "$(cat "$results/$part.rc" 2>/dev/null || echo 1)"
done
while read -r t; do
	[ -d "$results/claims/${t##*/}" ] || {
		echo "not ok - ${t##*/}: nobody ran it"
		failed=$((failed + 1))
	}
done <"$list"

times
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
