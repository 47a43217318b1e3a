// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What a verb is about: a device and a point on it, a block, or a link */
#include <string.h>
#include <net/if.h>
#include <sys/stat.h>

#include "cmd.h"

static int target_block(struct target *target, struct operands *operands)
{
	const char *verb = operands->verb;
	const char *arg = *operands->next;
	int rc;

	if (!arg)
		return misused("%s: name a block by its number, as in 'block 5'",
			       verb);
	rc = parse_number("block", arg, 1, ~0U, &target->block);
	if (rc)
		return rc;
	target->parent = target->block;
	arg = *++operands->next;
	if (arg && (!strcmp(arg, "ingress") || !strcmp(arg, "egress")))
		return misused("%s: a block has no %s of its own; say 'block %u' only",
			       verb, arg, target->block);
	return RC_OK;
}

static int target_device(struct target *target, struct operands *operands,
			 bool with_point)
{
	const char *verb = operands->verb;
	char **words = operands->next;

	if (!words[0] || (with_point && !words[1]))
		return misused(with_point ?
		       "%s: name a device and ingress, egress or a class such as 1:10" :
		       "%s: name a device", verb);
	if (!words[0][0])
		return misused("%s: the name of the device is empty", verb);
	target->device = words[0];
	operands->next += 1 + with_point;
	return with_point ? parse_parent(words[1], &target->parent) : RC_OK;
}

/*
 * The next operands: "block N", or a device with or without "dev" before it
 * and, if asked for, a point
 */
int target_parse(struct target *target, struct operands *operands,
		 bool with_point)
{
	const char *first = *operands->next ?: "";
	bool block = !strcmp(first, "block");

	operands->next += block || !strcmp(first, "dev");
	return block ? target_block(target, operands) :
		       target_device(target, operands, with_point);
}

/* 0 if neither device nor block is named */
int target_find(const struct target *target, __u32 *ifindex)
{
	*ifindex = target->block ? TCLINK_BLOCK : 0;
	if (!target->device)
		return RC_OK;
	*ifindex = if_nametoindex(target->device);
	if (*ifindex)
		return RC_OK;
	return failed("there is no device '%s' in this network namespace; see 'ip link'",
		      target->device);
}

static __u32 target_own_netns(void)
{
	static __u32 own;
	struct stat st;

	if (!own && !stat("/proc/self/ns/net", &st))
		own = st.st_ino;
	return own;
}

bool netns_is_ours(const struct tclink_info *info)
{
	return !target_own_netns() || info->netns_ino == target_own_netns();
}

/* Return true if a link is there now. If neither is named, all links are. */
bool target_has(const struct target *target, const struct tclink_info *info)
{
	if (!target->block && !target->device)
		return true;
	if (info->severed || !netns_is_ours(info))
		return false;
	if (target->block)
		return info->ifindex == TCLINK_BLOCK &&
		       info->block_index == target->block;
	return info->ifindex == if_nametoindex(target->device);
}

const struct option_spec link_options[] = {
	{ .help = "LINK is one of" },
	{ "id", "LINK_ID", "its id, see 'tclink show'",
	  INTO(struct link_choice, id), .min = 1, .max = ~0U },
	{ "pin", "PATH", "where it is pinned", INTO(struct link_choice, pin) },
	{},
};

int link_check(const struct link_choice *choice, const char *verb)
{
	if (!choice->id == !choice->pin)
		return misused("%s: name the link, by either --id or --pin",
			       verb);
	return RC_OK;
}

struct tclink *link_open(const struct link_choice *choice)
{
	return choice->pin ? tclink_open_path(choice->pin) :
			     tclink_open_id(choice->id);
}
