# SPDX-License-Identifier: GPL-2.0-only
# Print side by side the results that guest.sh left of two kernels, as
# SUITE<tab>RESULT<tab>TEST. The exit status is 1 if a single test has another
# result on the second, better or worse.
# Usage: awk -f compare_tests.awk RESULTS-WITHOUT RESULTS-WITH
BEGIN {
	FS = "\t"
	title = "%-30s | %5s %5s %6s %7s | %5s %5s %6s %7s\n"
}

{
	side = FILENAME == ARGV[1] ? 1 : 2
	# bpf_offload.py uses some names twice.
	test = $3
	if (seen[side, $1, $3]++)
		test = test " (" seen[side, $1, $3] ")"
	test = $1 "\t" test
	if (!(test in known)) {
		known[test]
		order[++tests] = test
	}
	if (!($1 in suites)) {
		suites[$1]
		names[++rows] = $1
	}
	verdict[side, test] = $2
	n[side, $1, $2]++
	n[side, $1, "all"]++
}

function row(name, suite,	s, k, v) {
	for (s = 1; s <= 2; s++)
		for (k = 1; k <= 4; k++) {
			v = n[s, suite, columns[k]] + 0
			cell[s, k] = v
			if (suite != "sum")
				n[s, "sum", columns[k]] += v
		}
	printf title, name, cell[1, 1], cell[1, 2], cell[1, 3],
		cell[1, 4], cell[2, 1], cell[2, 2], cell[2, 3], cell[2, 4]
}

END {
	split("all ok failed skipped", columns, " ")
	printf "%-30s | %-26s | %s\n", "", "without the series",
		"with the series"
	printf title, "suite", "tests", "ok", "failed", "skipped",
		"tests", "ok", "failed", "skipped"
	for (i = 1; i <= rows; i++)
		row(names[i], names[i])
	row("sum", "sum")
	print ""
	for (i = 1; i <= tests; i++) {
		a = verdict[1, order[i]]
		b = verdict[2, order[i]]
		split(order[i], name, "\t")
		if (a == b && a != "ok")
			printf "%s: %s: %s on both\n", name[1], name[2], a
		if (a == b)
			continue
		differ++
		printf "%s: %s: %s without, %s with the series\n",
			name[1], name[2], a ? a : "not run",
			b ? b : "not run"
	}
	printf "%d of %d tests differ\n", differ, tests
	exit (differ > 0 || !tests)
}
