#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: run tests|bench BUILD-DIR
#
# The same on the kernel without the series and on the one with it, each in a
# virtual machine, and the results side by side.
# tests: the kernel tree's own suites. Exit status 1 if any single test has
#        another result on one kernel than on the other.
# bench: how the instructions that it takes to add filters grow with their number.
#        No verdict.
set -euo pipefail

here=$(realpath "$(dirname "$0")")
what=$1 build=$(realpath "$2")
patched=$build/kernel-suites.env

prepare()
{
	make --no-print-directory -C "$here" OUT="$build/suites/$1/files" \
		KERNEL_ENV="$build/kernel-$1.env" \
		UAPI="$(sed -n 's/^UAPI=//p' "$patched")"
}

# A warning in the kernel's log is a result like others.
run_guest()
{
	local kernel=$1 out=$build/suites/$1/$what rc=0 clock=()

	# Counted instructions: the same each time, however busy the machine is.
	[ "$what" != bench ] || clock=(--icount)

	rm -rf "$out"
	mkdir -p "$out"
	cd "$build/suites/$kernel/files"
	"$here/../vm/boot.sh" "${clock[@]}" --kernel "$build/kernel-$kernel.env" --share "$out" \
		--log "$out/console.log" --timeout 7200 -- \
		"$here/guest.sh" "$what" || rc=$?
	case $what:$rc in
	tests:0)	echo $'kernel log\tok\tno warning' ;;
	tests:122)	echo $'kernel log\tfailed\tno warning' ;;
	bench:0)	return ;;
	*)		return 1 ;;
	esac >>"$out/results"
}

for kernel in unpatched suites; do
	echo "# $what on the kernel ${kernel/suites/with the series}" |
		sed 's/unpatched/without the series/'
	prepare $kernel
	run_guest $kernel || {
		echo "$0: did not run to the end: see $build/suites/$kernel/$what" >&2
		exit 2
	}
done
exec "$here/compare.sh" "$what" "$build/suites/unpatched/$what" \
	"$build/suites/suites/$what"
