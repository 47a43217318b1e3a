# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Print what the library adds to bpf(2), from two files of lines NAME NUMBER. What
# a "load" needs is the same in both; it is shown with what follows it.
# Usage: awk [-v count=N] [-v sum=1] -f call_cost.awk WITH-BPF-ALONE WITH-LIBRARY
# count: the numbers are for so many calls; sum: show only what differs, bpf, and
# the sum of all.
FILENAME == ARGV[1] {
	raw[$1] = $2
}
FILENAME != ARGV[1] {
	lib[$1] = $2
}
!seen[$1]++ {
	names[++n] = $1
}

function show(name, alone, with) {
	if (count) {
		alone /= count
		with /= count
	}
	printf "  %-14s %6d with bpf(2) alone, %6d with the library: %d more%s\n",
		name, alone, with, with - alone,
		alone ? sprintf(", %.2f %%", 100 * (with - alone) / alone) : ""
}

END {
	for (i = 1; i <= n; i++) {
		name = names[i]
		all_raw += raw[name]
		all_lib += lib[name]
		if (name != "load" && (!sum || name == "bpf" || raw[name] != lib[name]))
			show(name, raw[name], lib[name])
	}
	if (sum)
		show("all", all_raw, all_lib)
	if ("load" in raw) {
		show("load+attach", raw["load"] + raw["attach"], raw["load"] + lib["attach"])
		show("load+update", raw["load"] + raw["update"], raw["load"] + lib["update"])
	}
}
