// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Words of a command line as values */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <linux/if_ether.h>

#include "cmd.h"

/* strtoull() alone would accept signs and blanks. */
bool number_read_base(const char *arg, int base, __u64 max, __u64 *value)
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

/* Decimal, or hexadecimal after 0x */
bool number_read(const char *arg, __u64 max, __u64 *value)
{
	int base = strncasecmp(arg, "0x", 2) ? 10 : 16;

	return number_read_base(arg, base, max, value);
}

int parse_number(const char *what, const char *arg, __u32 min, __u32 max,
		 __u32 *value)
{
	__u64 n;

	if (!number_read(arg, max, &n) || n < min)
		return misused("%s '%s' is not a number from %u to %u", what,
			       arg, min, max);
	*value = n;
	return RC_OK;
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

int parse_text(const char *what, const char *arg, const char **text)
{
	if (!*arg)
		return misused("%s is empty", what);
	*text = arg;
	return RC_OK;
}

/* X:Y in hexadecimal, as tc(8) writes classes; either may be left out. */
bool class_read(const char *arg, __u32 *class)
{
	const char *colon = strchr(arg, ':');
	char major_text[5] = "";
	__u64 major = 0, minor = 0;

	if (!colon || colon - arg >= (long)sizeof(major_text))
		return false;
	memcpy(major_text, arg, colon - arg);
	if (*major_text && !number_read_base(major_text, 16, 0xffff, &major))
		return false;
	if (colon[1] && !number_read_base(colon + 1, 16, 0xffff, &minor))
		return false;
	*class = TCLINK_PARENT(major, minor);
	return true;
}

static bool class_of_qdisc(const char *arg, __u32 *class)
{
	return class_read(arg, class) && *class >> 16;
}

int parse_parent(const char *arg, __u32 *parent)
{
	if (!strcmp(arg, "ingress"))
		*parent = TCLINK_INGRESS;
	else if (!strcmp(arg, "egress"))
		*parent = TCLINK_EGRESS;
	else if (!class_of_qdisc(arg, parent))
		return misused("'%s' is not an attach point; use ingress, egress or a class such as 1:10",
			       arg);
	return RC_OK;
}

int parse_classid(const char *what, const char *arg, __u32 *classid)
{
	if (class_of_qdisc(arg, classid))
		return RC_OK;
	return misused("%s '%s' is not a class such as 1:10", what, arg);
}

int parse_protocol(const char *what, const char *arg, __u32 *protocol)
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
	__u64 n;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcasecmp(arg, names[i].name)) {
			*protocol = names[i].protocol;
			return RC_OK;
		}
	if (!number_read(arg, 0xffff, &n) || !n)
		return misused("%s '%s' is not known; use all, ip, ipv6, arp, 802.1Q, 802.1ad, mpls_uc or a number such as 0x88cc",
			       what, arg);
	*protocol = n;
	return RC_OK;
}

int parse_backend(const char *what, const char *arg, __u32 *backend)
{
	char names[80] = "";
	const char *name;
	size_t len = 0;
	__u32 i;

	for (i = TCLINK_BACKEND_ANY; (name = tclink_backend_name(i)); i++) {
		if (!strcmp(arg, name)) {
			*backend = i;
			return RC_OK;
		}
		if (i != TCLINK_BACKEND_ANY && len < sizeof(names))
			len += snprintf(names + len, sizeof(names) - len, "%s, ",
					name);
	}
	return misused("%s '%s' is not known; use %sor any", what, arg, names);
}

static __u32 guarantee_named(const char *name, size_t len)
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

static int guarantee_unknown(const char *what, const char *name, size_t len)
{
	char list[256] = "";
	__u32 bit;

	for (bit = TCLINK_OWNED; bit <= TCLINK_PROTOCOL; bit <<= 1) {
		if (bit != TCLINK_OWNED)
			strcat(list, bit == TCLINK_PROTOCOL ? " or " : ", ");
		strcat(list, tclink_guarantee_name(bit));
	}
	return misused("%s '%.*s' is not a guarantee; use %s, or several with commas between them",
		       what, (int)len, name, list);
}

/* Names with commas between them */
int parse_guarantees(const char *what, const char *arg, __u32 *guarantees)
{
	size_t len;
	__u32 bit;

	for (;; arg += len + 1) {
		len = strcspn(arg, ",");
		bit = guarantee_named(arg, len);
		if (!bit)
			return guarantee_unknown(what, arg, len);
		*guarantees |= bit;
		if (!arg[len])
			return RC_OK;
	}
}
