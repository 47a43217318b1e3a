// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is said of TC links alone. */
#include <string.h>

#include "base/internal.h"
#include "explain/explain.h"

static void explain_link_lacking(int err)
{
	if (err != -EOPNOTSUPP)
		log_say(err, "cannot read /sys/kernel/btf/vmlinux: %s",
			strerror(-err));
	else if (tc_types()->no_btf)
		log_say(err,
			"this kernel has no BTF in /sys/kernel/btf/vmlinux, without which TC links cannot be found; boot a kernel with CONFIG_DEBUG_INFO_BTF and the tclink series");
	else
		log_say(err,
			"this kernel has no BPF_LINK_TYPE_TC; boot a kernel with the tclink series");
}

const struct explainer explain_link = {
	.lacking	= explain_link_lacking,
	.attach		= explain_tc,
};
