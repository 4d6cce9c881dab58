/* A copy of the shared state: checked before it gets its name. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act.h"
#include "store/durable.h"
#include "store/state.h"
#include "text.h"

static int
complain(const char *path, int error)
{
	fprintf(stderr, "droverctl: %s: %s\n", path, strerror(error));
	return CTL_EXIT_OUTPUT;
}

static bool
may_overwrite(const struct options *options)
{
	return options->call.options[VERB_OPTION_OVERWRITE] != NULL;
}

static int
receive(struct session *session, const struct options *options, FILE *sink)
{
	struct client_request request = { .method = "GET",
		.target = options->call.verb->pattern, .sink = sink };
	json_t *document = NULL;
	struct answer answer;
	int status;

	status = session_ask(session, &request, &answer);
	if (status == 0)
		status = act_status(options, &answer, &document);
	json_decref(document);
	answer_release(&answer);
	return status;
}

/*
 * Opened as droverd would: pages, keys, rows and the chain of the audit.
 * One that is damaged was renamed, and is removed.
 */
static int
check(const char *path, int64_t *index, int64_t *rows)
{
	struct state_report report;
	struct state *state = NULL;
	int64_t term, first_bad;
	int error = state_open(&state, path, &report);

	if (error == 0)
		error = state_applied(state, index, &term);
	if (error == 0)
		error = state_audit_verify(state, rows, &first_bad);
	state_close(state);
	if (error == 0)
		return 0;
	if (report.aside[0] != '\0')
		unlink(report.aside);
	fprintf(stderr, "droverctl: what came is no sound state: %s\n",
	    report.why[0] != '\0' ? report.why : strerror(-error));
	return CTL_EXIT_PROTOCOL;
}

/* What SQLite and the lock leave beside a file. */
static void
remove_beside(const char *path)
{
	static const char *const ends[] = { "-wal", "-shm", "-lock" };
	char name[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (snprintf(name, sizeof(name), "%s%s", path, ends[i]) <
		    (int)sizeof(name))
			unlink(name);
}

/* link(2) goes over no file, also not over one that came meanwhile. */
static int
give_name(const char *temporary, const char *path, bool overwrite)
{
	int error;

	if ((overwrite ? rename(temporary, path) :
	    link(temporary, path)) != 0)
		return complain(path, errno);
	error = durable_sync_name(path);
	return error == 0 ? 0 : complain(path, -error);
}

static void
tell_saved(const struct options *options, const char *path, int64_t index,
    int64_t rows)
{
	char clean[PATH_MAX];
	json_t *told;

	text_clean(clean, sizeof(clean), path);
	if (!options->json) {
		printf("%s: the state at entry %" PRId64 ", %" PRId64
		    " acts of the audit, checked\n", clean, index, rows);
		return;
	}
	told = json_pack("{s:s, s:I, s:I}", "file", clean, "index",
	    (json_int_t)index, "acts", (json_int_t)rows);
	json_dumpf(told, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(told);
}

static int
save(struct session *session, const struct options *options,
    const char *temporary, int descriptor)
{
	const char *path = options->call.arguments[0];
	bool overwrite = may_overwrite(options);
	FILE *file = fdopen(descriptor, "w");
	int64_t index = 0, rows = 0;
	int status;

	if (file == NULL) {
		close(descriptor);
		return complain(temporary, errno);
	}
	status = receive(session, options, file);
	if (status == 0 && (fflush(file) != 0 || fsync(descriptor) != 0))
		status = complain(temporary, errno);
	if (fclose(file) != 0 && status == 0)
		status = complain(temporary, errno);
	if (status == 0)
		status = check(temporary, &index, &rows);
	remove_beside(temporary);
	if (status == 0)
		status = give_name(temporary, path, overwrite);
	if (status == 0)
		tell_saved(options, path, index, rows);
	return status != 0 ? status : act_flush();
}

int
act_backup(struct session *session, const struct options *options)
{
	const char *path = options->call.arguments[0];
	char temporary[PATH_MAX];
	int descriptor, status;

	if (access(path, F_OK) == 0 && !may_overwrite(options)) {
		fprintf(stderr, "droverctl: %s is there already; "
		    "--overwrite takes its place\n", path);
		return CTL_EXIT_OUTPUT;
	}
	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
	    (int)sizeof(temporary))
		return complain(path, ENAMETOOLONG);
	descriptor = mkostemp(temporary, O_CLOEXEC);
	if (descriptor == -1)
		return complain(path, errno);
	status = save(session, options, temporary, descriptor);
	unlink(temporary);
	return status;
}
