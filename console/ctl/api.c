/* One request of the management API, and the answer as it is. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "request.h"

#define METHOD_BYTES	16
/* droverd takes less. */
#define BODY_BYTES_MAX	((size_t)4 << 20)

static int
complain(const char *text)
{
	fprintf(stderr, "droverctl: api: %s\n", text);
	return CTL_EXIT_USAGE;
}

static int
read_method(const char *word, char method[METHOD_BYTES])
{
	size_t i, length = strlen(word);

	for (i = 0; i < length && length < METHOD_BYTES &&
	    isalpha((unsigned char)word[i]); i++)
		method[i] = (char)toupper((unsigned char)word[i]);
	if (i < length || length == 0)
		return complain("a method is a word such as GET");
	method[i] = '\0';
	return 0;
}

/* One that would not stay on its line is refused. */
static int
read_path(const char *path, char target[VERB_TARGET_BYTES])
{
	const char *c;

	for (c = path; *c > ' ' && *c < 0x7f; c++)
		;
	if (*c != '\0' || c == path)
		return complain("a path holds no blanks; write other "
		    "characters as %XX");
	if (snprintf(target, VERB_TARGET_BYTES, "%s%s", path[0] == '/' ? "" :
	    "/api/v1/", path) >= VERB_TARGET_BYTES)
		return complain("the path is too long");
	return 0;
}

/* *body is to be freed. */
static int
read_standard_input(char **body)
{
	FILE *copy;
	size_t length = 0, taken = 0;
	int byte;

	copy = open_memstream(body, &length);
	if (copy == NULL)
		return complain(strerror(errno));
	while (taken++ < BODY_BYTES_MAX && (byte = getchar()) != EOF)
		putc(byte, copy);
	if (fclose(copy) != 0)
		return complain(strerror(errno));
	if (ferror(stdin))
		return complain("the standard input cannot be read");
	if (length >= BODY_BYTES_MAX || strlen(*body) != length)
		return complain("the standard input is no body: too long, "
		    "or not text");
	return 0;
}

static int
print_answer(const struct options *options, const struct answer *answer)
{
	json_t *document;
	int status = act_status(options, answer, &document), written;

	fwrite(answer->body, 1, answer->length, stdout);
	written = act_flush();
	json_decref(document);
	return status != 0 ? status : written;
}

int
act_api(struct session *session, const struct options *options)
{
	const char *given = options->call.count > 2 ?
	    options->call.arguments[2] : NULL;
	char target[VERB_TARGET_BYTES], method[METHOD_BYTES], *body = NULL;
	struct client_request request = { .method = method,
		.target = target, .body = given };
	struct answer answer = { 0 };
	int status = read_method(options->call.arguments[0], method);

	if (status == 0)
		status = read_path(options->call.arguments[1], target);
	if (status == 0 && given != NULL && strcmp(given, "-") == 0) {
		status = read_standard_input(&body);
		request.body = body;
	}
	if (status == 0)
		status = session_ask(session, &request, &answer);
	if (status == 0)
		status = print_answer(options, &answer);
	answer_release(&answer);
	free(body);
	return status;
}
