#include "call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define FIRST_CODE	512	/* of the options of verbs */
#define OPTIONS_MAX	64

struct getting {
	struct option	options[OPTIONS_MAX];
	size_t		count;
	char		letters[2 * OPTIONS_MAX + 2];
};

static void
add(struct getting *getting, const struct option *option, char letter)
{
	char *end = getting->letters + strlen(getting->letters);

	if (getting->count == OPTIONS_MAX - 1)
		return;
	getting->options[getting->count++] = *option;
	if (letter == 0)
		return;
	*end++ = letter;
	if (option->has_arg == required_argument)
		*end++ = ':';
	*end = '\0';
}

static void
gather(struct getting *getting, const struct verb_own *own)
{
	const struct option *each;
	size_t i;

	memset(getting, 0, sizeof(*getting));
	strcpy(getting->letters, ":");
	for (each = own == NULL ? NULL : own->options;
	    each != NULL && each->name != NULL; each++)
		add(getting, each, each->val < 256 ? (char)each->val : 0);
	for (i = 0; i < VERB_OPTIONS; i++)
		add(getting, &(struct option){ .name = verb_options[i].name,
		    .has_arg = verb_options[i].argument[0] != '\0' ?
		    required_argument : no_argument,
		    .val = FIRST_CODE + (int)i }, verb_options[i].letter);
}

/* VERB_OPTIONS: it is none of theirs. */
static size_t
option_of(int code)
{
	size_t i;

	if (code >= FIRST_CODE)
		return (size_t)(code - FIRST_CODE);
	for (i = 0; i < VERB_OPTIONS; i++)
		if (verb_options[i].letter != 0 &&
		    verb_options[i].letter == code)
			break;
	return i;
}

static int
take(struct verb_call *call, int code, const char *word,
    const struct verb_own *own, char complaint[VERB_COMPLAINT_BYTES])
{
	size_t option = option_of(code);
	char clean[64];

	if (code == '?' || code == ':') {
		text_clean(clean, sizeof(clean), word);
		snprintf(complaint, VERB_COMPLAINT_BYTES, "%s: %s", clean,
		    code == '?' ? "no such option" :
		    "its argument is missing");
		return -EINVAL;
	}
	if (option == VERB_OPTIONS)
		return own->take(own->context, code, optarg, complaint);
	call->options[option] = optarg != NULL ? optarg : "";
	return 0;
}

int
verb_read_options(struct verb_call *call, int argc, char **argv,
    const struct verb_own *own, char complaint[VERB_COMPLAINT_BYTES])
{
	struct getting getting;
	int code;

	memset(call, 0, sizeof(*call));
	gather(&getting, own);
	opterr = 0;
	optind = 0;	/* from the start, once more */
	while ((code = getopt_long(argc, argv, getting.letters,
	    getting.options, NULL)) != -1)
		if (take(call, code, argv[optind - 1], own, complaint) != 0)
			return -EINVAL;
	return optind;
}

static int
check_options(const struct verb_call *call,
    char complaint[VERB_COMPLAINT_BYTES])
{
	enum verb_option option;
	char text[32];
	int error = 0;

	for (option = 0; error == 0 && option < VERB_OPTIONS; option++) {
		if (call->options[option] == NULL)
			continue;
		error = verb_option_check(option, call->options[option],
		    complaint);
		if (error != 0 || verb_takes(call->verb, option))
			continue;
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "%s does not go with %s", verb_option_text(option, text),
		    call->verb->name);
		error = -EINVAL;
	}
	return error;
}

int
verb_read_words(struct verb_call *call, int count, char **words,
    char complaint[VERB_COMPLAINT_BYTES])
{
	int used;

	if (count == 0) {
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "no verb was given");
		return -EINVAL;
	}
	call->verb = verb_find(count, words, &used, complaint);
	if (call->verb == NULL)
		return -EINVAL;
	call->arguments = words + used;
	call->count = count - used;
	if (verb_check(call->verb, call->count, complaint) != 0)
		return -EINVAL;
	return check_options(call, complaint);
}
