#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: at_length.sh VERB BUILD-DIR KERNEL-ENV [ARG]...
#
# Tests and measurements that need long, in virtual machines with the kernel that
# KERNEL-ENV names. make calls this, with its targets as verbs:
#
# stress SCALE      all tests, and the long form of the stress tests: a million
#                   operations, a million calls, a thousand kills, and all
#                   allocations; SCALE is a percentage of that, 0 leaves them out
# soak SECONDS      mixed load, with figures of memory, files and slabs at its
#                   start, in between and at its end
# flow              the tests of the flow classifiers, and what they measure
# coverage [TEST]   which lines of the series the tests run, or those named, and
#                   which not
# suites            the kernel tree's own suites on two kernels, side by side: the
#                   one without the series, and the one with it; it fails if any
#                   single test differs
# bench-attach      how the instructions that adding filters needs grow with
#                   their number, on the same two kernels
set -uo pipefail

# Name, options, --, command: boot for the command, with a log of that name.
boot()
{
	mkdir -p "$results"
	selftests/vm/boot.sh --kernel "$kernel" --timeout 7200 --log "$results/$1.log" "${@:2}"
}

# The guest's part of this verb; its arguments. boot.sh gets the options.
in_guest()
{
	boot console "${options[@]}" -- \
		selftests/at_length.sh "$verb-in-guest" "$build" "$kernel" "$@"
}

stress_in_guest()
{
	local scale=$1 all long=()

	mapfile -t all < <(grep -v /stress_ "$tests/tests.list")
	if [ "$scale" -gt 0 ]; then
		long=("$tests/stress_model --ops $((10000 * scale)) --seconds $((36 * scale))"
			"$tests/stress_kill --ops $((10 * scale)) --seconds $((12 * scale))"
			"$tests/stress_fuzz --ops $((10000 * scale)) --seconds $((36 * scale))")
		# Kernels for other purposes are without.
		if [ -d /sys/kernel/debug/failslab ]; then
			long=("$tests/stress_fault all" "${long[@]}")
		else
			echo '# no fault injection in this kernel'
		fi
	fi
	selftests/tap_run.sh --timeout $((1200 + 40 * scale)) \
		--leaks "$tests/stress_leaks" "${all[@]}" "${long[@]}"
}

# A stress test, whose results are not counted, but a failure is
load()
{
	"$tests/$1" "${@:2}" | sed 's/^/# /'
	[ "${PIPESTATUS[0]}" -eq 0 ] || { echo "# $1 failed"; broken=1; }
}

load_for_a_while()
{
	local seed=$((RANDOM * 32768 + RANDOM + 1))

	load stress_model --ops 0 --seconds 60 --seed $seed
	load stress_kill --ops 1000 --seconds 15 --seed $seed
	load stress_fuzz --ops 1000000 --seconds 20 --seed $seed
}

figures()
{
	echo "# figures after $SECONDS s:"
	"$tests/stress_leaks" show | sed 's/^/# /'
}

soak_in_guest()
{
	# shellcheck source=selftests/lib/tap.sh
	. selftests/lib/tap.sh
	broken=0
	# What is only loaded once is no leak.
	load_for_a_while
	"$tests/stress_leaks" save "$tmp/figures" all
	SECONDS=0
	figures
	while [ $SECONDS -lt "$1" ] && [ "$broken" -eq 0 ]; do
		load_for_a_while
		figures
	done
	result "$broken" "$SECONDS s of mixed load"
	check 'nothing is left' "$tests/stress_leaks" compare "$tmp/figures"
	tap_end
}

# What it is about, then as for boot
part()
{
	echo "# $1"
	boot "${@:2}" || rc=1
}

flow()
{
	local rc=0

	part 'Classes, packet by packet' same -- env FLOW_PACKETS="${FLOW_PACKETS:-10000}" \
		FLOW_SETS=5 FLOW_ALL=1 "$tests/test_flow_same"
	part Hash hash -- env FLOW_HASHED=25600 "$tests/test_flow_hash"
	part 'Malformed packets' fuzz -- env FLOW_FUZZ="${FLOW_FUZZ:-200000}" \
		"$tests/test_flow_fuzz"
	part 'Shares of a link' shares -- env FLOW_SECONDS=10 unshare --net \
		"$tests/test_flow.sh" --one fair_shares
	part 'Instructions for each packet' cost --icount -- unshare --net \
		selftests/bench/packet_cost.sh "$build"
	return $rc
}

