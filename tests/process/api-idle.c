/*
 * api-idle SOCKET COUNT: opens COUNT connections to the API, has one
 * answer on each, and leaves them idle; then goes on until it is told
 * that there are too many.  Prints how many there were of each kind, and
 * how long an answer took with all of them open.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BEYOND	10000
#define ASKS	1000

static const char request[] =
    "GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n";

static int
dial(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (descriptor == -1 || connect(descriptor,
	    (struct sockaddr *)&address, sizeof(address)) != 0) {
		perror(path);
		exit(1);
	}
	return descriptor;
}

/* The HTTP status of one answer, 0: there was none. */
static int
ask(int descriptor)
{
	char answer[4096];
	size_t length = 0;
	ssize_t got;

	(void)send(descriptor, request, sizeof(request) - 1, MSG_NOSIGNAL);
	do {
		got = recv(descriptor, answer + length,
		    sizeof(answer) - length - 1, 0);
		if (got <= 0)
			return 0;
		length += (size_t)got;
		answer[length] = '\0';
	} while (strstr(answer, "}\n") == NULL);
	return atoi(answer + strlen("HTTP/1.1 "));
}

static double
microseconds(int descriptor)
{
	struct timespec begun, ended;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (i = 0; i < ASKS; i++)
		if (ask(descriptor) != 200)
			exit(1);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	return ((double)(ended.tv_sec - begun.tv_sec) * 1e6 +
	    (double)(ended.tv_nsec - begun.tv_nsec) / 1e3) / ASKS;
}

static void
raise_files(void)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

int
main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[2]) : 0, first, i, status = 200;

	if (count < 1)
		return 2;
	raise_files();
	first = dial(argv[1]);
	printf("us_alone %.1f\n", microseconds(first));
	for (i = 1; i < count && status == 200; i++)
		status = ask(dial(argv[1]));
	printf("open %d\n", status == 200 ? i : i - 1);
	printf("us_among_them %.1f\n", microseconds(first));
	fflush(stdout);
	for (; status == 200 && i < count + BEYOND; i++)
		status = ask(dial(argv[1]));
	printf("beyond %d\nrefused_with %d\n", i - 1, status);
	printf("first_answers %d\n", ask(first));
	fflush(stdout);
	/* The caller looks at the core while they are open. */
	pause();
	return 0;
}
