/*
 * A moment as an operator types it, in UTC as everything is shown:
 *
 *	now
 *	10m, 2h30m, -1d		so long ago; units s m h d w
 *	00:12, 00:12:07		the last time that it was that late
 *	11-21 00:12:07		of this year, or of the last where that is ahead
 *	2026-11-21T00:12:07Z	and without the seconds, the T or the Z
 *	@1790000000		seconds of UNIX time
 */
#ifndef DROVER_TEXT_WHEN_H
#define DROVER_TEXT_WHEN_H

#include <stdint.h>

/* For messages: what is allowed. */
#define WHEN_ALLOWED	"now, 10m (ago), 00:12, 11-21 00:12:07, " \
	"2026-11-21 00:12 or @SECONDS"

/* Nanoseconds of UNIX time; -EINVAL. */
int	when_parse(const char *text, int64_t now_ns, int64_t *time_ns);

#endif
