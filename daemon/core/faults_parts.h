/*
 * What the halves of faults share: faults_look.c feeds the detectors and
 * keeps what they find, faults.c holds it against the shared state.
 */
#ifndef DROVER_CORE_FAULTS_PARTS_H
#define DROVER_CORE_FAULTS_PARTS_H

#include "core/faults.h"
#include "core/predictions.h"

/* An object that is looked at, by its kind and names. */
struct looked {
	struct detect	*detect;	/* NULL: it has nothing to look at */
	char		 object[FINDING_NAME_MAX];
	char		 device[FINDING_NAME_MAX];
	bool		 seen;		/* in the last sample */
	bool		 wants_canary;
};

/* Evidence that stands: the last of its class, object and device. */
struct standing {
	struct finding	 finding;
	char		 object[65];
	char		 device[65];
};

struct faults {
	const char	*node;
	int64_t		 gap_ms;
	struct looked	*looked;
	size_t		 looked_count;
	struct standing	*standing;
	size_t		 standing_count;
	int64_t		 begun_ms;	/* first sample; -1: none yet */
	int64_t		 looked_ms;	/* last one */
	int64_t		 cluster_ms;	/* first look at a model; -1 */
	struct predictions predictions;
	uint64_t	 proposals;
	bool		 busy;		/* one is on its way */
	bool		 failed;	/* for want of memory, told once */
	int64_t		 (*room_milli)(void *context, int64_t class,
			    const char *target);
	void		*room_context;
	const struct config *wanted;	/* models; NULL: none */
};

#endif
