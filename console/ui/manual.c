#include "manual.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "page_file.h"
#include "text.h"

#define PAGE_BYTES_MAX	(4 << 20)
#define FORMAT_MS_MAX	5000
#define LEAST_WIDTH	30
#define MOST_WIDTH	78

extern char **environ;

void
manual_set_path(const char *path)
{
	page_file_set_path(path);
}

void
manual_release(struct manual *manual)
{
	int i;

	for (i = 0; i < manual->line_count; i++) {
		free(manual->lines[i].text);
		free(manual->lines[i].style);
	}
	free(manual->lines);
	free(manual->links);
	memset(manual, 0, sizeof(*manual));
}

static int
remaining_ms(const struct timespec *start)
{
	struct timespec now;
	long gone;

	clock_gettime(CLOCK_MONOTONIC, &now);
	gone = (now.tv_sec - start->tv_sec) * 1000 +
	    (now.tv_nsec - start->tv_nsec) / 1000000;
	return gone < FORMAT_MS_MAX ? (int)(FORMAT_MS_MAX - gone) : 0;
}

/* All that comes from fd, for a while; NULL on failure. */
static char *
read_all(int fd, int *length)
{
	struct pollfd wait = {fd, POLLIN, 0};
	struct timespec start;
	char *text = NULL, *more;
	int room = 0;
	ssize_t n = 0;

	*length = 0;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		*length += (int)n;
		if (*length + 65536 > room) {
			if (*length > PAGE_BYTES_MAX)
				break;
			room += 65536 + *length;
			more = realloc(text, (size_t)room + 1);
			if (more == NULL)
				break;
			text = more;
		}
		if (poll(&wait, 1, remaining_ms(&start)) <= 0)
			break;
		n = read(fd, text + *length, (size_t)(room - *length));
	} while (n > 0);
	if (text != NULL)
		text[*length] = '\0';
	return text;
}

