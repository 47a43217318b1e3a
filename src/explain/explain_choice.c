// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Why no backend was taken. */
#include <stdio.h>

#include "base/internal.h"
#include "explain/explain.h"

struct text {
	char buf[400];
	size_t len;
};

static void text_add(struct text *t, const char *separator, const char *word)
{
	int n = snprintf(t->buf + t->len, sizeof(t->buf) - t->len, "%s%s",
			 separator, word);

	if (n > 0 && t->len + n < sizeof(t->buf))
		t->len += n;
}

/* "chain", "chain and blocks", "chain, blocks and owned" */
static void text_add_lacks(struct text *t, __u32 lacks, bool revision)
{
	const char *separator = "";
	__u32 bit;

	while (lacks) {
		bit = lacks & -lacks;
		lacks &= lacks - 1;
		text_add(t, separator, guarantee_name(bit));
		separator = lacks || revision ? ", " : " and ";
		if (lacks && !(lacks & (lacks - 1)) && !revision)
			separator = " and ";
	}
	if (revision)
		text_add(t, *separator ? " and " : "", "expected_revision");
}

static void text_add_reason(struct text *t, const struct backend_ops *ops,
			    const struct request *req)
{
	__u32 lacks = request_needs(req) & ~ops->guarantees;
	bool revision = req->opts.expected_revision && !ops->revision;

	if (lacks || revision) {
		text_add(t, "", "lacks ");
		text_add_lacks(t, lacks, revision);
	} else {
		text_add(t, "needs ", ops->kernel);
	}
}

void explain_no_backend(int err, const struct request *req)
{
	const struct backend_ops *ops = backend_by_id(req->opts.backend);
	struct text t = {};
	__u32 i;

	if (!log_wanted())
		return;
	if (ops) {
		text_add_reason(&t, ops, req);
		log_say(err, "the %s backend was asked for, but it %s",
			ops->name, t.buf);
		return;
	}
	for (i = 1; i < NR_BACKENDS; i++) {
		ops = backend_by_id(i);
		text_add(&t, i > 1 ? ", " : "", ops->name);
		text_add(&t, " ", "");
		text_add_reason(&t, ops, req);
	}
	log_say(err, "no backend here can do that: %s", t.buf);
}
