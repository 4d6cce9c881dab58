/*
 * Canaries: a prompt of drover's own, of which a model server is asked for
 * a few tokens.  Only that shows that the engine behind the interface
 * works: /health answers also where it hangs (vllm#39863, ollama#15950).
 *
 * A canary goes to a model that is in memory, never makes a server load
 * or wake one, and leaves alone for how long it stays there.  One at a
 * time goes over a connection of its own; one that is late has failed, and
 * is waited for all the same, so that a server that hangs has no more than
 * one of them in its queue.
 *
 * All calls belong to the loop's thread.
 */
#ifndef DROVER_COLLECT_CANARY_H
#define DROVER_COLLECT_CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "collect/http_url.h"
#include "collect/sample.h"

#define CANARY_TOKENS	16
/* At most one is begun in this time. */
#define CANARY_PAUSE_MS	5000

enum canary_outcome {
	CANARY_OUTCOME_NONE,	/* none has ended, or it told nothing */
	CANARY_OUTCOME_GOOD,	/* it generated tokens */
	CANARY_OUTCOME_FAILED,	/* an error, or nothing in its time */
	CANARY_OUTCOME_WRONG	/* nonsense, twice in a row */
};

/* Which model of the server, and what is known of it. */
struct canary_question {
	char				model[96];
	double				context_tokens;	/* NaN: not known */
	int64_t				expires_ns;	/* UNIX time, 0: no */
	enum drover_backend_kind	kind;
};

struct canary;

int	canary_open(struct canary **canary, uv_loop_t *loop,
	    const struct http_url *url);
/* Memory goes when its handles are closed. */
void	canary_close(struct canary *canary);

/*
 * -EBUSY: one is out, or one was a moment ago; -ENOTSUP: the server does
 * not take such questions, until canary_forget(); -EINVAL: the question
 * has no model that may be asked.
 */
int	canary_ask(struct canary *canary,
	    const struct canary_question *question, uint64_t timeout_ms);
/* The server was started anew: what it was known by is not known. */
void	canary_forget(struct canary *canary);

bool	canary_is_out(const struct canary *canary);
/* The server does not take them, until canary_forget(). */
bool	canary_is_refused(const struct canary *canary);
/* One was nonsense, and a second is to tell whether that is so. */
bool	canary_is_in_doubt(const struct canary *canary);
/* *at_ms of CLOCK_BOOTTIME: of one that failed when it began, else when it
   ended. */
enum canary_outcome canary_outcome(const struct canary *canary,
	    int64_t *at_ms);
/* To leave it out where connections are counted; -1: none. */
int	canary_socket(const struct canary *canary);

/*
 * What the body of an answer of status 200 is, pure.  Nonsense is what is
 * no answer at all, an answer without a token, and one character again and
 * again: what a model says when its numbers have become NaN.
 */
enum canary_outcome canary_judge_answer(const char *body, size_t length);

#endif