static int
start(char *const *arguments, char *const *environment, int *fd, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -errno;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY,
	    0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY,
	    0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	error = posix_spawnp(pid, arguments[0], &actions, &attributes,
	    arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (error != 0)
		close(ends[0]);
	else
		*fd = ends[0];
	return -error;
}

/* What a command prints; NULL when it cannot be run or fails. */
static char *
output_of(char *const *arguments, char *const *environment, int *length)
{
	int fd = -1, status = 0;
	char *text;
	pid_t pid;

	if (start(arguments, environment, &fd, &pid) != 0 || fd < 0)
		return NULL;
	text = read_all(fd, length);
	close(fd);
	/* It has closed its output or overstayed its time. */
	if (waitpid(pid, &status, WNOHANG) == 0) {
		kill(pid, SIGTERM);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (*length == 0) {
		free(text);
		return NULL;
	}
	return text;
}

static char *
run_mandoc(char *path, int width, bool ascii, int *length)
{
	char columns[32];
	char *arguments[] = {"mandoc", ascii ? "-Tascii" : "-Tutf8", "-O",
		columns, path, NULL};

	snprintf(columns, sizeof(columns), "width=%d", width);
	return output_of(arguments, environ, length);
}

static char *
run_man(char *path, int width, bool ascii, int *length)
{
	char columns[32];
	char *arguments[] = {"man", ascii ? "-Tascii" : "-Tutf8", "-l", path,
		NULL};
	char *environment[64] = {"MAN_KEEP_FORMATTING=1",
		"GROFF_NO_SGR=1", columns, "MANPAGER=cat"};
	int i, kept = 4;

	snprintf(columns, sizeof(columns), "MANWIDTH=%d", width);
	for (i = 0; environ[i] != NULL && kept < 63; i++)
		if (strncmp(environ[i], "MAN", 3) != 0)
			environment[kept++] = environ[i];
	return output_of(arguments, environment, length);
}

/*
 * One line of a formatted page: a letter struck twice is bold, an
 * underscore under a letter underlines it.
 */
static int
add_line(struct manual *manual, const char *from, const char *end)
{
	size_t room = (size_t)(end - from) + 1, used = 0, last = 0;
	struct manual_line line = {malloc(room), calloc(room, 1)}, *lines;

	lines = realloc(manual->lines, ((size_t)manual->line_count + 1) *
	    sizeof(*lines));
	if (lines != NULL)
		manual->lines = lines;
	if (lines == NULL || line.text == NULL || line.style == NULL) {
		free(line.text);
		free(line.style);
		return -ENOMEM;
	}
	while (from < end) {
		if (*from == '\b' && used > last) {
			unsigned char style = line.text[last] == '_' &&
			    used == last + 1 ? MANUAL_UNDERLINE :
			    MANUAL_BOLD;

			style |= line.style[last];
			from++;
			used = last;
			do {
				line.style[used] = style;
				line.text[used++] = *from++;
			} while (from < end && (*from & 0xc0) == 0x80);
			continue;
		}
		last = used;
		do {
			line.style[used] = 0;
			line.text[used++] = *from++;
		} while (from < end && (*from & 0xc0) == 0x80);
	}
	line.text[used] = '\0';
	manual->lines[manual->line_count++] = line;
	return 0;
}

static bool
in_name(char letter)
{
	return isalnum((unsigned char)letter) || letter == '-' ||
	    letter == '_' || letter == '.' || letter == ':';
}

static int
add_link(struct manual *manual, int line, int from, int to)
{
	const char *text = manual->lines[line].text;
	char before[1024], path[PATH_MAX];
	struct manual_link link = {.line = line}, *links;

	if (to - from >= (int)sizeof(link.name))
		return 0;
	memcpy(link.name, text + from, (size_t)(to - from));
	link.columns = to - from;
	snprintf(before, sizeof(before), "%.*s", from, text);
	link.column = text_columns(before, false);
	if (page_file_find(link.name, path, sizeof(path)) != 0)
		return 0;
	links = realloc(manual->links, ((size_t)manual->link_count + 1) *
	    sizeof(*links));
	if (links == NULL)
		return -ENOMEM;
	manual->links = links;
	manual->links[manual->link_count++] = link;
	return 0;
}

/* name(section), where such a page can be found, is a link. */
static int
find_links(struct manual *manual, int line)
{
	const char *text = manual->lines[line].text, *open = text;
	int error = 0;

	/* The first and last lines are the title and the foot. */
	if (line == 0 || text[0] == '\0' || text[0] != ' ')
		return 0;
	while (error == 0 && (open = strchr(open, '(')) != NULL) {
		const char *from = open;

		while (from > text && in_name(from[-1]))
			from--;
		if (from < open && isdigit((unsigned char)open[1]) &&
		    open[2] == ')')
			error = add_link(manual, line, (int)(from - text),
			    (int)(open + 3 - text));
		open++;
	}
	return error;
}

int
manual_parse(struct manual *manual, const char *text, int length)
{
	const char *end = text + length, *stop;
	int error = 0;

	while (text < end && error == 0) {
		stop = memchr(text, '\n', (size_t)(end - text));
		if (stop == NULL)
			stop = end;
		error = add_line(manual, text, stop);
		if (error == 0)
			error = find_links(manual, manual->line_count - 1);
		text = stop + 1;
	}
	return error;
}

int
manual_load(struct manual *manual, const char *name, int width, bool ascii)
{
	struct manual fresh = {0};
	char path[PATH_MAX], *text = NULL;
	int error, length = 0;

	width -= 2;
	width = width > MOST_WIDTH ? MOST_WIDTH : width;
	width = width < LEAST_WIDTH ? LEAST_WIDTH : width;
	error = page_file_find(name, path, sizeof(path));
	if (error != 0)
		return error;
	text = run_mandoc(path, width, ascii, &length);
	if (text == NULL)
		text = run_man(path, width, ascii, &length);
	if (text == NULL)
		return -ENOEXEC;
	error = manual_parse(&fresh, text, length);
	free(text);
	if (error != 0) {
		manual_release(&fresh);
		return error;
	}
	snprintf(fresh.name, sizeof(fresh.name), "%s", name);
	fresh.width = width;
	manual_release(manual);
	*manual = fresh;
	return 0;
}
