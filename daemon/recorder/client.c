#include "recorder/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "recorder/message.h"
#include "shm/clock.h"
#include "store/flight_record.h"

static int
open_socket(const char *directory)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int made, error;

	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path),
	    "%s/%s", directory, RECORDER_SOCKET) >=
	    sizeof(address.sun_path))
		return -ENAMETOOLONG;
	made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (made == -1)
		return -errno;
	if (connect(made, (struct sockaddr *)&address,
	    sizeof(address)) == 0)
		return made;
	error = -errno;
	close(made);
	return error;
}

/* Whole, unless the other end goes. */
static int
read_answer(int made, struct recorder_answer *answer, int64_t until_ns)
{
	struct pollfd ready = { .fd = made, .events = POLLIN };
	size_t got = 0;
	ssize_t some;
	int64_t left_ns;

	while (got < sizeof(*answer)) {
		left_ns = until_ns - clock_ns(CLOCK_MONOTONIC);
		if (left_ns <= 0 ||
		    poll(&ready, 1, (int)(left_ns / 1000000) + 1) == 0)
			return -ETIMEDOUT;
		some = read(made, (char *)answer + got,
		    sizeof(*answer) - got);
		if (some <= 0)
			return some == 0 ? -ECONNRESET : -errno;
		got += (size_t)some;
	}
	return answer->magic == RECORDER_MAGIC ? 0 : -EPROTO;
}

int
recorder_flush(const char *directory, int wait_ms)
{
	int64_t until_ns = clock_ns(CLOCK_MONOTONIC) +
	    wait_ms * INT64_C(1000000);
	struct recorder_answer answer = { 0 };
	struct flight_record *record;
	int made = open_socket(directory), error = 0;

	if (made < 0)
		return made;
	record = flight_record_make((enum flight_kind)RECORDER_FLUSH, NULL,
	    0, "", 0);
	if (record == NULL)
		error = -ENOMEM;
	else if (send(made, record, record->bytes, MSG_NOSIGNAL) !=
	    (ssize_t)record->bytes)
		error = -errno;
	while (error == 0 && answer.kind != RECORDER_FLUSHED)
		error = read_answer(made, &answer, until_ns);
	free(record);
	close(made);
	return error != 0 ? error : answer.error;
}
