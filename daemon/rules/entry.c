/* The encoding of entries: one walk over the fields, either way. */
#include <errno.h>
#include <string.h>

#include "rules/entry.h"
#include "rules/kind.h"
#include "rules/line.h"

struct coder {
	unsigned char	*begin;
	unsigned char	*at;
	unsigned char	*end;
	bool		 decoding;
	int		 error;
};

enum argument_type { TEXT, NUMBER };

struct argument_row {
	enum argument_type	type;
	int64_t			limit;
};

static const struct argument_row argument_rows[] = {
#define ARGUMENT(NAME, number, TYPE, limit, name, help)	\
	[number] = { TYPE, limit },
#include <drover/tables/arguments.def>
#undef ARGUMENT
};

static const struct argument_row *
argument_row(unsigned int number)
{
	if (number >= sizeof(argument_rows) / sizeof(argument_rows[0]) ||
	    argument_rows[number].limit == 0)
		return NULL;
	return &argument_rows[number];
}

static bool
is_fact(unsigned int number)
{
	switch (number) {
#define FACT(NAME, number, name, help)	case number:
#include <drover/tables/facts.def>
#undef FACT
		return true;
	default:
		return false;
	}
}

static bool
is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("._:@/-", c));
}

bool
entry_name_is_valid(const char *name)
{
	size_t i;

	if (name[0] == '/' || name[0] == '-')
		return false;
	for (i = 0; is_name_character(name[i]); i++)
		if (i >= ENTRY_NAME_MAX)
			return false;
	return i > 0 && i <= ENTRY_NAME_MAX && name[i] == '\0';
}

static void
fail(struct coder *coder)
{
	if (coder->error == 0)
		coder->error = coder->decoding ? -EPROTO : -EINVAL;
}

/* The next bytes of the encoding; NULL when there are not that many. */
static unsigned char *
take(struct coder *coder, size_t bytes)
{
	unsigned char *taken = coder->at;

	if (coder->error != 0)
		return NULL;
	if ((size_t)(coder->end - coder->at) < bytes) {
		coder->error = coder->decoding ? -EPROTO : -ENOSPC;
		return NULL;
	}
	coder->at += bytes;
	return taken;
}

