/* The keys that make and change a graph. */
#ifndef DROVER_UI_GRAPH_KEY_H
#define DROVER_UI_GRAPH_KEY_H

#include <stdbool.h>

#include "keys.h"
#include "model.h"
#include "ui.h"

/* Whether it was one. */
bool	graph_key(struct ui *ui, const struct model *model, enum key key);

#endif
