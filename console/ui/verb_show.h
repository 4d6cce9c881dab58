/* Answers that have a form of their own, as lines of the box. */
#ifndef DROVER_UI_VERB_SHOW_H
#define DROVER_UI_VERB_SHOW_H

#include <jansson.h>

#include "ui.h"

/* The configuration as it would stand in a file. */
void	verb_show_config(struct ui *ui, json_t *answer);
/* Acts, one a line, and how to go on to older ones. */
void	verb_show_audit(struct ui *ui, json_t *answer);

#endif
