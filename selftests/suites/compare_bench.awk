# SPDX-License-Identifier: GPL-2.0-only
# Print side by side the times that guest.sh left of two kernels, as HOW NUMBER
# NANOSECONDS: each next to how many times longer it took than half the number: 2
# where time grows in proportion, 4 where it grows with the square.
# Usage: awk -f compare_bench.awk TIMES-WITHOUT TIMES-WITH
BEGIN {
	line = "%-10s %8s | %10s %8s | %10s %8s | %s\n"
}

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
}
