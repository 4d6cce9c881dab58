/* Choosing the columns of the Nodes screen, and the one it is sorted by. */
#ifndef DROVER_UI_CHOOSER_H
#define DROVER_UI_CHOOSER_H

#include "model.h"
#include "ui.h"

void	chooser_open(struct ui *ui, enum chooser_mode mode);
/* A key while a chooser is open. */
void	chooser_key(struct ui *ui, const struct model *model,
	    uint32_t code);

#endif
