# SPDX-License-Identifier: GPL-2.0-only
# The single results of a suite of the kernel tree, from what it printed, as
# SUITE<tab>RESULT<tab>TEST. RESULT is ok, failed or skipped.
# Usage: awk -v kind=tdc|offload|progs -v suite=NAME -v rc=STATUS -f results.awk LOG
BEGIN {
	OFS = "\t"
	is["OK"] = "ok"
	is["FAIL"] = "failed"
	is["SKIP"] = "skipped"
}

function result(name, verdict, test) {
	print name, verdict, test
	failed += verdict == "failed"
}

# TAP
kind == "tdc" && /^(not )?ok [0-9]+ [0-9a-f]+ - / {
	verdict = /^not/ ? "failed" : / # skipped/ ? "skipped" : "ok"
	sub(/^(not )?ok [0-9]+ /, "")
	sub(/ # skipped.*/, "")
	result(suite, verdict, $0)
}

# It prints the name of each test before it, and stops at the first failure.
kind == "offload" && /^Test / {
	if (test)
		result(suite, "ok", test)
	test = $0
}
/^bpf_offload.py: OK/ {
	done = 1
}

kind == "progs" && /^#[0-9\/]+ +[^ ]+:(OK|FAIL|SKIP)$/ {
	sub(/^#[^ ]* +/, "")
	split($0, part, ":")
	split(part[1], word, /[_\/]/)
	result(suite " " word[1] "_" word[2], is[part[2]], part[1])
}

END {
	if (kind == "offload")
		result(suite, rc == 0 && done ? "ok" : "failed", test ? test : "(all of it)")
	else if (rc && !failed)
		result(suite, "failed", "(the suite itself)")
}
