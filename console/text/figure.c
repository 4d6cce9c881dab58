#include "figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void
figure_time(char text[FIGURE_BYTES], int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	struct tm tm;

	if (time_ns == 0 || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, FIGURE_BYTES, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		strcpy(text, "-");
}

void
figure_digits(char text[FIGURE_BYTES], double value)
{
	snprintf(text, FIGURE_BYTES, "%.15g", value);
	if (strtod(text, NULL) < value || strtod(text, NULL) > value)
		snprintf(text, FIGURE_BYTES, "%.17g", value);
}

/* 999, 1.5K, 62.8G: at most six columns. */
static void
scaled(char text[FIGURE_BYTES], double value, double step)
{
	static const char letters[] = " KMGTPE";
	size_t power = 0;

	while (fabs(value) >= step - 0.5 && power < sizeof(letters) - 2) {
		value /= step;
		power++;
	}
	if (power == 0)
		snprintf(text, FIGURE_BYTES, "%.0f", value);
	else
		snprintf(text, FIGURE_BYTES, "%.*f%c",
		    fabs(value) < 99.95 ? 1 : 0, value, letters[power]);
}

static bool
is_whole(const char *unit)
{
	static const char *const units[] = { "count", "tokens", "flag",
	    "code", "bits" };
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i]) == 0)
			return true;
	return false;
}

void
figure_short(char text[FIGURE_BYTES], const char *unit, bool counter,
    double value)
{
	if (!isfinite(value))
		strcpy(text, "-");
	else if (strncmp(unit, "bytes", 5) == 0)
		scaled(text, value, 1024);
	else if (strcmp(unit, "bits_per_s") == 0)
		scaled(text, value, 1000);
	else if (strcmp(unit, "tasks") == 0)
		snprintf(text, FIGURE_BYTES, "%.2f", value);
	else if (counter || fabs(value) >= 999.95 || is_whole(unit))
		snprintf(text, FIGURE_BYTES, "%.0f", value);
	else
		snprintf(text, FIGURE_BYTES, "%.1f", value);
}

void
figure_exact(char text[FIGURE_BYTES], const char *unit, double value)
{
	size_t length;

	if (!isfinite(value)) {
		strcpy(text, "-");
		return;
	}
	figure_digits(text, value);
	length = strlen(text);
	if (strcmp(unit, "none") != 0)
		snprintf(text + length, FIGURE_BYTES - length, " %s", unit);
}
