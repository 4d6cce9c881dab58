#include "effector/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL_BYTES_MAX	(16 * 1024 * 1024)

static const char *const words[] = {
	"accepted", "started", "finished", "forgotten", "fence"
};
#define WORD_FENCE	4

struct job *
journal_job(struct journal *journal, const struct effector_message *message)
{
	size_t i;

	for (i = 0; i < journal->job_count; i++)
		if (effector_message_same(&journal->jobs[i].message, message))
			return &journal->jobs[i];
	return NULL;
}

int64_t
journal_fence(const struct journal *journal, const char *target)
{
	size_t i;

	for (i = 0; i < journal->fence_count; i++)
		if (strcmp(journal->fences[i].target, target) == 0)
			return journal->fences[i].token;
	return 0;
}

static void
raise_fence(struct journal *journal, const char *target, int64_t token)
{
	struct fence *fence = NULL;
	size_t i;

	for (i = 0; i < journal->fence_count; i++)
		if (strcmp(journal->fences[i].target, target) == 0)
			fence = &journal->fences[i];
	/* The oldest goes: its token is long past any that can come. */
	if (fence == NULL && journal->fence_count == JOURNAL_FENCES_MAX) {
		journal->fence_count--;
		memmove(journal->fences, journal->fences + 1,
		    journal->fence_count * sizeof(*fence));
	}
	if (fence == NULL) {
		fence = &journal->fences[journal->fence_count++];
		memset(fence, 0, sizeof(*fence));
		memcpy(fence->target, target, strlen(target));
	}
	if (token > fence->token)
		fence->token = token;
}

/* "word " and the message; 0 or a negative errno. */
static int
write_line(int fd, const char *word, const struct effector_message *message,
    bool sync)
{
	char line[EFFECTOR_LINE_MAX + 16];
	int length = snprintf(line, sizeof(line), "%s ", word), more;
	ssize_t written;

	more = effector_message_write(message, line + length,
	    sizeof(line) - (size_t)length);
	if (more < 0)
		return more;
	length += more;
	written = write(fd, line, (size_t)length);
	if (written != length)
		return written < 0 ? -errno : -ENOSPC;
	return sync && fdatasync(fd) != 0 ? -errno : 0;
}

/* What was written of a line that failed must not run into the next. */
static int
append(struct journal *journal, const char *word,
    const struct effector_message *message)
{
	off_t end = lseek(journal->fd, 0, SEEK_END);
	int error = write_line(journal->fd, word, message, true);

	if (error != 0 && end >= 0 && ftruncate(journal->fd, end) != 0)
		return -errno;
	return error;
}

static void
remove_job(struct journal *journal, struct job *job)
{
	size_t at = (size_t)(job - journal->jobs);

	journal->job_count--;
	memmove(job, job + 1, (journal->job_count - at) * sizeof(*job));
}

static int
replay_word(struct journal *journal, size_t word,
    const struct effector_message *message)
{
	struct job *job = journal_job(journal, message);

	if (word == WORD_FENCE) {
		raise_fence(journal, message->target, message->token);
		return 0;
	}
	if (word == JOB_ACCEPTED) {
		if (job != NULL || journal->job_count == JOURNAL_JOBS_MAX)
			return -EUCLEAN;
		job = &journal->jobs[journal->job_count++];
		*job = (struct job){ .message = *message };
		return 0;
	}
	if (job == NULL)
		return -EUCLEAN;
	if (word == JOB_STARTED)
		raise_fence(journal, message->target, message->token);
	if (word == JOB_FORGOTTEN) {
		remove_job(journal, job);
		return 0;
	}
	job->message = *message;
	job->state = (enum job_state)word;
	return 0;
}

static int
replay_line(struct journal *journal, const char *line, size_t length)
{
	struct effector_message message;
	size_t i, word;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		word = strlen(words[i]);
		if (length > word && memcmp(line, words[i], word) == 0 &&
		    line[word] == ' ')
			return effector_message_read(&message,
			    line + word + 1, length - word - 1) != 0 ?
			    -EUCLEAN : replay_word(journal, i, &message);
	}
	return -EUCLEAN;
}

static int
replay(struct journal *journal, const char *bytes, size_t length)
{
	const char *end;
	int error = 0;

	/* Without its newline the last line was not finished. */
	while (error == 0 && length > 0 &&
	    (end = memchr(bytes, '\n', length)) != NULL) {
		error = replay_line(journal, bytes, (size_t)(end - bytes));
		length -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
	}
	return error;
}

