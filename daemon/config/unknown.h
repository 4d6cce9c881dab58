/*
 * Complaints about keys that nothing is known by.
 */
#ifndef DROVER_CONFIG_UNKNOWN_H
#define DROVER_CONFIG_UNKNOWN_H

#include "config/complain.h"

/*
 * key stands in section ("" is the file itself, or the name of a list):
 * say what was probably meant, where it belongs, or what is allowed.
 */
void	complain_unknown(struct complaints *complaints,
	    const struct mark *mark, const char *section, const char *key);

#endif
