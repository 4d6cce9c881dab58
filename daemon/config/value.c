/* The values of parameters: read, write, compare. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/text.h"
#include "config/value.h"

#define QUOTED_BYTES	192

/* What a field is read from. */
struct source {
	const char	*text;
	size_t		 length;
};

bool
value_is_text(enum config_type type)
{
	return type == CONFIG_TEXT || type == CONFIG_NAME ||
	    type == CONFIG_PATH || type == CONFIG_URL;
}

uint64_t
value_number(const struct config_parameter *parameter, const void *field)
{
	uint64_t number;
	double share;

	if (parameter->type == CONFIG_SHARE) {
		memcpy(&share, field, sizeof(share));
		return (uint64_t)llround(share * 1e6);
	}
	memcpy(&number, field, sizeof(number));
	return number;
}

static void
number_store(const struct config_parameter *parameter, uint64_t number,
    void *field)
{
	double share;

	if (parameter->type == CONFIG_SHARE) {
		share = (double)number / 1e6;
		memcpy(field, &share, sizeof(share));
	} else {
		memcpy(field, &number, sizeof(number));
	}
}

/* A bound of the table: 0 where there is none. */
static bool
bound(enum config_type type, const char *text, uint64_t *number)
{
	return text[0] != '\0' &&
	    value_number_read(type, text, strlen(text), number) == NULL;
}

static const char *
read_number(const struct config_parameter *parameter,
    const struct source *source, void *field)
{
	uint64_t number, limit;
	const char *why = value_number_read(parameter->type, source->text,
	    source->length, &number);

	if (why != NULL)
		return why;
	if (bound(parameter->type, parameter->minimum, &limit) &&
	    number < limit)
		return "is too small";
	if (bound(parameter->type, parameter->maximum, &limit) &&
	    number > limit)
		return "is too large";
	number_store(parameter, number, field);
	return NULL;
}

static const char *
read_flag(const struct source *source, void *field)
{
	static const char *const words[] = { "false", "true", "no", "yes",
	    "off", "on" };
	bool flag;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) != source->length || strncasecmp(words[i],
		    source->text, source->length) != 0)
			continue;
		flag = i % 2 != 0;
		memcpy(field, &flag, sizeof(flag));
		return NULL;
	}
	return "is neither true nor false";
}

/* The index of a choice is the value of the enumeration. */
static const char *
read_word(const char *choices, const struct source *source, void *field)
{
	unsigned int index = 0;
	size_t length;

	for (;; choices += length + 1, index++) {
		length = strcspn(choices, "|");
		if (length == source->length &&
		    memcmp(choices, source->text, length) == 0)
			break;
		if (choices[length] == '\0')
			return "is none of them";
	}
	memcpy(field, &index, sizeof(index));
	return NULL;
}

static const char *
check_text(const struct config_parameter *parameter,
    const struct source *source)
{
	uint64_t limit;

	if (bound(CONFIG_COUNT, parameter->minimum, &limit) &&
	    source->length < limit)
		return source->length == 0 ? "is empty" : "is too short";
	if (bound(CONFIG_COUNT, parameter->maximum, &limit) &&
	    source->length > limit)
		return "is too long";
	if (text_has_control(source->text, source->length))
		return "holds control characters";
	if (source->length == 0)
		return NULL;
	switch (parameter->type) {
	case CONFIG_NAME:
		return text_check_name(source->text, source->length);
	case CONFIG_PATH:
		return source->text[0] != '/' ? "is no absolute path" : NULL;
	case CONFIG_URL:
		return text_check_url(source->text, source->length);
	default:
		return NULL;
	}
}

static int
store_text(enum config_type type, const struct source *source, void *field)
{
	char *copy = strndup(source->text, source->length), *old;

	if (copy == NULL)
		return -ENOMEM;
	/* The normal form of an address. */
	if (type == CONFIG_URL && source->length > 0 &&
	    copy[source->length - 1] == '/')
		copy[source->length - 1] = '\0';
	memcpy(&old, field, sizeof(old));
	free(old);
	memcpy(field, &copy, sizeof(copy));
	return 0;
}

int
value_read(const struct config_parameter *parameter, const char *text,
    size_t length, void *field, char message[VALUE_MESSAGE_BYTES])
{
	struct source source = { text, length };
	char quoted[QUOTED_BYTES];
	const char *why;

	if (value_is_text(parameter->type))
		why = check_text(parameter, &source);
	else if (parameter->type == CONFIG_FLAG)
		why = read_flag(&source, field);
	else if (parameter->type == CONFIG_WORD)
		why = read_word(parameter->minimum, &source, field);
	else
		why = read_number(parameter, &source, field);
	if (why != NULL) {
		snprintf(message, VALUE_MESSAGE_BYTES, "%s %s",
		    text_quote(text, length, quoted, sizeof(quoted)), why);
		return -EINVAL;
	}
	return value_is_text(parameter->type) ?
	    store_text(parameter->type, &source, field) : 0;
}

