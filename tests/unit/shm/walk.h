/* Every reader call on a segment that may be anything at all. */
#ifndef DROVER_TESTS_SHM_WALK_H
#define DROVER_TESTS_SHM_WALK_H

#include <stdint.h>

#include <drover/segment.h>

/*
 * Reads all there is to read; the sum of what was read is returned so that
 * no reading is left out by the compiler.
 */
uint64_t walk_segment(const struct drover_segment *segment);

#endif
