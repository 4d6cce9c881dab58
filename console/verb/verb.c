#include "verb.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

const struct verb verbs[VERBS] = {
#define VERB(NAME, name, arguments, options, METHOD, pattern, ROLE, help) \
	{ VERB_##NAME, name, arguments, options, #METHOD, pattern, #ROLE, \
	    help },
#include <drover/tables/verbs.def>
#undef VERB
};

/* How well a word gives a part of a name. */
enum fit { FIT_NONE, FIT_SHORT, FIT_WHOLE };

static int
words_of(const struct verb *verb)
{
	return strchr(verb->name, ' ') != NULL ? 2 : 1;
}

static enum fit
fit_of(const char *word, const char *part)
{
	size_t length = strcspn(part, " ");

	if (word[0] == '\0' || strlen(word) > length ||
	    strncmp(word, part, strlen(word)) != 0)
		return FIT_NONE;
	return strlen(word) == length ? FIT_WHOLE : FIT_SHORT;
}

/* The worst fit of its words, of which the first counts more. */
static int
fit_of_all(const struct verb *verb, char *const *words)
{
	int first = (int)fit_of(words[0], verb->name), second;

	if (first == FIT_NONE || words_of(verb) == 1)
		return 2 * first;
	second = (int)fit_of(words[1], strchr(verb->name, ' ') + 1);
	return second == FIT_NONE ? 0 : 2 * first + second;
}

/* Those of so many words that fit best; names them: "node, nodes". */
static int
candidates(int count, char *const *words, const struct verb **found,
    char *names, size_t size)
{
	int best = 0, several = 0, fit;
	size_t i, length = 0;

	for (i = 0; i < VERBS; i++) {
		fit = words_of(&verbs[i]) == count ?
		    fit_of_all(&verbs[i], words) : 0;
		if (fit == 0 || fit < best)
			continue;
		if (fit > best) {
			best = fit;
			several = 0;
			length = 0;
		}
		*found = &verbs[i];
		length += (size_t)snprintf(names + length, size - length,
		    "%s%s", several++ > 0 ? ", " : "", verbs[i].name);
	}
	return several;
}

/* Does a name of two words begin with what this word shortens? */
static bool
begins_longer(const char *word)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (words_of(&verbs[i]) > 1 &&
		    fit_of(word, verbs[i].name) != FIT_NONE)
			return true;
	return false;
}

static const struct verb *
complain(char complaint[VERB_COMPLAINT_BYTES], int count,
    char *const *words, const char *names)
{
	char clean[2][64] = { "", "" };
	int i;

	for (i = 0; i < count && i < 2; i++)
		text_clean(clean[i], sizeof(clean[i]), words[i]);
	if (names == NULL)
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "%s%s%s: no such verb", clean[0],
		    count > 1 ? " " : "", clean[1]);
	else
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "%s%s%s: could be %.300s", clean[0],
		    count > 1 ? " " : "", clean[1], names);
	return NULL;
}

const struct verb *
verb_find(int count, char *const *words, int *used,
    char complaint[VERB_COMPLAINT_BYTES])
{
	const struct verb *found = NULL;
	char names[VERB_COMPLAINT_BYTES];
	int several;

	*used = 0;
	for (*used = VERB_WORDS_MAX; *used > 0; --*used) {
		if (count < *used)
			continue;
		several = candidates(*used, words, &found, names,
		    sizeof(names));
		if (several > 1)
			return complain(complaint, *used, words, names);
		if (several == 1)
			break;
	}
	if (*used == 0)
		return complain(complaint, count > 0 &&
		    begins_longer(words[0]) ? count : count > 0, words,
		    NULL);
	/* "config sett": not the argument of one that takes none. */
	if (*used == 1 && count > 1 && found->arguments[0] == '\0' &&
	    begins_longer(words[0]))
		return complain(complaint, count, words, NULL);
	return found;
}

static void
count_arguments(const char *arguments, int *least, int *most)
{
	*least = *most = 0;
	while (*arguments != '\0') {
		if (strncmp(arguments, "...", 3) == 0)
			*most = INT_MAX;
		else if (*arguments != '[')
			++*least;
		if (*most < INT_MAX)
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

const char *
verb_argument(const struct verb *verb, int i, char name[32])
{
	const char *at = verb->arguments, *last = "";
	bool more = false;

	while (i >= 0 && *at != '\0') {
		at += strspn(at, "[");
		more = strncmp(at, "...", 3) == 0;
		if (more)
			break;
		last = at;
		i--;
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	if (i >= 0 && !more)
		last = "";
	snprintf(name, 32, "%.*s", (int)strcspn(last, " ]"), last);
	return name;
}
