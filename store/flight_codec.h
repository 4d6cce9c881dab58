/*
 * What one image has that another had not, packed into bits: about two
 * bytes for a value that changed, and every value comes back bit for bit,
 * NaN and -0 included.
 *
 * Numbers that are exact with a few decimals are written as the difference
 * of two integers; others as the exclusive or with what stood there, as in
 * Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series
 * Database", VLDB 2015, section 4.1.  Nothing is kept between two calls:
 * the rows before and the bytes are all that there is.
 */
#ifndef DROVER_STORE_FLIGHT_CODEC_H
#define DROVER_STORE_FLIGHT_CODEC_H

#include <stdbool.h>
#include <stddef.h>

#include "store/bits.h"
#include "store/flight_image.h"

/*
 * Appends what leads from the rows of before to those of after, which have
 * the same schema, and the events, to bits, up to a whole byte.  before
 * NULL: from nothing.  *changed says whether there was anything.  -ENOMEM.
 */
int	flight_encode(const struct flight_image *before,
	    const struct flight_image *after,
	    const struct drover_event *events, size_t event_count,
	    struct bits_writer *bits, bool *changed);
/*
 * Changes the rows of the image as those bytes say, and adds the events.
 * -EBADMSG: they are not what flight_encode() wrote; the image is spoilt.
 */
int	flight_decode(struct flight_image *image, const void *bytes,
	    size_t length);

#endif
