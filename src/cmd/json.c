// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Writes JSON to standard output */
#include <stdio.h>

#include "print.h"

/* True if the next value is the first of its array or object */
static bool json_first = true;

static void json_separate(void)
{
	if (!json_first)
		putchar(',');
	json_first = false;
}

void json_open(char bracket)
{
	json_separate();
	putchar(bracket);
	json_first = true;
}

void json_close(char bracket)
{
	putchar(bracket);
	json_first = false;
}

void json_end(void)
{
	putchar('\n');
	fflush(stdout);
	json_first = true;
}

/* Length of the UTF-8 character at s, 0 if there is none */
static int json_utf8_len(const unsigned char *s)
{
	int len, i;

	if (*s < 0x80)
		return 1;
	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	len = *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	for (i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

static void json_quoted(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	int len;

	putchar('"');
	while (*s) {
		len = json_utf8_len(s);
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if (*s < ' ' || *s == 0x7f)
			printf("\\u%04x", *s);
		else if (len)
			printf("%.*s", len, (const char *)s);
		else
			fputs("\\ufffd", stdout);
		s += len ? len : 1;
	}
	putchar('"');
}

void json_key(const char *key)
{
	json_separate();
	printf("\"%s\":", key);
	json_first = true;
}

void json_string(const char *value)
{
	json_separate();
	json_quoted(value);
}

void json_u32(const char *key, __u32 value)
{
	json_key(key);
	printf("%u", value);
	json_first = false;
}

void json_u64(const char *key, __u64 value)
{
	json_key(key);
	printf("%llu", (unsigned long long)value);
	json_first = false;
}

void json_bool(const char *key, bool value)
{
	json_key(key);
	fputs(value ? "true" : "false", stdout);
	json_first = false;
}

/* The empty string stands for what is not known. */
void json_text(const char *key, const char *value)
{
	json_key(key);
	if (*value)
		json_quoted(value);
	else
		fputs("null", stdout);
	json_first = false;
}

/* In seconds */
void json_time(const char *key, const struct timespec *time)
{
	json_key(key);
	printf("%lld.%03ld", (long long)time->tv_sec, time->tv_nsec / 1000000);
	json_first = false;
}
