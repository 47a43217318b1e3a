// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <string.h>
#include <net/if.h>
#include <sys/stat.h>

#include "cmd.h"

static int parse_block(struct target *target, const char *verb, int argc,
		       char **argv)
{
	if (argc < 1)
		return misused("%s: name a block by its number, as in 'block 5'",
			       verb);
	return parse_number("block", argv[0], 1, ~0U, &target->block);
}

static int parse_device(struct target *target, const char *verb, int argc,
			char **argv, bool with_point)
{
	if (argc < 1 + with_point)
		return misused(with_point ?
		       "%s: name a device and ingress, egress or a class such as 1:10" :
		       "%s: name a device", verb);
	if (!argv[0][0])
		return misused("%s: the name of the device is empty", verb);
	target->device = argv[0];
	return with_point ? parse_parent(argv[1], &target->parent) : RC_OK;
}

/*
 * The operands from optind on: "block N", or a device with or without "dev"
 * before it and, if asked for, a point. optind then is behind them.
 */
int target_parse(struct target *target, const char *verb, int argc, char **argv,
		 bool with_point)
{
	bool block = optind < argc && !strcmp(argv[optind], "block");
	bool dev = optind < argc && !strcmp(argv[optind], "dev");
	int rc;

	optind += block || dev;
	rc = block ? parse_block(target, verb, argc - optind, argv + optind) :
		     parse_device(target, verb, argc - optind, argv + optind,
				  with_point);
	if (rc)
		return rc;
	optind += block ? 1 : 1 + with_point;
	if (block)
		target->parent = target->block;
	if (block && optind < argc && (!strcmp(argv[optind], "ingress") ||
				       !strcmp(argv[optind], "egress")))
		return misused("%s: a block has no %s of its own; say 'block %u' only",
			       verb, argv[optind], target->block);
	return RC_OK;
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

/* Whether a link is there now; if neither is named, all are. */
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
