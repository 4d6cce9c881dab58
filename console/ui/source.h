/*
 * Where the model comes from: the live segment of this machine, attached
 * again whenever its writer was replaced or came back, an image in a file,
 * or the images that a droverd gives over its API, one after the other.
 */
#ifndef DROVER_UI_SOURCE_H
#define DROVER_UI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <drover/segment.h>

#include "asker.h"
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
	/* Over the API alone. */
	struct asker			*asker;
	uint32_t			 asked;
	bool				 asking;
	int64_t				 asked_ns;	/* wall time */
	uint64_t			 instance;	/* of the segment */
	uint64_t			 beat;		/* of its writer, */
	int64_t				 beat_ns;	/* and since when */
};

/* directory may be NULL; nothing is attached before the first refresh. */
void	source_open(struct source *source, const char *directory);
/* Returns 0 or a negative error. */
int	source_open_image(struct source *source, const char *path);
/* The bytes of an image, which it takes over, whatever comes of it. */
int	source_open_bytes(struct source *source, void *bytes, size_t length,
	    const char *path);
/*
 * The strings of place are used until the end.  Nobody is asked yet, but
 * place is checked: a fault comes with a complaint.
 */
enum client_fault source_open_api(struct source *source,
	    const struct client_place *place,
	    char complaint[CLIENT_COMPLAINT_BYTES]);
void	source_close(struct source *source);

/*
 * Over the API: ask for another image, unless one is under way.  The
 * descriptor becomes readable when it has come, for source_refresh(); -1
 * where there is nothing to wait for.
 */
void	source_ask(struct source *source);
int	source_descriptor(const struct source *source);

/*
 * Bring the model up to date.  Returns whether anything in it changed
 * besides the time.  A writer that is not there is no error: the model
 * says so.
 */
bool	source_refresh(struct source *source, struct model *model);

#endif
