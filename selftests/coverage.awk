# SPDX-License-Identifier: GPL-2.0-only
# Which lines of a diff ran, and which did not, file by file.
# Usage: awk -F : -f coverage.awk DIFF GCOV: git diff -U0, and what gcov --stdout
# says of the files that were compiled.

# FILE:LINE of all lines that the diff has added or changed
NR == FNR && /^\+\+\+ / {
	file = substr($0, 7)
}
NR == FNR && /^@@/ {
	split($0, word, " ")
	n = split(substr(word[3], 2), at, ",") > 1 ? at[2] : 1
	for (i = 0; i < n; i++)
		ours[file ":" at[1] + i]
}
NR == FNR {
	next
}

$3 == "Source" {
	file = $4
	sub(/^(\.\.\/)+/, "", file)
	next
}

# A line of a header is there once for each file that includes it.
{
	count = $1
	gsub(/[ *]/, "", count)
	key = file ":" $2 + 0
	if (count == "-" || !(key in ours))
		next
	if (!(key in text)) {
		order[++lines] = key
		text[key] = $0
		sub(/^[^:]*:[^:]*:/, "", text[key])
	}
	if (count !~ /^[#=]/)
		ran[key]
}

END {
	for (i = 1; i <= lines; i++) {
		split(order[i], at, ":")
		if (!all[at[1]]++)
			files[++n_files] = at[1]
		if (order[i] in ran)
			reached[at[1]]++
		else
			missed[at[1]] = missed[at[1]] \
				sprintf("%7d:%s\n", at[2], text[order[i]])
	}
	for (i = 1; i <= n_files; i++) {
		file = files[i]
		printf "%s: %d of %d lines of the series ran (%.1f%%)\n%s",
		       file, reached[file], all[file],
		       100 * reached[file] / all[file], missed[file]
	}
}
