/* A number or a time as a person reads it, by the unit of its column. */
#ifndef DROVER_TEXT_FIGURE_H
#define DROVER_TEXT_FIGURE_H

#include <stdbool.h>
#include <stdint.h>

#define FIGURE_BYTES	512

/*
 * Short, for a table: rounded as the unit asks, bytes scaled by 1024, bits
 * by 1000; "-" for what is not finite.  A counter keeps every digit.
 */
void	figure_short(char text[FIGURE_BYTES], const char *unit, bool counter,
	    double value);
/* The shortest digits that read back as the same number. */
void	figure_digits(char text[FIGURE_BYTES], double value);
/* Every digit, with its unit; "-" for what is not finite. */
void	figure_exact(char text[FIGURE_BYTES], const char *unit, double value);
/* "2026-11-21T00:12:07Z"; "-" for 0. */
void	figure_time(char text[FIGURE_BYTES], int64_t time_ns);

#endif
