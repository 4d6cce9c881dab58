/*
 * The text of the configuration, from the file and from what is kept in
 * its place until a change is confirmed: see reload.h.
 */
#ifndef DROVER_CORE_RELOAD_TEXT_H
#define DROVER_CORE_RELOAD_TEXT_H

#include "core/reload.h"

/* Reads the file as it is; path NULL: the one that config_find() finds. */
int	reload_text_read(const char *path, struct reload_text *text,
	    struct config_errors *errors);
/*
 * Keeps the text in the place of refused until that is edited, settled or
 * replaced; 0 or a negative errno.
 */
int	reload_text_keep(const char *directory,
	    const struct reload_text *text,
	    const struct reload_text *refused);
/*
 * text->kept becomes what is kept in the place of the file, and where that
 * counts, text is it.  0 or -ENOMEM.
 */
int	reload_text_restore(const char *directory, struct reload_text *text);
/* Nothing is kept any more.  0 or a negative errno, which is logged. */
int	reload_text_settle(const char *directory);
/* For messages. */
const char *reload_text_name(const struct reload_text *text);

#endif
