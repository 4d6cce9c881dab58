/* Order statistics of values in one piece.  Pure. */
#ifndef DROVER_DETECT_ORDER_H
#define DROVER_DETECT_ORDER_H

#include <stddef.h>

/* The value at rank (0: the least) of count > rank finite values, which
   change their places: Hoare's FIND (1961). */
double	order_select(double *values, size_t count, size_t rank);
/* Of count > 0 values, which change their places. */
double	order_median(double *values, size_t count);

#endif
