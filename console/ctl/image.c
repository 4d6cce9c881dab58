/* An image is saved whole under its name, or not at all. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act.h"

static int
complain(const char *path)
{
	fprintf(stderr, "droverctl: %s: %s\n", path, strerror(errno));
	return CTL_EXIT_OUTPUT;
}

static int
receive(struct session *session, const struct options *options,
    const char *target, FILE *sink)
{
	struct client_request request = {
		.method = options->call.verb->method, .target = target,
		.sink = sink };
	struct answer answer;
	json_t *document = NULL;
	int status;

	status = session_ask(session, &request, &answer);
	if (status == 0)
		status = act_status(options, &answer, &document);
	json_decref(document);
	answer_release(&answer);
	return status;
}

/* A temporary file beside path, with the mode that a new file has. */
static FILE *
open_beside(const char *path, char *temporary, size_t size)
{
	mode_t mask = umask(0);
	FILE *file;
	int descriptor;

	umask(mask);
	if (snprintf(temporary, size, "%s.XXXXXX", path) >= (int)size) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	descriptor = mkostemp(temporary, O_CLOEXEC);
	if (descriptor == -1)
		return NULL;
	fchmod(descriptor, 0666 & ~mask);
	file = fdopen(descriptor, "w");
	if (file == NULL) {
		close(descriptor);
		unlink(temporary);
	}
	return file;
}

static int
save(struct session *session, const struct options *options,
    const char *target, const char *path)
{
	char temporary[4096];
	FILE *file = open_beside(path, temporary, sizeof(temporary));
	int status;

	if (file == NULL)
		return complain(path);
	status = receive(session, options, target, file);
	if (status == 0 && (fflush(file) != 0 || fsync(fileno(file)) != 0))
		status = complain(path);
	if (fclose(file) != 0 && status == 0)
		status = complain(path);
	if (status == 0 && rename(temporary, path) != 0)
		status = complain(path);
	if (status != 0)
		unlink(temporary);
	return status;
}

int
act_image(struct session *session, const struct options *options,
    const char *target)
{
	const char *path = options->call.arguments[0];
	int status;

	if (strcmp(path, "-") != 0)
		return save(session, options, target, path);
	if (isatty(STDOUT_FILENO)) {
		fputs("droverctl: image: the standard output is a terminal; "
		    "name a file\n", stderr);
		return CTL_EXIT_USAGE;
	}
	status = receive(session, options, target, stdout);
	return status != 0 ? status : act_flush();
}
