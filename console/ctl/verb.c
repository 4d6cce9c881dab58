#include "verb.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "text.h"
#include "usage.h"

const struct verb verbs[VERBS] = {
#define VERB(NAME, name, arguments, options, METHOD, pattern, ROLE, help) \
	{ VERB_##NAME, name, arguments, options, #METHOD, pattern, #ROLE, \
	    help },
#include <drover/tables/verbs.def>
#undef VERB
};

/* The names that begin with word: "node, nodes". */
static size_t
candidates(const char *word, const struct verb **found, char *names,
    size_t size)
{
	size_t i, count = 0, length = 0;

	names[0] = '\0';
	for (i = 0; i < VERBS; i++) {
		if (strncmp(verbs[i].name, word, strlen(word)) != 0)
			continue;
		*found = &verbs[i];
		length += (size_t)snprintf(names + length, size - length,
		    "%s%s", count++ > 0 ? ", " : "", verbs[i].name);
	}
	return count;
}

const struct verb *
verb_find(const char *word, char complaint[VERB_COMPLAINT_BYTES])
{
	const struct verb *found = NULL;
	char names[VERB_COMPLAINT_BYTES / 2], clean[64];
	size_t i, count;

	for (i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, word) == 0)
			return &verbs[i];
	text_clean(clean, sizeof(clean), word);
	count = candidates(word, &found, names, sizeof(names));
	if (count == 1)
		return found;
	if (count == 0 || word[0] == '\0')
		snprintf(complaint, VERB_COMPLAINT_BYTES, "%s: no such verb; "
		    "droverctl help lists them", clean);
	else
		snprintf(complaint, VERB_COMPLAINT_BYTES, "%s: could be %s",
		    clean, names);
	return NULL;
}

static void
count_arguments(const char *arguments, int *least, int *most)
{
	*least = *most = 0;
	while (*arguments != '\0') {
		if (*arguments != '[')
			++*least;
		++*most;
		arguments += strcspn(arguments, " ");
		arguments += strspn(arguments, " ");
	}
}

int
verb_check(const struct verb *verb, int count,
    char complaint[VERB_COMPLAINT_BYTES])
{
	int least, most;

	count_arguments(verb->arguments, &least, &most);
	if (count >= least && count <= most)
		return 0;
	if (most == 0)
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "%s takes no argument", verb->name);
	else
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "%s: give %s %s", verb->name,
		    count < least ? "it" : "it no more than",
		    verb->arguments);
	return -EINVAL;
}

/* Appends text with everything but unreserved characters as %XX. */
static int
encode(char *target, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t length = strlen(target);
	unsigned char byte;

	for (; (byte = (unsigned char)*text) != '\0'; text++) {
		if (length + 4 > VERB_TARGET_BYTES)
			return -ENAMETOOLONG;
		if ((byte < 0x80 && isalnum(byte)) ||
		    strchr("-._~", byte) != NULL) {
			target[length++] = (char)byte;
		} else {
			target[length++] = '%';
			target[length++] = digits[byte >> 4];
			target[length++] = digits[byte & 15];
		}
	}
	target[length] = '\0';
	return 0;
}

int
verb_target(const struct verb *verb, const char *argument,
    char target[VERB_TARGET_BYTES])
{
	size_t plain = strcspn(verb->pattern, ":");

	memcpy(target, verb->pattern, plain);
	target[plain] = '\0';
	if (verb->pattern[plain] == '\0')
		return 0;
	return encode(target, argument);
}

int
verb_query(char target[VERB_TARGET_BYTES], const char *name,
    const char *value)
{
	size_t length = strlen(target);
	int written;

	written = snprintf(target + length, VERB_TARGET_BYTES - length,
	    "%c%s=", strchr(target, '?') == NULL ? '?' : '&', name);
	if ((size_t)written >= VERB_TARGET_BYTES - length)
		return -ENAMETOOLONG;
	return encode(target, value);
}

void
verb_usage(FILE *stream, const struct verb *verb)
{
	char head[64];

	snprintf(head, sizeof(head), "%s%s%s", verb->name,
	    verb->arguments[0] != '\0' ? " " : "", verb->arguments);
	usage_item(stream, head, verb->help);
}
