/* The line at the foot in which one types: editing and history. */
#ifndef DROVER_UI_PROMPT_H
#define DROVER_UI_PROMPT_H

#include "model.h"
#include "ui.h"

void	prompt_open(struct ui *ui, enum prompt_mode mode);
/* A key while the prompt is open. */
void	prompt_key(struct ui *ui, const struct model *model, uint32_t code);

#endif
