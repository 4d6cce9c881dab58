/*
 * What the effector has begun and ended, as lines of STATE/effector/journal,
 * each on disk before the effector goes on: after any crash it knows what
 * never began, what ended how, and of what it cannot know.
 *
 *	accepted	told, and nothing was done
 *	started		the effect begins now
 *	finished	it ended, with code and text
 *	forgotten	the core knows; it is over
 *	fence		the highest token that acted on a target
 */
#ifndef DROVER_EFFECTOR_JOURNAL_H
#define DROVER_EFFECTOR_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "effector/message.h"

#define JOURNAL_JOBS_MAX	64
#define JOURNAL_FENCES_MAX	256

enum job_state {
	JOB_ACCEPTED,
	JOB_STARTED,
	JOB_FINISHED,
	JOB_FORGOTTEN
};

struct job {
	struct effector_message	message;	/* code, text: of its end */
	enum job_state		state;
	int64_t			accepted_ms;	/* CLOCK_BOOTTIME */
	int64_t			started_ms;
	bool			lives;		/* this process started it */
};

struct fence {
	char	target[65];
	int64_t	token;
};

struct journal {
	int		fd;
	char		path[4096];
	struct job	jobs[JOURNAL_JOBS_MAX];
	size_t		job_count;
	struct fence	fences[JOURNAL_FENCES_MAX];
	size_t		fence_count;
};

/*
 * Reads what is there, without a last line that is torn, and writes it
 * anew without what is over.  A negative errno; -EUCLEAN: it is no journal.
 */
int	journal_open(struct journal *journal, const char *directory);
void	journal_close(struct journal *journal);

/* NULL: it is not known. */
struct job *journal_job(struct journal *journal,
	    const struct effector_message *message);
/* The highest token that acted on the target; 0: none. */
int64_t	journal_fence(const struct journal *journal, const char *target);
/*
 * -EEXIST: it is known; -ENOSPC: there are as many as are kept.  An error
 * leaves what is known as it was.
 */
int	journal_accept(struct journal *journal,
	    const struct effector_message *message, int64_t now_ms);
int	journal_start(struct journal *journal, struct job *job,
	    int64_t now_ms);
int	journal_finish(struct journal *journal, struct job *job,
	    int64_t code, const char *text);
/* Nothing with that token, or a smaller one, acts on the target any more. */
int	journal_bar(struct journal *journal, const char *target,
	    int64_t token);
/* The job is gone afterwards. */
int	journal_forget(struct journal *journal, struct job *job);

#endif
