/*
 * Requests that nobody waits for: a thread of its own sends them, one
 * after the other, and tells by a descriptor when an answer is there.
 * Whatever the network does, no call here but asker_close() waits, and
 * that one only for the thread to notice.
 *
 * The connection is opened with the first request, and anew after one that
 * failed; the token is then read again.  All calls belong to one thread.
 */
#ifndef DROVER_VERB_ASKER_H
#define DROVER_VERB_ASKER_H

#include "client.h"

#define ASKER_REQUESTS_MAX	8	/* under way and waiting */

struct asker;

struct asker_request {
	uint32_t	 number;	/* the caller's, to know it by */
	const char	*method;
	const char	*target;
	const char	*body;		/* NULL: there is none */
};

struct asker_answer {
	uint32_t		number;
	enum client_fault	fault;
	bool			sent;	/* as client->sent */
	char			problem[CLIENT_COMPLAINT_BYTES];
	struct answer		answer;
};

/*
 * The strings of place are used until the end.  Returns 0 or a negative
 * error; *asker is then NULL.
 */
int	asker_open(struct asker **asker, const struct client_place *place,
	    uint32_t timeout_ms);
/* A request under way is given up; what was sent is done all the same. */
void	asker_close(struct asker *asker);

/* Becomes readable when there is an answer. */
int	asker_descriptor(const struct asker *asker);
/* The request is copied.  -EBUSY: too many wait already, or -ENOMEM. */
int	asker_ask(struct asker *asker, const struct asker_request *request);
/* Its answer is not wanted any more. */
void	asker_drop(struct asker *asker, uint32_t number);
/*
 * False: there is none yet.  answer->answer is the caller's, to be
 * released in any case.
 */
bool	asker_take(struct asker *asker, struct asker_answer *answer);

#endif
