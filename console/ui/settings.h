/*
 * What the console remembers: a file of ':' commands in
 * $XDG_STATE_HOME/drover/console, ~/.local/state without it.
 */
#ifndef DROVER_UI_SETTINGS_H
#define DROVER_UI_SETTINGS_H

#include "ui.h"

/*
 * A file that is not there is no error; a line that is wrong is left out
 * and told to the operator.
 */
void	settings_load(struct ui *ui);
/* Returns 0 or a negative error. */
int	settings_save(const struct ui *ui);

#endif
