/*
 * What a graph shows: which curves, of which stretch of time.  Keys and
 * commands change it; graph_load() reads what is missing; the view draws.
 */
#ifndef DROVER_UI_GRAPH_H
#define DROVER_UI_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "format.h"
#include "grid.h"
#include "store/history.h"

#define GRAPH_CURVES	6
#define GRAPH_SPEC_BYTES	192
#define GRAPH_AXIS	8	/* columns left of the curves */

struct graph_curve {
	char			 node[64];
	char			 object[72];	/* "node", "disk/sda" ... */
	char			 metric[32];
	int64_t			 before_s;	/* shown as of so much later */
	struct history_curve	 data;
	int			 error;		/* of reading it */
};

struct graph {
	struct graph_curve	 curves[GRAPH_CURVES];
	int			 count;
	int			 window;	/* of graph_windows; or -1 */
	int64_t			 end_s;		/* 0: now */
	bool			 cursor;
	int			 at;		/* column of the cursor */
	bool			 compare;	/* with what was before */
	/* What was loaded; columns 0: nothing. */
	int64_t			 start_s;
	int64_t			 span_s;
	int64_t			 column_s;
	int			 columns;
	int			 now;		/* column where the future is */
	int64_t			 now_s;
	bool			 stale;		/* curves changed */
};

struct graph_window {
	const char	*name;
	int64_t		 seconds;
};
extern const struct graph_window graph_windows[];
extern const int graph_window_count;

/* What a metric of an object is called and counted in. */
struct graph_metric {
	const char	*name;
	const char	*title;
	const char	*help;
	enum unit	 unit;
	bool		 counter;	/* shown as a rate */
};
/* By "node", a device or "backend/...": NULL when it has none of that name. */
const struct graph_metric *graph_metric_find(const char *object,
	    const char *metric);
/* Unit of what is drawn: of a counter it is its rate. */
enum unit graph_unit(const struct graph_curve *curve);
/* What there can be of it at most; INFINITY. */
double	graph_ceiling(const struct graph_curve *curve);

/*
 * "METRIC", "OBJECT:METRIC", "NODE:METRIC" or "NODE:OBJECT:METRIC", and
 * @SPAN (1d, 2h30m) for what was so much earlier.  node is that of a spec
 * without one.
 * -EINVAL with a complaint, -E2BIG: there are as many as can be.
 */
int	graph_add(struct graph *graph, const char *spec, const char *node,
	    char *complaint, size_t size);
/* For the curves that were named without one. */
void	graph_default_node(struct graph *graph, const char *node);
void	graph_clear(struct graph *graph);
void	graph_release(struct graph *graph);
/* The spec of a curve. */
void	graph_spec(const struct graph_curve *curve,
	    char text[GRAPH_SPEC_BYTES]);

/* How many columns a screen of that width has. */
int	graph_columns(int width, enum glyph_mode mode);
/*
 * Settles start, column width and where now is, for a window of so many
 * columns; true where that, or the curves, are not what was loaded.
 */
bool	graph_settle(struct graph *graph, int columns, int64_t now_s);
/* The same from one time to another, whichever. */
void	graph_span(struct graph *graph, int columns, int64_t start_s,
	    int64_t end_s, int64_t now_s);
/* Reads all curves.  directory: that of the segments. */
void	graph_load(struct graph *graph, const char *directory);

/* Keys. */
void	graph_zoom(struct graph *graph, int wider);
void	graph_pan(struct graph *graph, int windows_by_quarters);
void	graph_move_cursor(struct graph *graph, int columns);
void	graph_compare(struct graph *graph);
void	graph_step_metric(struct graph *graph, int step);

#endif
