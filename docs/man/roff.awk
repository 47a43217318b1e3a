# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Text of the header and of examples, as a manual page has it; see man3.awk.
# names is what the page is about, and see gets each page that a text mentions.

function verbatim(s,  i) {
	while ((i = index(s, "\t")))
		s = substr(s, 1, i - 1) substr("        ", (i - 1) % 8 + 1) substr(s, i + 1)
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	gsub(/'/, "\\(aq", s)
	return s
}

# Text with each word in its font
function marked(s,  words, n, i, line) {
	n = split(s, words)
	for (i = 1; i <= n; i++)
		line = line (i > 1 ? " " : "") word(words[i])
	return (line ~ /^[.']/ ? "\\&" : "") line
}

function word(w,  before, after) {
	match(w, /^[^@A-Za-z0-9_\/-]*/)
	before = substr(w, 1, RLENGTH)
	w = substr(w, RLENGTH + 1)
	match(w, /^[@A-Za-z0-9_.\/*>-]*(\([0-9]?\))?/)
	after = substr(w, RLENGTH + 1)
	w = substr(w, 1, RLENGTH)
	if (sub(/\.$/, "", w))
		after = "." after
	gsub(/^-|->/, "\\\\&", w)
	if (w ~ /\([0-9]?\)$/)
		w = reference(substr(w, 1, index(w, "(") - 1), substr(w, index(w, "(")))
	else if (w ~ /^([A-Z][A-Z0-9]*_[A-Z0-9_*]*|E[A-Z0-9]+)$/)
		w = "\\fB" w "\\fR"
	else if (w ~ /^@|[a-z]\/|\/[a-z]|^tclink_[a-z_]+\.[a-z]/)
		w = "\\fI" substr(w, 1 + (w ~ /^@/)) "\\fR"
	return before w after
}

function reference(name, how) {
	if (name ~ /^tclink_/ && how == "()" && !has(names, name))
		how = "(3)"
	if (how != "()")
		see = see " " substr(how, 2, 1) name
	return "\\fB" name "\\fR" how
}

function has(list, name) { return index(", " list ", ", ", " name ", ") }

function see_also(  list, n, i, j, first, s, name) {
	n = split(see " 7tclink", list, " ")
	for (i = 1; i <= n; i++) {
		first = i
		for (j = i + 1; j <= n; j++)
			if (list[j] < list[first])
				first = j
		name = list[first]
		list[first] = list[i]
		list[i] = name
		if (name != list[i - 1] && !has(names, substr(name, 2)))
			s = s (s == "" ? "" : ",\n") ".BR " substr(name, 2) " (" substr(name, 1, 1) ")"
	}
	return s "\n"
}

function example(name,  file, line, s) {
	file = examples "/" name ".c"
	while ((getline line <file) > 0)
		if (line ~ /^\/\/ / && line !~ /SPDX/)
			s = s marked(substr(line, 4)) "\n"
		else if (line == "" && s !~ /\.EX/)
			s = s ".PP\n.in +4n\n.EX\n"
		else if (line !~ /SPDX/)
			s = s verbatim(line) "\n"
	return s == "" ? "" : ".SH EXAMPLE\n" s ".EE\n.in\n"
}
