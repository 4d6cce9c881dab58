/*
 * Any bytes are an entry, whose encoding is those bytes, or refused; and
 * an entry can be applied, whatever it says.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/apply.h"
#include "tests/fuzz/fuzz.h"

static void
check_canonical(const struct entry *entry, const void *bytes, size_t size)
{
	static unsigned char again[ENTRY_BYTES_MAX];
	size_t length;

	if (entry_encode(entry, again, sizeof(again), &length) != 0 ||
	    length != size || memcmp(bytes, again, size) != 0)
		abort();
}

static void
check_apply(const struct entry *entry)
{
	struct model *model = model_new();
	struct changes changes = { 0 };
	int64_t index;

	/* The second time it is a repetition. */
	for (index = 1; index <= 2; index++) {
		if (model == NULL ||
		    rules_apply(model, index, 1, entry, &changes) != 0 ||
		    reply_find(changes.result.reply) == NULL ||
		    changes.result.repeated != (index == 2) ||
		    rules_commit(model, &changes) != 0)
			abort();
	}
	changes_free(&changes);
	model_free(model);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entry entry;
	unsigned char *copy = malloc(size + 1);

	/* A copy of just this size lets the sanitizer see the end. */
	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	copy = realloc(copy, size > 0 ? size : 1);
	if (entry_decode(&entry, copy, size) == 0) {
		check_canonical(&entry, copy, size);
		check_apply(&entry);
	}
	free(copy);
	return 0;
}
