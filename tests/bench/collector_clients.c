#include "collector_clients.h"

#include <sys/socket.h>

#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "collect/clients.h"

#define ROUNDS_MAX	400
#define WARM_UP		5

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double
thread_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
listen_somewhere(struct sockaddr_storage *address)
{
	struct sockaddr_in *four = (struct sockaddr_in *)address;
	socklen_t length = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	four->sin_family = AF_INET;
	four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && (bind(fd, (void *)four, sizeof(*four)) != 0 ||
	    listen(fd, SOMAXCONN) != 0 ||
	    getsockname(fd, (void *)address, &length) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Both ends of each; how many there are. */
static int
connect_all(int server, const struct sockaddr_storage *address, int *ends,
    int count)
{
	int i;

	for (i = 0; i < count; i++) {
		ends[2 * i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (ends[2 * i] < 0)
			return i;
		if (connect(ends[2 * i], (const void *)address,
		    sizeof(struct sockaddr_in)) != 0 ||
		    (ends[2 * i + 1] = accept(server, NULL, NULL)) < 0) {
			close(ends[2 * i]);
			return i;
		}
	}
	return i;
}

static void
read_file(const char *path)
{
	static char buffer[1 << 16];
	int file = open(path, O_RDONLY | O_CLOEXEC);

	while (file >= 0 && read(file, buffer, sizeof(buffer)) > 0)
		continue;
	if (file >= 0)
		close(file);
}

/* In turns, so that whatever else the machine does falls on both. */
static struct clients_cost
take_turns(struct clients *clients, const struct sockaddr_storage *address,
    int connections, int rounds)
{
	static double looks[ROUNDS_MAX], reads[ROUNDS_MAX];
	struct client_count count = { address, 1, { -1, -1 }, 0, 0, 0 };
	double start;
	int i;

	for (i = -WARM_UP; i < rounds; i++) {
		start = thread_us();
		clients_count(clients, &count, 1);
		looks[i < 0 ? 0 : i] = thread_us() - start;
		if (count.connections != connections)
			return (struct clients_cost){ NAN, NAN };
		start = thread_us();
		read_file("/proc/net/tcp");
		read_file("/proc/net/tcp6");
		reads[i < 0 ? 0 : i] = thread_us() - start;
	}
	qsort(looks, (size_t)rounds, sizeof(looks[0]), compare_doubles);
	qsort(reads, (size_t)rounds, sizeof(reads[0]), compare_doubles);
	return (struct clients_cost){ looks[rounds / 2], reads[rounds / 2] };
}

struct clients_cost
clients_measure(int connections, int rounds)
{
	struct clients_cost cost = { NAN, NAN };
	struct sockaddr_storage address = { 0 };
	struct clients *clients = NULL;
	int server = listen_somewhere(&address), made = 0;
	int *ends = calloc((size_t)connections + 1, 2 * sizeof(*ends));

	if (rounds > ROUNDS_MAX)
		rounds = ROUNDS_MAX;
	if (server >= 0 && ends != NULL)
		made = connect_all(server, &address, ends, connections);
	if (server >= 0 && made == connections &&
	    clients_open(&clients) == 0)
		cost = take_turns(clients, &address, connections, rounds);
	clients_close(clients);
	while (made-- > 0) {
		close(ends[2 * made]);
		close(ends[2 * made + 1]);
	}
	free(ends);
	if (server >= 0)
		close(server);
	return cost;
}
