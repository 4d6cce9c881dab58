/*
 * From a YAML text to a configuration that holds the defaults.
 */
#ifndef DROVER_CONFIG_DOCUMENT_H
#define DROVER_CONFIG_DOCUMENT_H

#include <stdbool.h>

#include "config/origin.h"

/*
 * Puts what the text says into config and where into origin.  Complains
 * of all that is wrong with single values, and goes on; only an error of
 * syntax ends it.  Returns whether the end was reached.
 */
bool	document_read(struct config *config, struct origin *origin,
	    struct complaints *complaints, const char *text, size_t length);

#endif
