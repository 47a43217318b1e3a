// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <linux/if_ether.h>

#include "cmd.h"

/* Decimal or 0x...; strtoul() alone would take signs and blanks. */
static bool number(const char *arg, int base, __u32 max, __u32 *value)
{
	unsigned long long n;
	char *end;

	if (!strchr("0123456789abcdefABCDEF", arg[0]) || !arg[0])
		return false;
	errno = 0;
	n = strtoull(arg, &end, base);
	if (errno || *end || n > max)
		return false;
	*value = n;
	return true;
}

static int base_of(const char *arg)
{
	return !strncasecmp(arg, "0x", 2) ? 16 : 10;
}

int parse_number(const char *what, const char *arg, __u32 min, __u32 max,
		 __u32 *value)
{
	if (number(arg, base_of(arg), max, value) && *value >= min)
		return RC_OK;
	return misused("%s '%s' is not a number from %u to %u", what, arg, min,
		       max);
}

/* A count of seconds, with a fraction if need be, as milliseconds */
int parse_seconds(const char *what, const char *arg, int *ms)
{
	const char *digits = "0123456789";
	size_t whole = strspn(arg, digits);
	size_t fraction = 0;

	if (arg[whole] == '.')
		fraction = 1 + strspn(arg + whole + 1, digits);
	if (!whole || fraction == 1 || arg[whole + fraction] ||
	    strtod(arg, NULL) > 2000000)
		return misused("%s '%s' is not a number of seconds from 0 to 2000000, such as 5 or 0.5",
			       what, arg);
	*ms = strtod(arg, NULL) * 1000;
	return RC_OK;
}

int parse_path(const char *what, const char *arg, const char **path)
{
	if (!*arg)
		return misused("%s is empty; name a path", what);
	*path = arg;
	return RC_OK;
}

/* X:Y in hexadecimal, as tc(8) writes classes; Y may be empty. */
static bool class_number(const char *arg, __u32 *class)
{
	const char *colon = strchr(arg, ':');
	char major_text[5] = "";
	__u32 major, minor = 0;

	if (!colon || colon - arg >= (long)sizeof(major_text))
		return false;
	memcpy(major_text, arg, colon - arg);
	if (!number(major_text, 16, 0xffff, &major) || !major)
		return false;
	if (colon[1] && !number(colon + 1, 16, 0xffff, &minor))
		return false;
	*class = TCLINK_PARENT(major, minor);
	return true;
}

int parse_parent(const char *arg, __u32 *parent)
{
	if (!strcmp(arg, "ingress"))
		*parent = TCLINK_INGRESS;
	else if (!strcmp(arg, "egress"))
		*parent = TCLINK_EGRESS;
	else if (!class_number(arg, parent))
		return misused("'%s' is not an attach point; use ingress, egress or a class such as 1:10",
			       arg);
	return RC_OK;
}

int parse_classid(const char *arg, __u32 *classid)
{
	if (class_number(arg, classid))
		return RC_OK;
	return misused("--classid '%s' is not a class such as 1:10", arg);
}

int parse_protocol(const char *arg, __u32 *protocol)
{
	static const struct {
		const char *name;
		__u32 protocol;
	} names[] = {
		{ "all", ETH_P_ALL },	    { "ip", ETH_P_IP },
		{ "ipv4", ETH_P_IP },	    { "ipv6", ETH_P_IPV6 },
		{ "arp", ETH_P_ARP },	    { "802.1q", ETH_P_8021Q },
		{ "802.1ad", ETH_P_8021AD }, { "mpls_uc", ETH_P_MPLS_UC },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(arg, names[i].name)) {
			*protocol = names[i].protocol;
			return RC_OK;
		}
	if (number(arg, base_of(arg), 0xffff, protocol) && *protocol)
		return RC_OK;
	return misused("--protocol '%s' is not known; use all, ip, ipv6, arp, 802.1Q, 802.1ad, mpls_uc or a number such as 0x88cc",
		       arg);
}

int parse_backend(const char *arg, __u32 *backend)
{
	__u32 i;

	for (i = TCLINK_BACKEND_ANY; i <= TCLINK_BACKEND_NETLINK; i++)
		if (!strcmp(arg, tclink_backend_name(i))) {
			*backend = i;
			return RC_OK;
		}
	return misused("--backend '%s' is not known; use link, tcx, netlink or any",
		       arg);
}

static __u32 guarantee(const char *name, size_t len)
{
	const char *known;
	__u32 bit;

	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1) {
		known = tclink_guarantee_name(bit);
		if (strlen(known) == len && !strncmp(known, name, len))
			return bit;
	}
	return 0;
}

static int unknown_guarantee(const char *name, size_t len)
{
	char list[256] = "";
	__u32 bit;

	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1) {
		if (bit != TCLINK_OWNED)
			strcat(list, bit == TCLINK_PROTOCOL ? " or " : ", ");
		strcat(list, tclink_guarantee_name(bit));
	}
	return misused("--require '%.*s' is not a guarantee; use %s, or several with commas between them",
		       (int)len, name, list);
}

/* Names with commas between them */
int parse_guarantees(const char *arg, __u32 *guarantees)
{
	size_t len;
	__u32 bit;

	for (;; arg += len + 1) {
		len = strcspn(arg, ",");
		bit = guarantee(arg, len);
		if (!bit)
			return unknown_guarantee(arg, len);
		*guarantees |= bit;
		if (!arg[len])
			return RC_OK;
	}
}
