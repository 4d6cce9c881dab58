/* The acts of the audit, the newest first, page by page. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "act.h"
#include "list.h"
#include "request.h"

#define PAGE	1000
#define USUAL	100

static void
print(const struct options *options, json_t *row)
{
	char *text;

	if (!options->json) {
		list_act(stdout, row);
		return;
	}
	text = json_dumps(row, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (text != NULL)
		puts(text);
	free(text);
}

/* *before is the id to go on with; *left how many are still wanted. */
static int
print_page(const struct options *options, const json_t *document,
    long long *before, unsigned long long *left)
{
	const json_t *rows = json_object_get(document, "audit");
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		if (*left == 0)
			break;
		print(options, row);
		(*left)--;
	}
	*before = json_integer_value(json_object_get(document,
	    "next_before"));
	/* 0: these were the oldest. */
	if (*before <= 0 || ferror(stdout))
		*left = 0;
	return act_flush();
}

static int
ask_page(struct session *session, const struct options *options,
    long long before, unsigned long long limit, json_t **document)
{
	struct options page = *options;
	struct client_request request = { .method = "GET" };
	char complaint[VERB_COMPLAINT_BYTES], from[24], count[24];
	struct verb_request asked;
	struct answer answer;
	int status;

	snprintf(count, sizeof(count), "%llu", limit);
	page.call.options[VERB_OPTION_LIMIT] = count;
	snprintf(from, sizeof(from), "%lld", before);
	if (before > 0)
		page.call.options[VERB_OPTION_BEFORE] = from;
	if (verb_request(&asked, &page.call, complaint) != 0) {
		fprintf(stderr, "droverctl: %s\n", complaint);
		return CTL_EXIT_USAGE;
	}
	request.target = asked.target;
	status = session_ask(session, &request, &answer);
	if (status == 0)
		status = act_status(options, &answer, document);
	answer_release(&answer);
	verb_request_release(&asked);
	return status;
}

/* 0: no limit. */
static unsigned long long
all_of(const char *limit)
{
	unsigned long long count = strtoull(limit, NULL, 10);

	return count == 0 ? ULLONG_MAX : count;
}

/* The limit was ours, and a person looks. */
static void
tell_older(long long before)
{
	if (before > 0 && isatty(STDOUT_FILENO))
		fprintf(stderr, "There are older ones: --before %lld goes "
		    "on, -l 0 prints all.\n", before);
}

int
act_audit(struct session *session, const struct options *options)
{
	const char *limit = options->call.options[VERB_OPTION_LIMIT];
	unsigned long long left = limit == NULL ? USUAL : all_of(limit);
	long long before = 0;
	json_t *document;
	int status = 0;

	while (status == 0 && left > 0) {
		document = NULL;
		status = ask_page(session, options, before,
		    left < PAGE ? left : PAGE, &document);
		if (status == 0)
			status = print_page(options, document, &before,
			    &left);
		json_decref(document);
	}
	if (status == 0 && limit == NULL && !options->json)
		tell_older(before);
	return status;
}
