/* A state machine for tests. */
#include "tests/unit/cluster/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, over words; commands are a multiple of 8 long. */
uint64_t
ledger_chain(uint64_t chain, const void *bytes, size_t length)
{
	uint64_t word;
	size_t i;

	for (i = 0; i + 8 <= length; i += 8) {
		memcpy(&word, (const unsigned char *)bytes + i, 8);
		chain = (chain ^ word) * UINT64_C(1099511628211);
		chain ^= chain >> 29;
	}
	return chain;
}

static uint64_t
applied(void *context)
{
	struct ledger *ledger = context;

	return ledger->state.index;
}

static int
apply(void *context, const struct consensus_entry *entry,
    struct consensus_result *result)
{
	struct ledger *ledger = context;

	if (ledger->apply_error != 0)
		return ledger->apply_error;
	ledger->applies++;
	ledger->state.index = entry->index;
	ledger->state.count++;
	ledger->state.chain = ledger_chain(ledger->state.chain, entry->bytes,
	    entry->length);
	ledger->state.bytes += entry->length;
	ledger->state.time_ms = entry->time_ms;
	ledger->state.wall_ms = entry->wall_ms;
	result->length = sizeof(ledger->state.chain);
	memcpy(result->bytes, &ledger->state.chain, result->length);
	if (ledger->applied != NULL)
		ledger->applied(ledger);
	return 0;
}

static int
snapshot(void *context, const void **bytes, size_t *length)
{
	struct ledger *ledger = context;
	struct ledger_state *copy;

	if (ledger->snapshot_error != 0)
		return ledger->snapshot_error;
	copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return -ENOMEM;
	*copy = ledger->state;
	*bytes = copy;
	*length = sizeof(*copy);
	ledger->snapshots++;
	return 0;
}

static void
release(void *context, const void *bytes)
{
	struct ledger *ledger = context;

	ledger->releases++;
	free((void *)(uintptr_t)bytes);
}

static int
restore(void *context, const void *bytes, size_t length, uint64_t index)
{
	struct ledger *ledger = context;

	if (length != sizeof(ledger->state))
		return -EBADMSG;
	memcpy(&ledger->state, bytes, length);
	ledger->restores++;
	return ledger->state.index == index ? 0 : -EBADMSG;
}

struct consensus_machine
ledger_machine(struct ledger *ledger)
{
	return (struct consensus_machine) {
		.context = ledger,
		.applied = applied,
		.apply = apply,
		.snapshot = snapshot,
		.release = release,
		.restore = restore,
	};
}
