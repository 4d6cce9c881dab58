/* Cluster time. */
#include "cluster/office.h"

void
office_note(struct office *office, bool leads, uint64_t term,
    int64_t applied_ms, int64_t boot_ms)
{
	if (leads && !(office->held && office->term == term)) {
		office->term = term;
		office->base_ms = applied_ms;
		office->taken_ms = boot_ms;
	}
	office->held = leads;
}

int64_t
office_time_ms(struct office *office, int64_t applied_ms, int64_t boot_ms)
{
	int64_t now;

	if (!office->held)
		return applied_ms;
	now = office->base_ms + (boot_ms - office->taken_ms);
	if (now >= applied_ms)
		return now;
	/*
	 * Entries of an earlier leader were applied after the office was
	 * taken, and their time is later: go on from there.
	 */
	office->base_ms = applied_ms;
	office->taken_ms = boot_ms;
	return applied_ms;
}
