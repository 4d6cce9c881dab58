#include <math.h>
#include <stdlib.h>

#include "tests/unit/detect/virtual.h"

_Static_assert(DETECT_NODE_METRICS <= VALUES_MAX, "grew");
_Static_assert(DETECT_DEVICE_METRICS <= VALUES_MAX, "grew");
_Static_assert(DETECT_BACKEND_METRICS <= VALUES_MAX, "grew");

uint64_t
random_next(struct random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

double
random_share(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

double
random_normal(struct random *random)
{
	double u = 1 - random_share(random);

	return sqrt(-2 * log(u)) * cos(6.283185307179586 *
	    random_share(random));
}

void
found_take(void *user, const struct finding *finding)
{
	struct found *found = user;

	if (found->count < FOUND_MAX)
		found->list[found->count] = *finding;
	found->count++;
}

const struct finding *
found_last(const struct found *found, enum finding_edge edge,
    enum fault_class number)
{
	size_t i = found->count < FOUND_MAX ? found->count : FOUND_MAX;

	while (i-- > 0)
		if (found->list[i].edge == edge &&
		    found->list[i].number == number)
			return &found->list[i];
	return NULL;
}

size_t
found_count(const struct found *found, enum finding_edge edge,
    enum fault_class number)
{
	size_t i, count = 0;

	for (i = 0; i < found->count && i < FOUND_MAX; i++)
		count += found->list[i].edge == edge &&
		    found->list[i].number == number;
	return count;
}

void
values_unknown(double values[VALUES_MAX])
{
	int i;

	for (i = 0; i < VALUES_MAX; i++)
		values[i] = NAN;
}

struct detect *
make_detect(enum drover_metric_scope scope, enum drover_device_kind kind)
{
	struct detect_subject subject = { scope, kind, "alpha", "", 0 };
	struct detect *detect;

	if (scope == DROVER_METRIC_SCOPE_DEVICE)
		subject.device = "device/0";
	if (detect_new(&detect, &subject) != 0)
		abort();
	return detect;
}
