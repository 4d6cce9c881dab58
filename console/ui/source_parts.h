/* What the kinds of sources share. */
#ifndef DROVER_UI_SOURCE_PARTS_H
#define DROVER_UI_SOURCE_PARTS_H

#include "source.h"

void	source_prepare(struct source *source);
/* Of source->segment, whenever it is another one. */
void	source_bind(struct source *source);
/* 0, -EAGAIN when it was lapped all along, or another negative error. */
int	source_read_snapshot(struct source *source, struct model *model);
/* Returns whether there were any. */
bool	source_read_events(struct source *source, struct model *model);

/* source_api.c: "4041 the token is not valid", of what was no image. */
void	source_explain_reply(const struct answer *answer, char *problem,
	    size_t size);
/* source_refresh() of a source over the API. */
bool	source_api_refresh(struct source *source, struct model *model);

#endif
