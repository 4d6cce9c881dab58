#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collect/backend_llama.h"
#include "collect/backend_message.h"
#include "collect/backend_text.h"

static void
resolve_message(char *text, size_t size,
    const struct backend_question *question, int error)
{
	if (error == -ETIMEDOUT)
		snprintf(text, size, "no address of %s within %" PRIu64 " ms",
		    question->authority, question->timeout_ms);
	else
		snprintf(text, size, "cannot find the address of %s: %s",
		    question->authority, uv_strerror(error));
}

static void
connect_message(char *text, size_t size,
    const struct backend_question *question, int error)
{
	if (error == -EMFILE || error == -ENFILE)
		snprintf(text, size, "not asked: this process has too many "
		    "open files");
	else if (error == -ETIMEDOUT)
		snprintf(text, size, "no connection to %s within %" PRIu64
		    " ms", question->authority, question->timeout_ms);
	else if (error == -ECONNREFUSED)
		snprintf(text, size, "%s refuses connections: nothing "
		    "listens there", question->authority);
	else
		snprintf(text, size, "cannot connect to %s: %s",
		    question->authority, uv_strerror(error));
}

static void
answer_message(char *text, size_t size,
    const struct backend_question *question, int error)
{
	const char *path = question->path;

	if (error == -ETIMEDOUT)
		snprintf(text, size, "accepts connections, no answer to %s "
		    "within %" PRIu64 " ms", path, question->timeout_ms);
	else if (error == -EPIPE)
		snprintf(text, size, "closed the connection before %s was "
		    "answered", path);
	else if (error == -EBADMSG)
		snprintf(text, size, "the answer to %s is not HTTP", path);
	else if (error == -EMSGSIZE)
		snprintf(text, size, "the answer to %s is too large", path);
	else
		snprintf(text, size, "%s: %s", path, uv_strerror(error));
}

static void
status_message(char *text, size_t size,
    const struct backend_question *question, const struct http_result *result)
{
	char said[96];

	llama_parse_error(result->body, result->body_bytes, said,
	    sizeof(said));
	if (result->status == 200)
		snprintf(text, size, "the answer to %s is not what it should "
		    "be", question->path);
	else if (result->status >= 300 && result->status < 400 &&
	    result->location[0] != '\0')
		snprintf(text, size, "%s redirects to %s", question->path,
		    result->location);
	else if (said[0] != '\0')
		snprintf(text, size, "%s: %d: %s", question->path,
		    result->status, said);
	else
		snprintf(text, size, "%s: HTTP status %d", question->path,
		    result->status);
}

void
backend_message(char *message, size_t size,
    const struct backend_question *question, const struct http_result *result)
{
	char text[512];

	if (result->error == 0)
		status_message(text, sizeof(text), question, result);
	else if (result->phase == HTTP_PHASE_RESOLVE)
		resolve_message(text, sizeof(text), question, result->error);
	else if (result->phase == HTTP_PHASE_CONNECT)
		connect_message(text, sizeof(text), question, result->error);
	else
		answer_message(text, sizeof(text), question, result->error);
	backend_text_clean(message, size, text, strlen(text));
}

enum drover_backend_state
backend_failure_state(const struct http_result *result)
{
	/* The want is ours and says nothing about the server. */
	if (result->error == -EMFILE || result->error == -ENFILE ||
	    result->error == -ENOMEM || result->error == -ENOBUFS)
		return DROVER_BACKEND_STATE_UNKNOWN;
	if (result->error == 0 || result->error == -EBADMSG ||
	    result->error == -EMSGSIZE)
		return DROVER_BACKEND_STATE_ERROR;
	if (result->phase == HTTP_PHASE_ANSWER &&
	    result->error == -ETIMEDOUT)
		return DROVER_BACKEND_STATE_SILENT;
	return DROVER_BACKEND_STATE_DOWN;
}
