# SPDX-License-Identifier: GPL-2.0-only
# The tests of C files as kselftest_harness.h names them: FIXTURE.VARIANT.TEST.
# Usage: awk -f named_tests.awk FILE...
BEGIN {
	FS = "[(), ]+"
}

/^FIXTURE_VARIANT_ADD\(/ {
	variants[$2] = variants[$2] " " $3
}

/^TEST\(/ {
	print $2
}

/^TEST_F[A-Z_]*\(/ && !($2 in variants) {
	print $2 "." $3
}

/^TEST_F[A-Z_]*\(/ && $2 in variants {
	n = split(variants[$2], v, " ")
	for (i = 1; i <= n; i++)
		print $2 "." v[i] "." $3
}
