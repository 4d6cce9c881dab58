/*
 * What a text of the configuration comes to, with the settings of the
 * cluster over it: see reload.h.
 */
#ifndef DROVER_CORE_RELOAD_MAKE_H
#define DROVER_CORE_RELOAD_MAKE_H

#include "core/reload.h"

/*
 * What config_load_text() returns.  Settings that do not fit are left out,
 * and errors says so; *config NULL: the text itself has errors.
 */
int	reload_make(const struct reload *reload,
	    const struct reload_text *text, struct config **config,
	    struct config_errors *errors);
/* NULL: there is none yet. */
const struct model *reload_model(const struct reload *reload);

#endif
