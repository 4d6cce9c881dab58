/*
 * The segment as the API shows it: JSON with the names that droverstat -j
 * uses.  Attached when it is first needed, and again when the writer has
 * made a new one.
 */
#ifndef DROVER_API_VIEW_H
#define DROVER_API_VIEW_H

#include <jansson.h>

#include <drover/segment.h>

#include "api/text.h"

#define VIEW_FORMAT	1	/* of droverstat -j */

struct view {
	char			 path[1024];
	struct drover_segment	*segment;	/* NULL: not attached */
	enum drover_liveness	 liveness;
};

int	view_init(struct view *view, const char *directory,
	    const char *name);
void	view_close(struct view *view);

/*
 * Makes sure that the newest segment is attached; the errors are those of
 * drover_segment_attach().  To be called before each use.
 */
int	view_refresh(struct view *view);

/*
 * Adds the rows of a table as objects with commas between, those of one
 * node where node is not NULL; a table that has no column "node" is
 * compared by "name".  Returns how many they are, or a negative error.
 */
int	view_rows(const struct view *view, const char *table,
	    const char *node, struct text *text);
/* Adds "time", "time_ns", "segment" and "writer". */
int	view_frame(const struct view *view, json_t *object);
/* Seconds since the last heartbeat, NaN when not known. */
double	view_silent_seconds(const struct view *view);
json_t	*view_event(const struct drover_event *event);
/* The segment as an image, malloc()ed. */
int	view_image(const struct view *view, void **bytes, size_t *length);

#endif
