#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/plan_text.h"

#define FIELDS		10
#define NUMBER_MAX	INT64_C(1000000000000)

static bool
is_plain(unsigned char byte)
{
	return byte > ' ' && byte != '%' && byte != ';' && byte != 0x7f;
}

/* NULL: no room. */
static char *
encode(char *at, const char *end, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	bool alone = strcmp(text, "-") == 0;

	if (text[0] == '\0') {
		if (at == end)
			return NULL;
		*at++ = '-';
	}
	for (; *text != '\0'; text++) {
		if (end - at < 3)
			return NULL;
		if (is_plain((unsigned char)*text) && !alone) {
			*at++ = *text;
			continue;
		}
		*at++ = '%';
		*at++ = digits[(unsigned char)*text >> 4];
		*at++ = digits[(unsigned char)*text & 15];
	}
	return at;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int
decode(const char *field, char *text, size_t room)
{
	size_t length = 0;

	if (strcmp(field, "-") == 0) {
		text[0] = '\0';
		return 0;
	}
	for (; *field != '\0' && length + 1 < room; field++) {
		if (*field != '%') {
			text[length++] = *field;
			continue;
		}
		if (digit(field[1]) < 0 || digit(field[2]) < 0)
			return -EPROTO;
		text[length++] = (char)(digit(field[1]) << 4 |
		    digit(field[2]));
		field += 2;
	}
	text[length] = '\0';
	return *field == '\0' ? 0 : -EPROTO;
}

static int
read_number(const char *field, int64_t *number)
{
	size_t length = strspn(field, "0123456789");

	if (length == 0 || length > 13 || field[length] != '\0')
		return -EPROTO;
	for (*number = 0; *field != '\0'; field++)
		*number = 10 * *number + (*field - '0');
	return *number <= NUMBER_MAX ? 0 : -EPROTO;
}

static int
read_fields(char *fields[FIELDS], struct row_step *step)
{
	const struct operation *operation = operation_by_name(fields[2]);
	int error = operation == NULL ? -EPROTO : 0;

	if (error != 0)
		return error;
	step->operation = operation->number;
	step->state = STEP_STATE_WAITING;
	error = read_number(fields[0], &step->n);
	if (error == 0)
		error = read_number(fields[1], &step->phase);
	if (error == 0)
		error = decode(fields[3], step->node, sizeof(step->node));
	if (error == 0)
		error = decode(fields[4], step->target,
		    sizeof(step->target));
	if (error == 0)
		error = decode(fields[5], step->argument,
		    sizeof(step->argument));
	if (error == 0)
		error = read_number(fields[6], &step->timeout_ms);
	if (error == 0)
		error = read_number(fields[7], &step->tries);
	if (error == 0)
		error = read_number(fields[8], &step->after);
	if (error == 0)
		error = read_number(fields[9], &step->undo_of);
	return error;
}

static int
check_step(const struct row_step *step, size_t n)
{
	int64_t earlier = (INT64_C(1) << n) - 1;

	if (step->n != (int64_t)n || step->phase >= STEP_PHASES ||
	    step->node[0] == '\0' || step->target[0] == '\0' ||
	    step->timeout_ms < 1 || step->tries < 1 || step->tries > 9 ||
	    (step->after & ~earlier) != 0 || step->undo_of > (int64_t)n)
		return -EPROTO;
	return 0;
}

static int
read_step(char *line, struct row_step *step, size_t n)
{
	char *fields[FIELDS], *rest = line;
	size_t i;
	int error;

	memset(step, 0, sizeof(*step));
	for (i = 0; i < FIELDS; i++) {
		fields[i] = strsep(&rest, " ");
		if (fields[i] == NULL || fields[i][0] == '\0')
			return -EPROTO;
	}
	if (rest != NULL)
		return -EPROTO;
	error = read_fields(fields, step);
	return error == 0 ? check_step(step, n) : error;
}

int
plan_text_read(const char *text, struct row_step steps[PLAN_STEPS_MAX],
    size_t *count)
{
	char copy[PLAN_TEXT_MAX + 1], again[PLAN_TEXT_MAX + 1];
	char *rest = copy, *line;
	int error = 0;

	*count = 0;
	if (strlen(text) > PLAN_TEXT_MAX)
		return -EPROTO;
	memcpy(copy, text, strlen(text) + 1);
	while (error == 0 && (line = strsep(&rest, ";")) != NULL) {
		if (*count == PLAN_STEPS_MAX)
			return -EPROTO;
		error = read_step(line, &steps[*count], *count);
		(*count)++;
	}
	if (error == 0)
		error = plan_text_write(steps, *count, again, sizeof(again));
	/* There is one way to write it. */
	if (error == 0 && strcmp(text, again) != 0)
		error = -EPROTO;
	return error == 0 ? 0 : -EPROTO;
}

static char *
write_step(const struct row_step *step, char *at, const char *end)
{
	const char *texts[] = { step->node, step->target, step->argument };
	int length;
	size_t i;

	length = snprintf(at, (size_t)(end - at), "%s%" PRId64 " %" PRId64
	    " %s", step->n == 0 ? "" : ";", step->n, step->phase,
	    operation_find(step->operation)->name);
	if (length >= end - at)
		return NULL;
	at += length;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (at == end)
			return NULL;
		*at++ = ' ';
		at = encode(at, end, texts[i]);
		if (at == NULL)
			return NULL;
	}
	length = snprintf(at, (size_t)(end - at), " %" PRId64 " %" PRId64
	    " %" PRId64 " %" PRId64, step->timeout_ms, step->tries,
	    step->after, step->undo_of);
	return length >= end - at ? NULL : at + length;
}

int
plan_text_write(const struct row_step *steps, size_t count, char *text,
    size_t size)
{
	const char *end = text + size;
	char *at = text;
	size_t i;

	if (size == 0)
		return -ENOSPC;
	*at = '\0';
	for (i = 0; i < count && at != NULL; i++)
		at = write_step(&steps[i], at, end);
	return at == NULL ? -ENOSPC : 0;
}

int
plan_hash(const struct row_plan *plan, const struct row_step *steps,
    size_t count, char hash[DIGEST_TEXT])
{
	unsigned char result[DIGEST_BYTES];
	char text[PLAN_TEXT_MAX + 1];
	struct row_bytes bytes = { 0 };
	int error = plan_text_write(steps, count, text, sizeof(text));

	if (error != 0)
		return error;
	row_bytes_number(&bytes, (uint64_t)plan->strategy);
	row_bytes_number(&bytes, (uint64_t)plan->fault);
	row_bytes_text(&bytes, plan->target);
	row_bytes_text(&bytes, plan->device);
	row_bytes_text(&bytes, text);
	error = bytes.failed ? -ENOMEM :
	    digest(bytes.bytes, bytes.length, result);
	if (error == 0)
		digest_text(result, DIGEST_BYTES, hash);
	row_bytes_free(&bytes);
	return error;
}
