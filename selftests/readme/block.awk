# SPDX-License-Identifier: GPL-2.0-only
# The indented block of a Markdown file that has a line that begins with "start",
# without comments and empty lines.
# Usage: awk -v start=TEXT -f block.awk FILE
function show() {
	if (index("\n" text, "\n" start))
		printf "%s", text
	text = ""
}

/^$/ {
	next
}

/^    / {
	sub(/^    /, "")
	sub(/  *  #.*/, "")
	text = text $0 "\n"
	next
}

{
	show()
}

END {
	show()
}
