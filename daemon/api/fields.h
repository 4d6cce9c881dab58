/*
 * The body of an act, tables/fields.def, as targets and arguments of an
 * entry.
 */
#ifndef DROVER_API_FIELDS_H
#define DROVER_API_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "rules/entry.h"
#include "rules/reply.h"

#define FIELDS_DETAIL_BYTES	192
/* Longer spans are refused here, so that no time can overflow. */
#define FIELDS_SPAN_SECONDS_MAX	(20 * 366 * INT64_C(86400))

/* What belongs to the request, not to the entry. */
struct fields {
	const char	*request;	/* NULL: not given */
	bool		 preview;
	int64_t		 version;	/* -1: not given */
};

/*
 * Fills in what object holds for an act that becomes an entry of this
 * kind; its texts are those of object.  REPLY_OK, or what is wrong, with a
 * line that names the field and says what is allowed.  now_ms is cluster
 * time, which spans are counted from.
 */
enum reply fields_read(struct fields *fields, struct entry *entry,
	    const json_t *object, int64_t now_ms,
	    char detail[FIELDS_DETAIL_BYTES]);

#endif
