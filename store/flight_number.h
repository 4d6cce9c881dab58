/*
 * Numbers in the bits of the flight log: of 64 bits with few where the
 * value is small, and doubles beside the one that they follow.
 */
#ifndef DROVER_STORE_FLIGHT_NUMBER_H
#define DROVER_STORE_FLIGHT_NUMBER_H

#include <stdint.h>

#include "store/bits.h"

void	flight_put_number(struct bits_writer *bits, uint64_t value);
uint64_t flight_get_number(struct bits_reader *bits);

static inline uint64_t
flight_zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}
static inline int64_t
flight_unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* Both words are the bits of a double. */
void	flight_put_double(struct bits_writer *bits, uint64_t before,
	    uint64_t after);
uint64_t flight_get_double(struct bits_reader *bits, uint64_t before);

#endif
