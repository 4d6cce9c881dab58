/* What the parts of the series share: the set and the series in it. */
#ifndef DROVER_STORE_SERIES_PARTS_H
#define DROVER_STORE_SERIES_PARTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/series.h"
#include "store/series_bin.h"
#include "store/series_file.h"

#define NS_PER_S	INT64_C(1000000000)
#define SERIES_FUTURE_S	120
#define SERIES_KEY_BYTES	136

/* One series: the metrics of a row, and where they go. */
struct series {
	char			 key[SERIES_KEY_BYTES];	/* NODE/OBJECT */
	enum series_kind	 kind;
	struct series_file	*file;		/* NULL: not opened yet */
	struct series_bin	 bin;
	int			*places;	/* by metric; -1: none yet */
	bool			*seen;		/* the metric has a value */
	struct waiting {
		time_t	 time;
		double	*values;		/* by metric */
	}			*waiting;
	size_t			 waiting_count;
	unsigned int		 due;		/* rows that make a batch */
	int64_t			 sampled_ns;
	bool			 complained;
};

/* The metrics of a table. */
struct series_metrics {
	int			 table;		/* of the image; -1: none */
	struct flight_column	*columns;
	bool			*counters;
	bool			*keys;		/* kept of other nodes */
	size_t			 count;
	uint32_t		 name_offset;
	uint32_t		 node_offset;
	uint32_t		 sampled_offset; /* UINT32_MAX: none */
};

enum { OF_NODE, OF_DEVICE, OF_BACKEND, OF_TABLES };

struct series_set {
	struct series_options	 options;
	char			 directory[PATH_MAX - 256];
	char			 node[64];
	uint64_t		 schema_hash;	/* what metrics are from */
	bool			 ready;
	struct series_metrics		 metrics[OF_TABLES];
	struct series		**series;
	size_t			 count;
	size_t			 next;	/* where the next is expected */
	double			*scratch;
	uint64_t		 rows;
};

int64_t	series_now_s(const struct series_set *set);
/* Once for each trouble, and once when it is over. */
void	series_complain(const struct series_set *set, struct series *series,
	    int error);
int	series_path_of(const struct series_set *set,
	    const struct series *series, char path[PATH_MAX]);

/* series_metrics.c; -ENOMEM. */
int	series_metrics_list(struct series_metrics *metrics,
	    const struct flight_image *image, const char *name);
void	series_metrics_free(struct series_metrics *metrics);
/* Those of a series. */
const struct series_metrics *series_metrics_of(const struct series_set *set,
	    const struct series *series);
/* Where each goes in the file, where there is one. */
void	series_metrics_place(struct series *series,
	    const struct series_metrics *metrics);

/* series_write.c: every row that waits. */
int	series_write(struct series_set *set, struct series *series);

#endif
