#include <math.h>
#include <stdio.h>
#include <string.h>

#include "detect/finding.h"

int64_t
finding_milli(double value)
{
	double milli = nearbyint(value * 1000);

	if (isnan(milli))
		return FINDING_NO_VALUE;
	if (milli >= 0x1p63)
		return INT64_MAX;
	return milli > 0 ? (int64_t)milli : 0;
}

int32_t
finding_ppm(double share)
{
	if (!(share > 0))
		return 0;
	return share >= 1 ? 1000000 : (int32_t)nearbyint(share * 1e6);
}

void
finding_text(char *text, size_t size, double value, const char *unit)
{
	static const char *const sizes[] = { "B", "KiB", "MiB", "GiB",
	    "TiB" };
	size_t i = 0;

	if (strcmp(unit, "B") != 0) {
		snprintf(text, size, "%.*f%s%s",
		    fabs(value - nearbyint(value)) < 0.05 ? 0 : 1, value,
		    unit[0] == '\0' ? "" : " ", unit);
		return;
	}
	while (fabs(value) >= 1024 && i + 1 < sizeof(sizes) /
	    sizeof(sizes[0])) {
		value /= 1024;
		i++;
	}
	snprintf(text, size, "%.*f %s", value < 10 && i > 0 ? 1 : 0, value,
	    sizes[i]);
}
