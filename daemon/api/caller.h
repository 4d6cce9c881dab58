/*
 * Who asks, where a request brings a token "drover-ID-SECRET", and what an
 * account makes of a local user.  Pure: a function of the model and the
 * time.
 */
#ifndef DROVER_API_CALLER_H
#define DROVER_API_CALLER_H

#include <stdint.h>

#include "api/peer.h"
#include "rules/model.h"
#include "rules/reply.h"

/*
 * Fills in name, role and via of the account that the token is of.
 * REPLY_OK; REPLY_NO_CREDENTIALS: token is ""; REPLY_EXPIRED, which only
 * who has the secret is told; REPLY_BAD_CREDENTIALS: anything else, in the
 * same time whether there is such a token or not.  peer changes with
 * REPLY_OK alone.
 */
enum reply caller_of_token(const struct model *model, int64_t now_ms,
	    const char *token, struct peer *peer);
/*
 * A member of the socket's group that has an account of the same name has
 * the role of that account.  Wants peer_name(); leaves others as they are.
 */
void	caller_of_group(const struct model *model, struct peer *peer);

#endif
