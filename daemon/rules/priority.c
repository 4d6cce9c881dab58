#include "rules/priority.h"

/* One point for every 12 s: 50 points are made up for in ten minutes. */
#define AGE_POINT_MS	12000
#define FAILURE_MILLI	10000

static int64_t
urgency_milli(int64_t room_milli)
{
	int64_t urgency = (1300 - room_milli) * 1000 / 800;

	if (urgency < 0)
		return 0;
	return urgency > 1000 ? 1000 : urgency;
}

int64_t
priority_of(const struct priority_case *asked)
{
	static const int64_t severities[] = { 0, 250, 500, 800, 1000 };
	int64_t s = asked->severity < 0 || asked->severity > 4 ? 0 :
	    severities[asked->severity];
	int64_t points = asked->confidence_ppm / 1000 * (450 * s +
	    350 * (asked->impact_ppm / 1000) +
	    200 * urgency_milli(asked->room_milli)) / 10000;

	return points + 1000 * asked->age_ms / AGE_POINT_MS -
	    FAILURE_MILLI * asked->failures;
}
