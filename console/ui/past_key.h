/* The keys that go through time. */
#ifndef DROVER_UI_PAST_KEY_H
#define DROVER_UI_PAST_KEY_H

#include <stdbool.h>

#include "keys.h"
#include "model.h"
#include "ui.h"

/* Whether it was one. */
bool	past_key(struct ui *ui, const struct model *model, enum key key);

#endif
