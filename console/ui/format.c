#include "format.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S	1000000000

/* A number and its unit; the format is a literal at each call. */
#define print(text, format, value)					\
	snprintf(text, FORMAT_BYTES, format, value)

/* Three significant digits and a letter for the power of base. */
static void
scaled(char text[FORMAT_BYTES], double value, double base,
    const char *letters, const char *suffix)
{
	const char *sign = value < 0 ? "-" : "";
	int decimals, power = 0;

	value = fabs(value);
	while (value >= base - 0.5 && letters[power] != '\0') {
		value /= base;
		power++;
	}
	decimals = power == 0 || value >= 99.95 ? 0 : 1;
	if (power == 0 && value > 0 && value < 9.95 && value != floor(value))
		decimals = 1;
	snprintf(text, FORMAT_BYTES, "%s%.*f%s%.1s%s", sign, decimals, value,
	    *suffix != '\0' && *suffix != '/' ? " " : "",
	    power > 0 ? letters + power - 1 : "", suffix);
}

static void
percent(char text[FORMAT_BYTES], double value)
{
	print(text, value >= 0.05 && value < 9.95 ? "%.1f%%" : "%.0f%%", value);
}

static void
milliseconds(char text[FORMAT_BYTES], double value)
{
	if (value < 0.95)
		print(text, "%.0fus", value * 1000);
	else if (value < 9.95)
		print(text, "%.1fms", value);
	else if (value < 999.5)
		print(text, "%.0fms", value);
	else if (value < 99950)
		print(text, "%.2fs", value / 1000);
	else
		format_age(text, value / 1000);
}

static void
load(char text[FORMAT_BYTES], double value)
{
	if (value < 99.995)
		print(text, value == floor(value) ? "%.0f" : "%.2f", value);
	else
		scaled(text, value, 1000, "kMGTP", "");
}

void
format_short(char text[FORMAT_BYTES], double value, enum unit unit)
{
	if (!isfinite(value)) {
		strcpy(text, "-");
		return;
	}
	switch (unit) {
	case UNIT_percent:
		percent(text, value);
		return;
	case UNIT_bytes:
	case UNIT_bytes_per_s:
		scaled(text, value, 1024, "KMGTP", "");
		return;
	case UNIT_ms:
		milliseconds(text, value);
		return;
	case UNIT_us:
		milliseconds(text, value / 1000);
		return;
	case UNIT_ns:
		milliseconds(text, value / 1000000);
		return;
	case UNIT_seconds:
		format_age(text, value);
		return;
	case UNIT_celsius:
		print(text, "%.0fC", value);
		return;
	case UNIT_watts:
		print(text, "%.0fW", value);
		return;
	case UNIT_flag:
		strcpy(text, value != 0 ? "yes" : "no");
		return;
	case UNIT_bits:
		snprintf(text, FORMAT_BYTES, "0x%llx",
		    (unsigned long long)(value < 0 ? 0 : value));
		return;
	case UNIT_tasks:
		load(text, value);
		return;
	case UNIT_tokens:
		if (value > 99999) {
			scaled(text, value, 1000, "kMGTP", "");
			return;
		}
		print(text, "%.0f", value);
		return;
	case UNIT_code:
		print(text, "%.0f", value);
		return;
	default:
		scaled(text, value, 1000, "kMGTP", "");
	}
}

void
format_long(char text[FORMAT_BYTES], double value, enum unit unit)
{
	if (!isfinite(value)) {
		strcpy(text, "-");
		return;
	}
	switch (unit) {
	case UNIT_bytes:
		scaled(text, value, 1024, "KMGTP",
		    fabs(value) < 1023.5 ? "B" : "iB");
		return;
	case UNIT_bytes_per_s:
		scaled(text, value, 1024, "KMGTP",
		    fabs(value) < 1023.5 ? "B/s" : "iB/s");
		return;
	case UNIT_bits_per_s:
		scaled(text, value, 1000, "kMGTP", "bit/s");
		return;
	case UNIT_per_s:
		scaled(text, value, 1000, "kMGTP", "/s");
		return;
	case UNIT_mhz:
		print(text, "%.0f MHz", value);
		return;
	case UNIT_celsius:
		print(text, "%.0f C", value);
		return;
	default:
		format_short(text, value, unit);
	}
}

static bool
moment(int64_t time_ns, struct tm *parts)
{
	time_t seconds = (time_t)(time_ns / NS_PER_S);

	return time_ns > 0 && gmtime_r(&seconds, parts) != NULL;
}

void
format_date(char text[FORMAT_BYTES], int64_t time_ns)
{
	struct tm parts;

	if (!moment(time_ns, &parts) || strftime(text, FORMAT_BYTES,
	    "%m-%d %H:%M:%SZ", &parts) == 0)
		strcpy(text, "-");
}

void
format_clock(char text[FORMAT_BYTES], int64_t time_ns)
{
	struct tm parts;

	if (!moment(time_ns, &parts) || strftime(text, FORMAT_BYTES,
	    "%H:%M:%S", &parts) == 0)
		strcpy(text, "-");
}

void
format_moment(char text[FORMAT_BYTES], int64_t time_ns, int64_t now_ns)
{
	struct tm parts, today;
	bool dated;

	if (!moment(time_ns, &parts)) {
		strcpy(text, "-");
		return;
	}
	dated = !moment(now_ns, &today) || parts.tm_yday != today.tm_yday ||
	    parts.tm_year != today.tm_year;
	if (strftime(text, FORMAT_BYTES, dated ? "%m-%d %H:%M" : "%H:%M",
	    &parts) == 0)
		strcpy(text, "-");
}

void
format_age(char text[FORMAT_BYTES], double seconds)
{
	long long s;

	if (!isfinite(seconds) || seconds > 1e15) {
		strcpy(text, "-");
		return;
	}
	s = seconds < 0 ? 0 : (long long)seconds;
	if (s < 60)
		snprintf(text, FORMAT_BYTES, "%llds", s);
	else if (s < 3600)
		snprintf(text, FORMAT_BYTES, "%lldm%02llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, FORMAT_BYTES, "%lldh%02lldm", s / 3600,
		    s / 60 % 60);
	else if (s < 8640000)
		snprintf(text, FORMAT_BYTES, "%lldd%02lldh", s / 86400,
		    s / 3600 % 24);
	else
		snprintf(text, FORMAT_BYTES, "%lldd", s / 86400);
}
