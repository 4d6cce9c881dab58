/*
 * Bits packed into bytes, the first bit lowest.  A writer that ran out of
 * memory and a reader that ran out of bytes stay so: look at failed once,
 * at the end.
 */
#ifndef DROVER_STORE_BITS_H
#define DROVER_STORE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct bits_writer {
	unsigned char	*bytes;
	size_t		 used;		/* whole bytes */
	size_t		 room;
	uint64_t	 pending;
	unsigned int	 count;		/* bits in pending, below 8 */
	bool		 failed;
};

struct bits_reader {
	const unsigned char	*bytes;
	size_t			 length;
	size_t			 used;
	uint64_t		 pending;
	unsigned int		 count;
	bool			 failed;
};

static inline bool
bits_room(struct bits_writer *bits, size_t more)
{
	unsigned char *grown;
	size_t room = bits->room == 0 ? 4096 : bits->room;

	if (bits->used + more <= bits->room)
		return true;
	while (room < bits->used + more)
		room *= 2;
	grown = realloc(bits->bytes, room);
	if (grown == NULL) {
		bits->failed = true;
		return false;
	}
	bits->bytes = grown;
	bits->room = room;
	return true;
}

/* The lowest width bits of value, at most 56. */
static inline void
bits_put(struct bits_writer *bits, uint64_t value, unsigned int width)
{
	if (!bits_room(bits, 8))
		return;
	value &= (UINT64_C(1) << width) - 1;
	bits->pending |= value << bits->count;
	bits->count += width;
	while (bits->count >= 8) {
		bits->bytes[bits->used++] = (unsigned char)bits->pending;
		bits->pending >>= 8;
		bits->count -= 8;
	}
}

static inline void
bits_put_wide(struct bits_writer *bits, uint64_t value, unsigned int width)
{
	if (width > 32) {
		bits_put(bits, value, 32);
		value >>= 32;
		width -= 32;
	}
	bits_put(bits, value, width);
}

/* Whole bytes; the last one is filled with zeros. */
static inline void
bits_end(struct bits_writer *bits)
{
	if (bits->count > 0)
		bits_put(bits, 0, 8 - bits->count);
}

static inline uint64_t
bits_get(struct bits_reader *bits, unsigned int width)
{
	uint64_t value;

	while (bits->count < width) {
		if (bits->used == bits->length) {
			bits->failed = true;
			return 0;
		}
		bits->pending |= (uint64_t)bits->bytes[bits->used++] <<
		    bits->count;
		bits->count += 8;
	}
	value = bits->pending & ((UINT64_C(1) << width) - 1);
	bits->pending >>= width;
	bits->count -= width;
	return value;
}

static inline uint64_t
bits_get_wide(struct bits_reader *bits, unsigned int width)
{
	uint64_t value;

	if (width <= 32)
		return bits_get(bits, width);
	value = bits_get(bits, 32);
	return value | bits_get(bits, width - 32) << 32;
}

#endif
