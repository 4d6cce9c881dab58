/*
 * What the recorder and those who connect to RUNTIME/recorder.sock say to
 * each other.
 *
 *	core -> recorder	records of the flight log (flight_record.h):
 *				SCHEMA and KEY, then STEPs
 *	tool -> recorder	a record of kind FLUSH
 *	recorder -> anybody	struct recorder_answer:
 *		HELLO	at once, and where a STEP does not follow: the last
 *			step that it has, and of which instance
 *		DONE	all up to this step is on disk, or can't be
 *		TOLD	to the core: what is wrong with the store, or, error 0,
 *			is no longer
 *		FLUSHED	the series are on disk up to now; error tells why not
 *
 * The core keeps what is not DONE, within a bound, and says it again to a
 * recorder that was started anew.
 */
#ifndef DROVER_RECORDER_MESSAGE_H
#define DROVER_RECORDER_MESSAGE_H

#include <stdint.h>

#define RECORDER_SOCKET		"recorder.sock"
#define RECORDER_MAGIC		0x44525253u
#define RECORDER_FLUSH		64u	/* beside enum flight_kind */

enum recorder_answer_kind {
	RECORDER_HELLO = 1,
	RECORDER_DONE = 2,
	RECORDER_FLUSHED = 3,
	RECORDER_TOLD = 4
};

struct recorder_answer {
	uint32_t	magic;
	uint32_t	kind;
	int32_t		error;		/* negative errno, or 0 */
	uint32_t	reserved;
	uint64_t	instance;
	uint64_t	step;
	char		text[96];	/* of TOLD */
};

#endif