static uint64_t
code_bits(struct coder *coder, uint64_t value, size_t bytes)
{
	unsigned char *at = take(coder, bytes);
	size_t i;

	if (at == NULL)
		return 0;
	if (!coder->decoding) {
		for (i = 0; i < bytes; i++)
			at[i] = (unsigned char)(value >> (8 * i));
		return value;
	}
	for (value = 0, i = 0; i < bytes; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

static void
code_8(struct coder *coder, uint8_t *value)
{
	*value = (uint8_t)code_bits(coder, *value, 1);
}

static void
code_16(struct coder *coder, uint16_t *value)
{
	*value = (uint16_t)code_bits(coder, *value, 2);
}

static void
code_number(struct coder *coder, int64_t *value, int64_t limit)
{
	*value = (int64_t)code_bits(coder, (uint64_t)*value, 8);
	if (*value < 0 || *value > limit)
		fail(coder);
}

static void
code_text(struct coder *coder, const char **text, size_t limit)
{
	const bool decoding = coder->decoding;
	const char *from = decoding || *text == NULL ? "" : *text;
	size_t length = strnlen(from, limit + 1);
	unsigned char *at;

	if (!decoding && *text == NULL)
		fail(coder);
	length = (size_t)code_bits(coder, length, 2);
	if (length > limit)
		fail(coder);
	at = take(coder, length + 1);
	if (at == NULL)
		return;
	if (decoding)
		*text = (const char *)at;
	else
		memcpy(at, from, length + 1);
	if (at[length] != '\0' || !line_is_valid((const char *)at, length))
		fail(coder);
}

static void
code_name(struct coder *coder, const char **name)
{
	code_text(coder, name, ENTRY_NAME_MAX);
	if (coder->error == 0 &&
	    (*name == NULL || !entry_name_is_valid(*name)))
		fail(coder);
}

static void
code_fact(struct coder *coder, struct entry_fact *fact)
{
	code_16(coder, &fact->number);
	if (!is_fact(fact->number))
		fail(coder);
	code_number(coder, &fact->value, INT64_MAX);
	code_text(coder, &fact->subject, 2 * ENTRY_NAME_MAX);
}

static void
code_argument(struct coder *coder, struct entry_argument *argument)
{
	const struct argument_row *row;

	code_16(coder, &argument->number);
	row = argument_row(argument->number);
	if (row == NULL) {
		fail(coder);
		return;
	}
	if (row->type == NUMBER) {
		code_number(coder, &argument->value, row->limit);
		argument->text = NULL;
	} else {
		code_text(coder, &argument->text, (size_t)row->limit);
		argument->value = 0;
	}
}

static void
code_counts(struct coder *coder, struct entry *entry)
{
	code_8(coder, &entry->caller.role);
	code_8(coder, &entry->caller.via);
	code_8(coder, &entry->target_count);
	code_8(coder, &entry->fact_count);
	code_8(coder, &entry->argument_count);
	if (code_bits(coder, 0, 3) != 0)
		fail(coder);
	if (entry->caller.role >= ROLES ||
	    entry->caller.via < VIA_LOCAL || entry->caller.via > VIA_SYSTEM ||
	    (entry->caller.via == VIA_SYSTEM) !=
	    (entry->caller.role == ROLE_SYSTEM) ||
	    entry->target_count > ENTRY_TARGETS_MAX ||
	    entry->fact_count > ENTRY_FACTS_MAX ||
	    entry->argument_count > ENTRY_ARGUMENTS_MAX)
		fail(coder);
}

static void
code_lists(struct coder *coder, struct entry *entry)
{
	size_t i;

	for (i = 0; coder->error == 0 && i < entry->target_count; i++)
		code_name(coder, &entry->targets[i]);
	for (i = 0; coder->error == 0 && i < entry->fact_count; i++)
		code_fact(coder, &entry->facts[i]);
	for (i = 0; coder->error == 0 && i < entry->argument_count; i++) {
		code_argument(coder, &entry->arguments[i]);
		if (i > 0 && entry->arguments[i].number <=
		    entry->arguments[i - 1].number)
			fail(coder);
	}
}

static void
code_zeros(struct coder *coder)
{
	while ((coder->at - coder->begin) % 8 != 0 && coder->error == 0)
		if (code_bits(coder, 0, 1) != 0)
			fail(coder);
}

/* All of it; the length is put in, or held against, at the end. */
static void
code_entry(struct coder *coder, struct entry *entry)
{
	uint32_t length;

	code_16(coder, &entry->version);
	code_16(coder, &entry->kind);
	length = (uint32_t)code_bits(coder, 0, 4);
	if (coder->decoding && coder->error == 0 &&
	    (entry->version > ENTRY_VERSION || kind_find(entry->kind) == NULL)
	    && length == (size_t)(coder->end - coder->begin))
		coder->error = -ENOTSUP;
	if (entry->version != ENTRY_VERSION || kind_find(entry->kind) == NULL)
		fail(coder);
	code_number(coder, &entry->cluster_ms, INT64_MAX);
	code_number(coder, &entry->wall_ms, INT64_MAX);
	code_number(coder, &entry->measured_index, INT64_MAX);
	code_number(coder, &entry->measured_ms, INT64_MAX);
	code_counts(coder, entry);
	code_name(coder, &entry->request);
	code_name(coder, &entry->caller.name);
	code_text(coder, &entry->caller.origin, ENTRY_NAME_MAX);
	code_lists(coder, entry);
	code_zeros(coder);
	if (coder->decoding && (length != (size_t)(coder->at - coder->begin) ||
	    coder->at != coder->end))
		fail(coder);
}

int
entry_encode(const struct entry *entry, void *buffer, size_t size,
    size_t *length)
{
	struct entry copy = *entry;
	struct coder coder = { .begin = buffer, .at = buffer };

	coder.end = coder.begin +
	    (size < ENTRY_BYTES_MAX ? size : ENTRY_BYTES_MAX);
	code_entry(&coder, &copy);
	if (coder.error != 0)
		return coder.error;
	*length = (size_t)(coder.at - coder.begin);
	coder.at = coder.begin + 4;
	code_bits(&coder, *length, 4);
	return 0;
}

int
entry_decode(struct entry *entry, const void *bytes, size_t length)
{
	struct coder coder = { .decoding = true };

	if (length % 8 != 0 || length > ENTRY_BYTES_MAX)
		return -EPROTO;
	memset(entry, 0, sizeof(*entry));
	/* Decoding reads only. */
	coder.begin = coder.at = (unsigned char *)bytes;
	coder.end = coder.begin + length;
	code_entry(&coder, entry);
	entry->bytes = bytes;
	entry->length = length;
	return coder.error;
}
