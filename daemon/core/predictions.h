/*
 * The predictions of this node, held against those of the shared state:
 * what detectors foresee is made one, a limit that is reached settles it,
 * and so does the end of its time.
 */
#ifndef DROVER_CORE_PREDICTIONS_H
#define DROVER_CORE_PREDICTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/finding.h"
#include "rules/entry.h"
#include "rules/model.h"

/* Limits that were reached and not told yet; more of them are lost. */
#define PREDICTIONS_REACHED_MAX	16
/* The probability of one that stands is told anew when it moved so far. */
#define PREDICTIONS_MOVED_PPM	50000

struct reached {
	enum fault_class	class;
	int64_t			at_ms;	/* as of the detectors */
	char			object[65];
	char			device[65];
};

/* Zero it before its first use. */
struct predictions {
	struct reached	reached[PREDICTIONS_REACHED_MAX];
	size_t		count;
	bool		told;	/* the first is on its way */
};

/* A finding with the edge REACHED. */
void	predictions_reached(struct predictions *predictions,
	    const struct finding *finding);
/*
 * A finding that stands, of object and device: the entry that makes it a
 * prediction, or brings one up to date.  false: none is due.  The texts
 * stay the caller's.
 */
bool	predictions_make(const struct model *model, const char *node,
	    const struct finding *finding, const char *object,
	    const char *device, struct entry *entry);
/*
 * The limit that was reached first.  fresh: the detectors began a short
 * while ago, and what nobody foresaw may have been so before.
 */
bool	predictions_tell(struct predictions *predictions,
	    const struct model *model, int64_t now_ms, bool fresh,
	    struct entry *entry);
/* The entry came to an end; done: it need not be proposed again. */
void	predictions_told(struct predictions *predictions, bool done);
/* One of the node whose time has passed; NULL: none. */
const struct row_prediction *predictions_due(const struct model *model,
	    const char *node, int64_t cluster_ms);

#endif
