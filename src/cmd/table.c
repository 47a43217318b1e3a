// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Text in columns as wide as they need to be */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "print.h"

/* Cells come row by row. Returns 0, or an exit code when memory is out. */
int table_add(struct table *table, const char *fmt, ...)
{
	char **cells;
	va_list args;
	int len;

	cells = reallocarray(table->cells, table->nr + 1, sizeof(*cells));
	if (!cells)
		return failed("out of memory");
	table->cells = cells;
	va_start(args, fmt);
	len = vasprintf(&cells[table->nr], fmt, args);
	va_end(args);
	if (len < 0)
		return failed("out of memory");
	table->nr++;
	return RC_OK;
}

/* One more item for the list in the last cell, where "-" is the empty list */
int table_join(struct table *table, const char *item)
{
	char **cell = &table->cells[table->nr - 1];
	char *list;

	if (!strcmp(*cell, "-"))
		list = strdup(item);
	else if (asprintf(&list, "%s, %s", *cell, item) < 0)
		list = NULL;
	if (!list)
		return failed("out of memory");
	free(*cell);
	*cell = list;
	return RC_OK;
}

static int table_width(const struct table *table, size_t column)
{
	size_t i, len, max = 0;

	for (i = column; i < table->nr; i += table->columns) {
		len = strlen(table->cells[i]);
		if (len > max)
			max = len;
	}
	return max;
}

void table_print(const struct table *table)
{
	int widths[table->columns];
	size_t i, column;

	for (i = 0; i < table->columns; i++)
		widths[i] = table_width(table, i);
	for (i = 0; i < table->nr; i++) {
		column = i % table->columns;
		if (column == table->columns - 1)
			puts(table->cells[i]);
		else
			printf("%-*s  ", widths[column], table->cells[i]);
	}
}

void table_free(struct table *table)
{
	while (table->nr)
		free(table->cells[--table->nr]);
	free(table->cells);
}
