/*
 * Answers requests on a UNIX socket with the bytes of files, right or
 * wrong, for the tests of what a client does with them:
 *
 *	answer-server SOCKET DIRECTORY
 *
 * GET /a/b?c is answered with DIRECTORY/a/b, head and body, and the
 * connection is closed; with since=N in the query it is DIRECTORY/a/b@N.
 * Without such a file the connection is closed at once.  A file
 * named "hang" is sent, and then nothing more until the client goes away.
 * Each request is told on standard output, "ready" before the first.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
listen_on(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	if (listener == -1 || bind(listener, (struct sockaddr *)&address,
	    sizeof(address)) != 0 || listen(listener, 8) != 0) {
		perror(path);
		return -1;
	}
	return listener;
}

/* The head of one request; -1 when there is none. */
static int
read_head(int client, char *head, size_t size)
{
	size_t length = 0;
	ssize_t got;

	while (length < size - 1) {
		got = read(client, head + length, size - 1 - length);
		if (got <= 0)
			return -1;
		length += (size_t)got;
		head[length] = '\0';
		if (strstr(head, "\r\n\r\n") != NULL)
			return 0;
	}
	return -1;
}

static void
send_file(int client, const char *path)
{
	char bytes[65536];
	int file = open(path, O_RDONLY);
	ssize_t got;

	while (file != -1 && (got = read(file, bytes, sizeof(bytes))) > 0)
		if (write(client, bytes, (size_t)got) != got)
			break;
	if (file != -1)
		close(file);
}

static void
answer(int client, const char *directory)
{
	char head[16384], method[16], target[4096], path[16384];
	const char *since;

	if (read_head(client, head, sizeof(head)) != 0 ||
	    sscanf(head, "%15s %4095s", method, target) != 2)
		return;
	printf("%s %s\n", method, target);
	fflush(stdout);
	since = strstr(target, "since=");
	target[strcspn(target, "?")] = '\0';
	snprintf(path, sizeof(path), "%s%s%s%.*s", directory, target,
	    since != NULL ? "@" : "", since != NULL ?
	    (int)strcspn(since + 6, "&") : 0, since != NULL ? since + 6 : "");
	send_file(client, path);
	if (strlen(target) >= 5 &&
	    strcmp(target + strlen(target) - 5, "/hang") == 0)
		while (read(client, head, sizeof(head)) > 0)
			continue;
}

int
main(int argc, char **argv)
{
	int listener, client;

	signal(SIGPIPE, SIG_IGN);
	if (argc != 3 || (listener = listen_on(argv[1])) == -1)
		return 2;
	puts("ready");
	fflush(stdout);
	while ((client = accept(listener, NULL, NULL)) != -1) {
		answer(client, argv[2]);
		close(client);
	}
	return 1;
}