coverage_in_guest()
{
	local gcov=/sys/kernel/debug/gcov rc

	echo 1 >$gcov/reset
	selftests/tap_run.sh --timeout 900 "${@/#/$tests/}"
	rc=$?
	# Their size is zero for whoever asks instead of reading.
	find $gcov -path '*/net/*' -name '*.gcda' | while read -r f; do
		cat "$f" >"$TCLINK_OUT/${f##*/}"
	done
	return $rc
}

coverage()
{
	local all gcda name rc

	mapfile -t all < <(sed 's|.*/||' "$tests/tests.list")
	[ $# -gt 0 ] || set -- "${all[@]}"
	rm -rf "$results"
	mkdir -p "$results" || return 2
	options=(--share "$results")
	in_guest "$@"
	rc=$?
	compgen -G "$results/*.gcda" >/dev/null ||
		{ echo 'the kernel counted nothing' >&2; return 1; }
	# shellcheck source=/dev/null
	. "$kernel" || return 2
	for gcda in "$results"/*.gcda; do
		name=$(basename "$gcda" .gcda)
		cp "$(find "$KBUILD/net" -name "$name.gcno")" "$results/" || return 1
		(cd "$KBUILD" && gcov --stdout -o "$results/$name.gcda" "$name.c")
	done >"$results/gcov" 2>"$results/gcov.log"
	git -C "$KSRC" diff -U0 refs/tclink/base HEAD -- net include/net >"$results/diff"
	awk -F : -f selftests/coverage.awk "$results/diff" "$results/gcov"
	return $rc
}

# A part of suites/guest.sh, with options for boot.sh, on the kernel without the
# series and on the one with it. A warning in the kernel's log is a result like
# others.
on_both_kernels()
{
	local part=$1 flavour out uapi

	uapi=$(sed -n 's/^UAPI=//p' "$build/kernel-suites.env")
	for flavour in unpatched suites; do
		kernel=$build/kernel-$flavour.env results=$build/suites/$flavour
		out=$results/$part
		echo "# $part on the kernel that ${kernel##*/} names"
		make --no-print-directory -C selftests/suites OUT="$results/files" \
			KERNEL_ENV="$kernel" UAPI="$uapi" || return 2
		rm -rf "$out"
		mkdir -p "$out"
		boot "$part" "${@:2}" --share "$out" -- \
			selftests/suites/guest.sh "$part" "$results/files"
		case $part:$? in
		tests:0)	echo $'kernel log\tok\tno warning' ;;
		tests:122)	echo $'kernel log\tfailed\tno warning' ;;
		bench:0)	;;
		*)		echo "not run to the end: see $out" >&2
				return 2 ;;
		esac >>"$out/results"
	done
}

# What guest.sh left in file $2 of part $1, by the script of that part
compare()
{
	awk -f "selftests/suites/compare_$1.awk" "$build"/suites/{unpatched,suites}/"$1/$2"
}

main()
{
	cd "$(dirname "$0")/.." || exit 2
	verb=$1 build=$2 kernel=$3
	shift 3
	tests=$build/selftests
	results=$build/$verb
	case $verb in
	stress)		options=(--mem 3072 --timeout 20000); in_guest "$@" ;;
	soak)		options=(--mem 3072 --timeout $((20000 + $1))); in_guest "$@" ;;
	suites)		on_both_kernels tests && compare tests results ;;
	# Counted instructions: the same each time, however busy the machine is.
	bench-attach)	on_both_kernels bench --icount && compare bench times ;;
	flow)		flow ;;
	coverage)	coverage "$@" ;;
	stress-in-guest)	stress_in_guest "$@" ;;
	soak-in-guest)		soak_in_guest "$@" ;;
	coverage-in-guest)	coverage_in_guest "$@" ;;
	*)		echo "at_length: no such verb: $verb" >&2; exit 2 ;;
	esac
	exit
}

main "$@"
