/*
 * state-audit FILE: holds a backup or a copy of state.db to all its checks,
 * reckons the chain of the audit anew, and prints the audit, the oldest
 * first, tab-separated: id, n, verb, reply, actor, object, request, note.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/state.h"

struct audit {
	struct row_audit	*rows;
	size_t			 count;
	size_t			 room;
};

static int
keep(void *context, const struct row_audit *row)
{
	struct audit *audit = context;
	struct row_audit *rows;

	if (audit->count == audit->room) {
		audit->room = audit->room == 0 ? 1024 : audit->room * 2;
		rows = realloc(audit->rows, audit->room * sizeof(*rows));
		if (rows == NULL)
			return -1;
		audit->rows = rows;
	}
	audit->rows[audit->count++] = *row;
	return 0;
}

static void
print(const struct audit *audit)
{
	const struct row_audit *row;
	size_t i;

	for (i = audit->count; i-- > 0; ) {
		row = &audit->rows[i];
		printf("%" PRId64 "\t%" PRId64 "\t%s\t%" PRId64
		    "\t%s\t%s\t%s\t%s\n", row->id, row->n, row->verb,
		    row->reply, row->actor, row->object, row->request,
		    row->note);
	}
}

int
main(int argc, char **argv)
{
	const struct state_audit_query all = { 0 };
	struct audit audit = { NULL, 0, 0 };
	struct state_report report;
	struct state *state = NULL;
	int64_t rows = 0, bad = 0;
	int error;

	if (argc != 2)
		return 2;
	error = state_open(&state, argv[1], &report);
	if (error == 0)
		error = state_audit_verify(state, &rows, &bad);
	if (error == 0)
		error = state_audit_read(state, &all, keep, &audit);
	if (error == 0 && (int64_t)audit.count != rows)
		error = -1;
	if (error == 0)
		print(&audit);
	else
		fprintf(stderr, "%s: error %d, %s, breaks at %" PRId64 "\n",
		    argv[1], error, report.why, bad);
	state_close(state);
	free(audit.rows);
	return error == 0 ? 0 : 1;
}
