/*
 * What the core shows, on its way to the recorder: a record for each
 * version of core.seg, kept until the recorder has it on disk, within a
 * bound.  The core never waits: what does not fit is dropped as a whole,
 * told once, and followed by a KEY.
 */
#ifndef DROVER_CORE_FEED_H
#define DROVER_CORE_FEED_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "recorder/message.h"
#include "store/flight_image.h"
#include "store/flight_record.h"

#define FEED_RECORDS_MAX	4096
#define FEED_BYTES_MAX		(16u << 20)

/* What the recorder says of the store; error 0: it is well again. */
typedef void	feed_told(void *context, int error, const char *text);

struct feed {
	uv_loop_t		*loop;
	uv_pipe_t		*pipe;		/* NULL: none */
	uv_connect_t		 connecting;
	uv_timer_t		 retry;
	char			 path[PATH_MAX];
	bool			 greeted;	/* the recorder said HELLO */
	bool			 stopping;
	bool			 behind;	/* that was told */
	feed_told		*told;
	void			*context;
	unsigned char		 answer[sizeof(struct recorder_answer)];
	size_t			 answer_bytes;

	char			 segment_path[PATH_MAX];
	struct drover_segment	*segment;	/* core.seg, as others see it */
	struct drover_event_cursor cursor;
	struct flight_image	 before;
	struct flight_image	 now;
	bool			 known;		/* before is what was said */
	uint64_t		 step;
	struct bits_writer	 bits;

	struct flight_record	*records[FEED_RECORDS_MAX]; /* a ring */
	uint64_t		 first;		/* counted from 0 */
	uint64_t		 next;
	uint64_t		 sent;
	size_t			 bytes;
};

void	feed_start(struct feed *feed, uv_loop_t *loop,
	    const char *runtime_directory, feed_told *told, void *context);
/* The loop has to run until nothing is left in it. */
void	feed_stop(struct feed *feed);
void	feed_free(struct feed *feed);
/* core.seg has a new version, or is a new file. */
void	feed_published(struct feed *feed);

#endif