static void
write_word(const char *choices, const void *field, char *text, size_t size)
{
	unsigned int index;

	memcpy(&index, field, sizeof(index));
	while (index-- > 0)
		choices += strcspn(choices, "|") + 1;
	snprintf(text, size, "%.*s", (int)strcspn(choices, "|"), choices);
}

size_t
value_write(const struct config_parameter *parameter, const void *field,
    char *text, size_t size)
{
	const char *string;
	bool flag;

	if (value_is_text(parameter->type)) {
		memcpy(&string, field, sizeof(string));
		return (size_t)snprintf(text, size, "%s", string);
	}
	if (parameter->type == CONFIG_FLAG) {
		memcpy(&flag, field, sizeof(flag));
		snprintf(text, size, "%s", flag ? "true" : "false");
	} else if (parameter->type == CONFIG_WORD) {
		write_word(parameter->minimum, field, text, size);
	} else {
		value_number_write(parameter->type,
		    value_number(parameter, field), text, size);
	}
	return strlen(text);
}

void
value_free(const struct config_parameter *parameter, void *field)
{
	char *string;

	if (!value_is_text(parameter->type))
		return;
	memcpy(&string, field, sizeof(string));
	free(string);
}

static size_t
value_bytes(enum config_type type)
{
	if (value_is_text(type))
		return sizeof(char *);
	switch (type) {
	case CONFIG_FLAG:
		return sizeof(bool);
	case CONFIG_WORD:
		return sizeof(unsigned int);
	case CONFIG_SHARE:
		return sizeof(double);
	default:
		return sizeof(uint64_t);
	}
}

bool
value_equal(const struct config_parameter *parameter, const void *left,
    const void *right)
{
	const char *a, *b;

	if (!value_is_text(parameter->type))
		return memcmp(left, right, value_bytes(parameter->type)) == 0;
	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return strcmp(a, b) == 0;
}

void
value_swap(const struct config_parameter *parameter, void *left, void *right)
{
	size_t bytes = value_bytes(parameter->type);
	char held[sizeof(uint64_t)];

	memcpy(held, left, bytes);
	memcpy(left, right, bytes);
	memcpy(right, held, bytes);
}

static const char *
kind_of(enum config_type type)
{
	switch (type) {
	case CONFIG_DURATION_MS:
		return "a duration";
	case CONFIG_BYTES:
		return "a size";
	case CONFIG_COUNT:
		return "a whole number";
	case CONFIG_SHARE:
		return "a share";
	case CONFIG_FLAG:
		return "true or false";
	case CONFIG_WORD:
		return "one of";
	case CONFIG_NAME:
		return "a name of letters, digits, \".\", \"_\", \"-\"";
	case CONFIG_PATH:
		return "an absolute path";
	case CONFIG_URL:
		return "http://HOST:PORT";
	default:
		return "text";
	}
}

static void
allowed_words(const char *choices, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "%s", kind_of(CONFIG_WORD));
	size_t length;

	for (;; choices += length + 1) {
		length = strcspn(choices, "|");
		if (used < size)
			used += (size_t)snprintf(text + used, size - used,
			    " %.*s%s", (int)length, choices,
			    choices[length] != '\0' ? "," : "");
		if (choices[length] == '\0')
			return;
	}
}

void
value_allowed(const struct config_parameter *parameter, char *text,
    size_t size)
{
	const char *kind = kind_of(parameter->type);
	const char *minimum = parameter->minimum;
	const char *maximum = parameter->maximum;

	if (parameter->type == CONFIG_WORD) {
		allowed_words(minimum, text, size);
	} else if (value_is_text(parameter->type)) {
		snprintf(text, size, "%s%s%s%s", kind,
		    maximum[0] != '\0' ? ", at most " : "", maximum,
		    maximum[0] != '\0' ? " bytes" : "");
	} else if (minimum[0] != '\0' && maximum[0] != '\0') {
		snprintf(text, size, "%s from %s to %s", kind, minimum,
		    maximum);
	} else {
		snprintf(text, size, "%s%s%s%s%s", kind,
		    minimum[0] != '\0' ? " from " : "", minimum,
		    maximum[0] != '\0' ? " up to " : "", maximum);
	}
}
