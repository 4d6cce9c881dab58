/*
 * A metric over a stretch of time, as so many columns: out of the flight
 * log where that is short, second by second, else out of the archive of the
 * series that suits it best.  For graphs, tables and exports.
 */
#ifndef DROVER_STORE_HISTORY_H
#define DROVER_STORE_HISTORY_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define HISTORY_COLUMNS_MAX	4096
/* Up to here the flight log is read. */
#define HISTORY_FLIGHT_S	1200

struct history_query {
	const char	*directory;	/* with flight and rrd in it */
	const char	*node;
	const char	*object;	/* "node", a device, backend/NAME */
	const char	*metric;
	int64_t		 start_s;	/* UNIX time, of the first column */
	int64_t		 column_s;
	int		 columns;
};

/* NaN: unknown. */
struct history_column {
	double	least;
	double	mean;
	double	most;
};

struct history_curve {
	struct history_column	*columns;
	int			 count;
	int64_t			 start_s;
	int64_t			 column_s;
	int64_t			 step_s;	/* of where it is from */
	bool			 flight;	/* the flight log */
};

/*
 * Fills curve, to be freed with history_free().
 *	-ENOENT: nothing of it is recorded; -EINVAL: no such metric, or a
 *	query that makes no sense; -ELIBACC: librrd is not there.
 */
int	history_read(const struct history_query *query,
	    struct history_curve *curve);
void	history_free(struct history_curve *curve);

/* whole: -ENOENT where the flight log begins after the first column. */
int	history_read_flight(const struct history_query *query,
	    struct history_curve *curve, bool whole);
int	history_read_rrd(const struct history_query *query,
	    struct history_curve *curve);
/* What came of the source into the columns that it touches. */
struct history_sum {
	double	sum;
	double	weight;
};
void	history_add(struct history_curve *curve, struct history_sum *sums,
	    int64_t from_s, int64_t to_s, const struct history_column *what);
void	history_finish(struct history_curve *curve,
	    const struct history_sum *sums);

#endif
