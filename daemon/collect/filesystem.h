/*
 * Space and inodes left where a directory lies.  statvfs(2) can hang on a
 * dead network file system, so it is asked in the background; an answer
 * that is too old is unknown.
 */
#ifndef DROVER_COLLECT_FILESYSTEM_H
#define DROVER_COLLECT_FILESYSTEM_H

#include "collect/background.h"
#include "collect/round.h"

struct filesystem {
	struct background		*background;
	struct filesystem_context	*context;
	const char			*name;	/* filesystem/models */
	enum node_metric		 free;
	enum node_metric		 free_share;
	enum node_metric		 inodes_free;
};

/*
 * directory NULL or "": the model store is looked for under root, at
 * OLLAMA_MODELS, ~/.ollama/models and /usr/share/ollama/.ollama/models.
 * Without memory or threads the metrics stay NaN.
 */
void	filesystem_open_store(struct filesystem *filesystem,
	    const char *root, const char *directory);
void	filesystem_open_state(struct filesystem *filesystem,
	    const char *directory);
void	filesystem_close(struct filesystem *filesystem);
void	filesystem_sample(struct filesystem *filesystem,
	    struct collect_round *round);
/* Give the first answer a moment to come. */
void	filesystem_wait_first(struct filesystem *filesystem,
	    int64_t timeout_ns);

#endif
