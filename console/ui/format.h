/*
 * Values as an operator reads them, rounded to what is shown, so that a
 * screen changes only when something one can see has changed.
 */
#ifndef DROVER_UI_FORMAT_H
#define DROVER_UI_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* Every unit of tables/metrics_*.def. */
enum unit {
	UNIT_none, UNIT_percent, UNIT_bytes, UNIT_bytes_per_s, UNIT_per_s,
	UNIT_count, UNIT_ms, UNIT_us, UNIT_ns, UNIT_seconds, UNIT_celsius,
	UNIT_tasks, UNIT_watts, UNIT_mhz, UNIT_flag, UNIT_bits,
	UNIT_bits_per_s, UNIT_code, UNIT_tokens
};

#define FORMAT_BYTES	24

/* At most 6 columns; "-" for NaN. */
void	format_short(char text[FORMAT_BYTES], double value, enum unit unit);
/* The same with its unit spelled out: "62.8 GiB", "1.2 MB/s". */
void	format_long(char text[FORMAT_BYTES], double value, enum unit unit);

/* "11-21 00:12:07Z", "00:12:07", and an age as "12s", "3m05s", "2d04h". */
void	format_date(char text[FORMAT_BYTES], int64_t time_ns);
void	format_clock(char text[FORMAT_BYTES], int64_t time_ns);
/* "00:12"; "11-20 00:12" where it is not the day of now_ns. */
void	format_moment(char text[FORMAT_BYTES], int64_t time_ns,
	    int64_t now_ns);
void	format_age(char text[FORMAT_BYTES], double seconds);

#endif
