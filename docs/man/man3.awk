# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Write tclink(7) and the manual pages of the functions from the header's comments.
# Usage: awk -v out=DIR -v examples=DIR -f roff.awk -f man3.awk \
#		tclink.7 tclink.h tclink.7
#
# A comment that begins with two asterisks is read, and the code after it up to
# an empty line:
#
#	NAME, NAME - BRIEF	what the comment is about: functions, or a type
#	@NAME, @NAME: TEXT	parameters or members
#	Word: TEXT		begins a section: Return, Errors or Kernel
#	  TAG<tab>TEXT		an item of a list; TEXT may begin below TAG
#	<tab>TEXT		continues one of these; after an empty line it is
#				shown as it is
#	@NAME			a parameter or a member, within a text
#
# The page of a function describes each type that its declaration names, and
# shows the example that has its name. A comment without NAME has sections for
# tclink(7), which says .\" @Word where they go.

NR == FNR {
	if ($1 == ".TH")
		origin = $4 " " $5 " " $6
	next
}
FILENAME ~ /\.7$/ {
	name = substr($0, 6)
	if (!/^\.\\" @/)
		print >(out "/man7/tclink.7")
	else if (name in sections)
		printf "%s", sections[name] >(out "/man7/tclink.7")
	else
		fail("tclink.h has no section " name)
	next
}
/^\/\*\*$/ {
	reading = "comment"
	state = names = code = shown = see = described = ""
	section = "Text"
	split("", text)
	next
}
reading == "comment" && /^ \*\/$/ { reading = "code"; next }
reading == "comment" { comment(substr($0, 3)) }
reading == "code" && /^$/ { reading = ""; finish() }
reading == "code" {
	code = code $0 "\n"
	if (!/^#define|:0;$/)
		shown = shown verbatim($0) "\n"
}
END { exit failed }

function comment(s) {
	sub(/^ /, "", s)
	if (s == "") {
		gap = 1
		if (section == "Parameters")
			section = "Text"
	} else if (s ~ /^\t/ && state == "item" && !gap) {
		emit(marked(s))
	} else if (s ~ /^\t/) {
		begin("code")
		emit(verbatim(substr(s, 2)))
	} else if (match(s, /^[a-z_, ]+ - /)) {
		names = substr(s, 1, RLENGTH - 3)
		brief = substr(s, RLENGTH + 1)
	} else if (match(s, /^@[a-z_, @]+: /)) {
		section = "Parameters"
		described = described ", " substr(s, 1, RLENGTH - 2)
		item(substr(s, 1, RLENGTH - 2), substr(s, RLENGTH + 1))
	} else if (match(s, /^  [^ \t][^\t]*/)) {
		item(substr(s, 3, RLENGTH - 2), substr(s, RLENGTH + 2))
	} else {
		if (match(s, /^[A-Z][a-z]+:( |$)/)) {
			begin("section")
			section = substr(s, 1, index(s, ":") - 1)
			s = substr(s, RLENGTH + 1)
		}
		if (s != "") {
			begin("text")
			emit(marked(s))
		}
	}
}

# Go from what came before, with or without an empty line, to what comes now.
function begin(what) {
	if (state == "code" && what != "code")
		emit(".EE\n.in")
	if (what == "code" && (gap || state != "code"))
		emit(state == "code" ? "" : ".PP\n.in +4n\n.EX")
	if (what == "item")
		emit(".TP")
	if (what == "text" && (gap || state != "text") && text[section] != "")
		emit(".PP")
	state = what
	gap = 0
}

function emit(line) { text[section] = text[section] line "\n" }

function item(tag, s) {
	begin("item")
	emit(marked(tag) == tag ? "\\fB" tag "\\fR" : marked(tag))
	if (s != "")
		emit(marked(s))
}

function finish() {
	begin("end")
	gsub(/@/, "", described)
	check_described(shown)
	if (code ~ /TCLINK_API/)
		write_page()
	else if (names != "")
		keep_type()
	else
		for (section in text)
			sections[section] = text[section]
}

# Each parameter or member of the code has to be described.
function check_described(s,  name) {
	while (match(s, /[a-z_0-9]+[,;)]/)) {
		name = substr(s, RSTART, RLENGTH - 1)
		if (names != "" && !has(names described, name))
			fail(names " does not describe " name)
		s = substr(s, RSTART + RLENGTH)
	}
}

function keep_type() {
	types[++type_count] = names
	type_see[names] = see
	type_page[names] = ".SS " (code ~ /^struct/ ? "struct " : "") names \
		"\n.in +4n\n.EX\n" shown ".EE\n.in\n" \
		part(".PP", "Text") part("", "Parameters")
}

function write_page(  all, name, n, i, p) {
	n = split(names, all, ", ")
	name = all[1]
	for (i = 2; i <= n; i++)
		system("ln -sf " name ".3 " out "/man3/" all[i] ".3")
	if (!("Text" in text && "Parameters" in text && "Kernel" in text))
		fail(name " lacks text, parameters or Kernel:")
	p = ".\\\" SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause\n" \
		".TH " toupper(name) " 3 " origin " \"Library Functions Manual\"\n" \
		".SH NAME\n" names " \\- " brief "\n.SH SYNOPSIS\n.nf\n" \
		".B #include <tclink/tclink.h>\n.PP\n" synopsis() ".PP\n" \
		".B cc ... $(pkg\\-config \\-\\-cflags \\-\\-libs libtclink)\n.fi\n" \
		part(".SH DESCRIPTION", "Text") part(".SS Parameters", "Parameters")
	for (i = 1; i <= type_count; i++)
		if (index(code, types[i] " ")) {
			p = p type_page[types[i]]
			see = see type_see[types[i]]
		}
	p = p part(".SH RETURN VALUE", "Return") part(".SH ERRORS", "Errors") \
		part(".SH VERSIONS\nKernel:", "Kernel") example(name)
	printf "%s.SH SEE ALSO\n%s", p, see_also() >(out "/man3/" name ".3")
	for (section in text)
		fail(name " has an unknown section " section)
	brief = marked(brief)
	gsub(/[a-z_]+/, "\\fB&\\fR(3)", names)
	sections["Functions"] = sections["Functions"] ".TP\n" names "\n" brief "\n"
}

# The text of a section, which is done then, under its title
function part(title, section,  s) {
	s = text[section]
	delete text[section]
	return s == "" ? "" : title (title == "" ? "" : "\n") s
}

function synopsis(  s) {
	s = code
	gsub(/TCLINK_API |\n$/, "", s)
	gsub(/\*\n/, "*", s)
	gsub(/\n[ \t]+/, "\n        ", s)
	gsub(/[a-z_0-9]+[,)]/, "\\fI&\\fB", s)
	return "\\fB" s "\\fR\n"
}

function fail(why) {
	print "man3.awk: " why >"/dev/stderr"
	failed = 1
}
