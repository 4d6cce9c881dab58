#include "when.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S	INT64_C(1000000000)
#define DAY_S		86400
#define SECONDS_MAX	INT64_C(9000000000)

static int64_t
unit_s(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return DAY_S;
	case 'w':
		return 7 * DAY_S;
	default:
		return 0;
	}
}

/* "2h30m", whole. */
static bool
parse_ago(const char *text, int64_t *seconds)
{
	int64_t number, total = 0;
	char *end;

	text += *text == '-';
	if (*text == '\0')
		return false;
	while (*text != '\0') {
		if (!isdigit((unsigned char)*text))
			return false;
		number = strtoll(text, &end, 10);
		if (unit_s(*end) == 0 || number > SECONDS_MAX)
			return false;
		total += number * unit_s(*end);
		if (total > SECONDS_MAX)
			return false;
		text = end + 1;
	}
	*seconds = total;
	return true;
}

static bool
parse_number(const char *text, int64_t *seconds)
{
	char *end;

	if (*text != '@' || !isdigit((unsigned char)text[1]))
		return false;
	*seconds = strtoll(text + 1, &end, 10);
	return *end == '\0' && *seconds < SECONDS_MAX;
}

/* The whole text, by one of the forms; a date that is none is refused. */
static bool
parse_form(const char *text, const char *form, struct tm *time)
{
	struct tm wanted;
	const char *end = strptime(text, form, time);
	time_t second;

	if (end == NULL)
		return false;
	end += *end == 'Z';
	if (*end != '\0')
		return false;
	wanted = *time;
	second = timegm(time);
	return second != (time_t)-1 && time->tm_mday == wanted.tm_mday &&
	    time->tm_mon == wanted.tm_mon;
}

static bool
parse_forms(const char *text, const char *const *forms,
    const struct tm *today, struct tm *time)
{
	size_t i;

	for (i = 0; forms[i] != NULL; i++) {
		*time = *today;
		time->tm_sec = 0;
		if (parse_form(text, forms[i], time))
			return true;
	}
	return false;
}

int
when_parse(const char *text, int64_t now_ns, int64_t *time_ns)
{
	static const char *const clocks[] = { "%H:%M:%S", "%H:%M", NULL };
	static const char *const days[] = { "%m-%d %H:%M:%S", "%m-%d %H:%M",
		"%m-%dT%H:%M:%S", "%m-%dT%H:%M", NULL };
	static const char *const dates[] = { "%Y-%m-%d %H:%M:%S",
		"%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M",
		NULL };
	time_t now = (time_t)(now_ns / NS_PER_S);
	struct tm today, time;
	int64_t seconds;

	gmtime_r(&now, &today);
	if (strcmp(text, "now") == 0) {
		*time_ns = now_ns;
		return 0;
	}
	if (parse_ago(text, &seconds)) {
		*time_ns = now_ns - seconds * NS_PER_S;
		return 0;
	}
	if (parse_number(text, &seconds)) {
		*time_ns = seconds * NS_PER_S;
		return 0;
	}
	if (parse_forms(text, clocks, &today, &time)) {
		if (timegm(&time) > now)
			time.tm_mday--;
	} else if (parse_forms(text, days, &today, &time)) {
		if (timegm(&time) > now)
			time.tm_year--;
	} else if (!parse_forms(text, dates, &today, &time)) {
		return -EINVAL;
	}
	seconds = (int64_t)timegm(&time);
	if (seconds > SECONDS_MAX)
		return -EINVAL;
	*time_ns = seconds * NS_PER_S;
	return 0;
}
