#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: compare tests|bench UNPATCHED-DIR PATCHED-DIR
#
# Print side by side what guest left in the two directories. For tests exit 1
# if a single one has another result in PATCHED-DIR, better or worse.
set -euo pipefail

tests()
{
	awk -F '\t' -v title='%-30s | %5s %5s %6s %7s | %5s %5s %6s %7s\n' '
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
	}' "$1/results" "$2/results"
}

# Each number next to how many times longer it took than half of it: 2 where
# time grows in proportion, 4 where it grows with the square.
bench()
{
	awk -v line='%-10s %8s | %10s %8s | %10s %8s | %s\n' '
	{
		side = FILENAME == ARGV[1] ? 1 : 2
		if (!($1 in seen)) {
			seen[$1]
			how[++hows] = $1
		}
		time[side, $1, $2] = $3
		if (!($2 in number)) {
			number[$2]
			numbers[++sizes] = $2
		}
	}
	function seconds(t) {
		return t ? sprintf("%.2f s", t / 1e9) : "-"
	}
	function ratio(t, other) {
		return t && other ? sprintf("%.2f", t / other) : "-"
	}
	function print_row(h, n) {
		printf line, h, n, seconds(time[1, h, n]),
			ratio(time[1, h, n], time[1, h, n / 2]),
			seconds(time[2, h, n]),
			ratio(time[2, h, n], time[2, h, n / 2]),
			ratio(time[1, h, n], time[2, h, n])
	}
	END {
		printf "%19s | %-19s | %-19s |\n", "", "without the series",
			"with the series"
		printf line, "how", "filters", "time", "n : n/2", "time",
			"n : n/2", "without : with"
		for (i = 1; i <= hows; i++)
			for (k = 1; k <= sizes; k++)
				print_row(how[i], numbers[k])
	}' "$1/times" "$2/times"
}

case $1 in
tests)	tests "$2" "$3" ;;
bench)	bench "$2" "$3" ;;
esac
