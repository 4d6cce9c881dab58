/*
 * Where the model comes from: the live segment of this machine, attached
 * again whenever its writer was replaced or came back, or an image in a
 * file.
 */
#ifndef DROVER_UI_SOURCE_H
#define DROVER_UI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <drover/segment.h>

#include "model.h"

struct source {
	const char			*directory;	/* NULL: find it */
	char				 path[256];
	struct drover_segment		*segment;
	struct drover_binding		 binding[DROVER_TABLES];
	bool				 bound[DROVER_TABLES];
	struct model_table		 staging[DROVER_TABLES];
	struct drover_event_cursor	 cursor;
	ino_t				 inode;
	dev_t				 device;
	bool				 image;
	void				*bytes;		/* of the image */
};

/* directory may be NULL; nothing is attached before the first refresh. */
void	source_open(struct source *source, const char *directory);
/* Returns 0 or a negative error. */
int	source_open_image(struct source *source, const char *path);
void	source_close(struct source *source);

/*
 * Bring the model up to date.  Returns whether anything in it changed
 * besides the time.  A writer that is not there is no error: the model
 * says so.
 */
bool	source_refresh(struct source *source, struct model *model);

#endif
