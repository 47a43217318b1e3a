# SPDX-License-Identifier: GPL-2.0-only
# Says which line of an excerpt is the first that was not printed, in the order of
# the excerpt. The numbers may be others, and the lines longer.
# Usage: awk -f excerpt.awk EXCERPT OUTPUT
{
	gsub(/[0-9]+/, "N")
	gsub(/[[:space:]]+/, " ")
	sub(/^ /, "")
}

FILENAME == ARGV[1] {
	want[++n] = $0
	next
}

i < n && index($0, want[i + 1]) == 1 {
	i++
}

END {
	if (n < 15)
		print "no excerpt"
	else if (i < n)
		print "not in the output of the demo: " want[i + 1]
	exit n < 15 || i < n
}