static int
read_all(int fd, char **bytes, size_t *length)
{
	struct stat status;
	ssize_t got;

	*bytes = NULL;
	*length = 0;
	if (fstat(fd, &status) != 0)
		return -errno;
	if (status.st_size > JOURNAL_BYTES_MAX)
		return -EFBIG;
	*bytes = malloc((size_t)status.st_size + 1);
	if (*bytes == NULL)
		return -ENOMEM;
	while (*length < (size_t)status.st_size) {
		got = read(fd, *bytes + *length,
		    (size_t)status.st_size - *length);
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		*length += (size_t)got;
	}
	return 0;
}

static int
load(struct journal *journal)
{
	char *bytes = NULL;
	size_t length;
	int fd = open(journal->path, O_RDONLY | O_CLOEXEC), error;

	if (fd == -1)
		return errno == ENOENT ? 0 : -errno;
	error = read_all(fd, &bytes, &length);
	if (error == 0)
		error = replay(journal, bytes, length);
	free(bytes);
	close(fd);
	return error;
}

/* Fences, then what is under way, with the line of each state it was in. */
static int
write_all(const struct journal *journal, int fd)
{
	struct effector_message message = { .type = EFFECTOR_ACK };
	const struct job *job;
	size_t i, state;
	int error = 0;

	for (i = 0; error == 0 && i < journal->fence_count; i++) {
		message.token = journal->fences[i].token;
		memcpy(message.target, journal->fences[i].target,
		    sizeof(message.target));
		error = write_line(fd, words[WORD_FENCE], &message, false);
	}
	for (i = 0; error == 0 && i < journal->job_count; i++) {
		job = &journal->jobs[i];
		for (state = 0; error == 0 && state <= job->state; state++)
			error = write_line(fd, words[state], &job->message,
			    false);
	}
	return error == 0 && fsync(fd) != 0 ? -errno : error;
}

static int
sync_directory(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;

	if (fd == -1)
		return -errno;
	error = fsync(fd) == 0 ? 0 : -errno;
	close(fd);
	return error;
}

static int
rewrite(struct journal *journal, const char *directory)
{
	char path[sizeof(journal->path) + 8];
	int fd, error;

	snprintf(path, sizeof(path), "%s.new", journal->path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return -errno;
	error = write_all(journal, fd);
	if (error == 0 && rename(path, journal->path) != 0)
		error = -errno;
	if (error == 0)
		error = sync_directory(directory);
	if (error != 0) {
		close(fd);
		return error;
	}
	journal->fd = fd;
	return 0;
}

int
journal_open(struct journal *journal, const char *directory)
{
	int error;

	memset(journal, 0, sizeof(*journal));
	journal->fd = -1;
	if ((size_t)snprintf(journal->path, sizeof(journal->path),
	    "%s/journal", directory) >= sizeof(journal->path))
		return -ENAMETOOLONG;
	error = load(journal);
	return error == 0 ? rewrite(journal, directory) : error;
}

void
journal_close(struct journal *journal)
{
	if (journal->fd != -1)
		close(journal->fd);
	journal->fd = -1;
}

int
journal_accept(struct journal *journal,
    const struct effector_message *message, int64_t now_ms)
{
	int error;

	if (journal_job(journal, message) != NULL)
		return -EEXIST;
	if (journal->job_count == JOURNAL_JOBS_MAX)
		return -ENOSPC;
	error = append(journal, words[JOB_ACCEPTED], message);
	if (error == 0)
		journal->jobs[journal->job_count++] = (struct job){
			.message = *message, .accepted_ms = now_ms };
	return error;
}

int
journal_start(struct journal *journal, struct job *job, int64_t now_ms)
{
	int error = append(journal, words[JOB_STARTED], &job->message);

	if (error != 0)
		return error;
	raise_fence(journal, job->message.target, job->message.token);
	job->state = JOB_STARTED;
	job->started_ms = now_ms;
	return 0;
}

int
journal_finish(struct journal *journal, struct job *job, int64_t code,
    const char *text)
{
	job->message.code = code;
	snprintf(job->message.text, sizeof(job->message.text), "%s", text);
	job->state = JOB_FINISHED;
	return append(journal, words[JOB_FINISHED], &job->message);
}

int
journal_bar(struct journal *journal, const char *target, int64_t token)
{
	struct effector_message message = { .type = EFFECTOR_ACK,
		.token = token };
	int error;

	if (token <= journal_fence(journal, target))
		return 0;
	snprintf(message.target, sizeof(message.target), "%s", target);
	error = append(journal, words[WORD_FENCE], &message);
	if (error == 0)
		raise_fence(journal, target, token);
	return error;
}

int
journal_forget(struct journal *journal, struct job *job)
{
	int error = append(journal, words[JOB_FORGOTTEN], &job->message);

	if (error == 0)
		remove_job(journal, job);
	return error;
}
