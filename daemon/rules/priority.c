#include "rules/priority.h"

/* One point for every 12 s: 50 points are made up for in ten minutes. */
#define AGE_POINT_MS	12000
#define FAILURE_MILLI	10000
/* Half as much again as is needed. */
#define ROOMY_MILLI	1500
#define SEVERITY_MAX	4
#define PREDICTED_MAX	3

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

int64_t
severity_of(int64_t class_severity, int64_t room_milli, bool predicted)
{
	int64_t severity = class_severity;

	if (room_milli == 0)
		severity++;
	else if (room_milli >= ROOMY_MILLI)
		severity--;
	if (severity < 0)
		return 0;
	if (predicted && severity > PREDICTED_MAX)
		return PREDICTED_MAX;
	return severity > SEVERITY_MAX ? SEVERITY_MAX : severity;
}
