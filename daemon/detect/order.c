#include <assert.h>

#include "detect/order.h"

static void
swap(double *values, size_t i, size_t j)
{
	double kept = values[i];

	values[i] = values[j];
	values[j] = kept;
}

double
order_select(double *values, size_t count, size_t rank)
{
	size_t low = 0, high, i, j;
	double pivot;

	assert(rank < count);
	high = count - 1;
	while (low < high) {
		pivot = values[low + (high - low) / 2];
		i = low;
		j = high;
		for (;;) {
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i >= j)
				break;
			swap(values, i, j);
			i++;
			j--;
		}
		/*
		 * low..j is at most pivot, j+1..high at least; j < high,
		 * because the pivot was taken from before high.
		 */
		if (rank <= j)
			high = j;
		else
			low = j + 1;
	}
	return values[rank];
}

double
order_median(double *values, size_t count)
{
	double upper, lower;
	size_t i;

	upper = order_select(values, count, count / 2);
	if (count % 2 == 1)
		return upper;
	lower = values[0];
	for (i = 1; i < count / 2; i++)
		if (values[i] > lower)
			lower = values[i];
	return (lower + upper) / 2;
}
