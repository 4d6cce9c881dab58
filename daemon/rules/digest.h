/* SHA-256 of bytes that lie in one piece. */
#ifndef DROVER_RULES_DIGEST_H
#define DROVER_RULES_DIGEST_H

#include <stddef.h>

#define DIGEST_BYTES	32
#define DIGEST_TEXT	(2 * DIGEST_BYTES + 1)	/* in hexadecimal, with NUL */

/* -ENOMEM is all that can go wrong. */
int	digest(const void *data, size_t length,
	    unsigned char result[DIGEST_BYTES]);
/* The first bytes of it; text has room for two digits each and a NUL. */
void	digest_text(const unsigned char *bytes, size_t count, char *text);

#endif
