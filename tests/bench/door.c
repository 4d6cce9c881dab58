/*
 * Acts through the one door: a request on the UNIX socket of a drover-core,
 * an entry in its log, the rules, the state on disk, the answer.  One after
 * the other, and 64 outstanding over as many connections.  Peers in the
 * same run, turn by turn, on the same disk:
 *
 *	sqlite	rows of the same size, one transaction each, WAL with
 *		synchronous=FULL: what a program of its own would do
 *	etcd	see etcd.h; left out, and said on stderr, where there is none
 *
 * The ratio of a time is value/peer, of a throughput peer/value: smaller
 * is better in both.  Arguments: [--smoke] [DIRECTORY], default TMPDIR.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "etcd.h"
#include "samples.h"

#define OUTSTANDING	64
#define TURNS		10
#define ANSWER_BYTES	8192
/* About what an act leaves: its audit, its request id, its account. */
#define ROW_BYTES	600

static char directory[256];
static struct samples door, sqlite_alone, etcd_alone;
static double door_ops, sqlite_ops, etcd_ops;
static sqlite3 *db;

static void
die(const char *what)
{
	fprintf(stderr, "bench-door: %s\n", what);
	exit(1);
}

static pid_t
start_core(void)
{
	char run[300], state[300];
	pid_t child;

	snprintf(run, sizeof(run), "%s/run", directory);
	snprintf(state, sizeof(state), "%s/state", directory);
	if (mkdir(run, 0700) != 0 || mkdir(state, 0700) != 0)
		die("cannot make a directory");
	child = fork();
	if (child != 0)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (freopen("/dev/null", "w", stderr) == NULL ||
	    freopen("/dev/null", "w", stdout) == NULL)
		_exit(127);
	execlp("drover-core", "drover-core", "-r", run, "-s", state,
	    (char *)NULL);
	_exit(127);
}

static int
dial(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if ((size_t)snprintf(address.sun_path, sizeof(address.sun_path),
	    "%s/run/core.sock", directory) >= sizeof(address.sun_path))
		die("the directory has too long a name for a socket");
	if (connect(peer, (struct sockaddr *)&address,
	    sizeof(address)) == 0)
		return peer;
	close(peer);
	return -1;
}

/* Each turns the role of its account, so that each changes something. */
static void
act_send(int peer, int account)
{
	static unsigned int acts, turns[OUTSTANDING];
	char request[512], body[200];
	int length;

	acts++;
	length = snprintf(body, sizeof(body),
	    "{\"role\":\"%s\",\"request\":\"bench-%u\"}",
	    turns[account]++ % 2 == 0 ? "viewer" : "operator", acts);
	length = snprintf(request, sizeof(request),
	    "PUT /api/v1/accounts/bench-%d HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
	    "%s", account, length, body);
	if (write(peer, request, (size_t)length) != length)
		die("the core does not take a request");
}

/* The number of the reply. */
static int
act_receive(int peer)
{
	char answer[ANSWER_BYTES];
	const char *body, *number;
	size_t all = 0;
	ssize_t got;

	do {
		got = read(peer, answer + all, sizeof(answer) - 1 - all);
		if (got <= 0)
			return 0;
		all += (size_t)got;
		answer[all] = '\0';
		body = strstr(answer, "\r\n\r\n");
	} while (body == NULL || strstr(body, "}\n") == NULL);
	number = strstr(answer, "Drover-Reply: ");
	return number == NULL ? 0 : atoi(number + 14);
}

/* A connection to a core that takes acts. */
static int
await_core(pid_t child)
{
	struct timespec pause = { .tv_nsec = 20000000 };
	int tries, peer;

	for (tries = 0; tries < 500; tries++) {
		if (waitpid(child, NULL, WNOHANG) == child)
			die("no drover-core in PATH");
		peer = dial();
		if (peer != -1) {
			act_send(peer, 0);
			if (act_receive(peer) == 1000)
				return peer;
			close(peer);
		}
		nanosleep(&pause, NULL);
	}
	die("the core takes no acts");
	return -1;
}

static void
one_after_the_other(int peer, uint32_t count)
{
	double start;
	int reply;

	while (count-- > 0) {
		start = samples_now_us();
		act_send(peer, (int)(count % OUTSTANDING));
		reply = act_receive(peer);
		if (reply != 1000)
			die("an act was not taken");
		samples_keep(&door, samples_now_us() - start);
	}
}

static double
many_at_a_time(uint32_t count)
{
	struct pollfd peers[OUTSTANDING];
	uint32_t sent = 0, received = 0;
	double start;
	int i, reply;

	for (i = 0; i < OUTSTANDING; i++) {
		peers[i].fd = dial();
		peers[i].events = POLLIN;
		if (peers[i].fd == -1)
			die("the core takes no connection");
	}
	start = samples_now_us();
	for (i = 0; i < OUTSTANDING && sent < count; i++, sent++)
		act_send(peers[i].fd, i);
	while (received < count) {
		poll(peers, OUTSTANDING, -1);
		for (i = 0; i < OUTSTANDING; i++) {
			if ((peers[i].revents & POLLIN) == 0)
				continue;
			reply = act_receive(peers[i].fd);
			if (reply != 1000)
				die("an act was not taken");
			received++;
			if (sent++ < count)
				act_send(peers[i].fd, i);
		}
	}
	start = count / (samples_now_us() - start) * 1e6;
	for (i = 0; i < OUTSTANDING; i++)
		close(peers[i].fd);
	return start;
}

static void
sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
}

static void
open_sqlite(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/alone.db", directory);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		die("cannot make a database");
	sql("PRAGMA journal_mode = WAL");
	sql("PRAGMA synchronous = FULL");
	sql("CREATE TABLE act (id INTEGER PRIMARY KEY, bytes BLOB) STRICT");
}

static void
put_in_sqlite(uint32_t count)
{
	double begin = samples_now_us(), start;
	sqlite3_stmt *insert;
	uint32_t i;

	if (sqlite3_prepare_v2(db, "INSERT INTO act (bytes) VALUES "
	    "(zeroblob(?))", -1, &insert, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(db));
	sqlite3_bind_int(insert, 1, ROW_BYTES);
	for (i = 0; i < count; i++) {
		start = samples_now_us();
		if (sqlite3_step(insert) != SQLITE_DONE)
			die(sqlite3_errmsg(db));
		sqlite3_reset(insert);
		samples_keep(&sqlite_alone, samples_now_us() - start);
	}
	sqlite3_finalize(insert);
	sqlite_ops += count / (samples_now_us() - begin) * 1e6;
}

static void
print(const char *name, double value, const char *unit, double peer,
    bool speed)
{
	printf("{\"name\":\"%s\",\"value\":%.5g,\"unit\":\"%s\","
	    "\"peer\":%.5g,\"ratio\":%.3g}\n", name, value, unit, peer,
	    speed ? peer / value : value / peer);
}

static void
print_all(void)
{
	double p50 = samples_percentile(&door, 0.5);
	double p99 = samples_percentile(&door, 0.99);

	print("door_p50_sqlite", p50, "us",
	    samples_percentile(&sqlite_alone, 0.5), false);
	print("door_p99_sqlite", p99, "us",
	    samples_percentile(&sqlite_alone, 0.99), false);
	print("door_64_outstanding_sqlite", door_ops, "1/s", sqlite_ops,
	    true);
	if (etcd_alone.count == 0)
		return;
	print("door_p50_etcd", p50, "us", samples_percentile(&etcd_alone, 0.5),
	    false);
	print("door_p99_etcd", p99, "us", samples_percentile(&etcd_alone, 0.99),
	    false);
	print("door_64_outstanding_etcd", door_ops, "1/s", etcd_ops, true);
}

static void
measure(uint32_t turns, uint32_t count, int peer, struct etcd *server)
{
	double start;
	uint32_t i, j;

	for (i = 0; i < turns; i++) {
		one_after_the_other(peer, count);
		put_in_sqlite(count);
		door_ops += many_at_a_time(count * 5);
		if (server == NULL)
			continue;
		for (j = 0; j < count; j++) {
			start = samples_now_us();
			if (!etcd_put(server))
				die("etcd does not answer");
			samples_keep(&etcd_alone, samples_now_us() - start);
		}
		etcd_ops += etcd_put_many(count * 5, OUTSTANDING);
	}
	door_ops /= turns;
	sqlite_ops /= turns;
	etcd_ops /= turns;
}

int
main(int argc, char **argv)
{
	bool smoke = argc > 1 && strcmp(argv[1], "--smoke") == 0, compared;
	const char *where = argc > 1 + smoke ? argv[1 + smoke] :
	    getenv("TMPDIR");
	struct etcd server;
	char line[300];
	pid_t core;
	int peer;

	signal(SIGPIPE, SIG_IGN);
	snprintf(directory, sizeof(directory), "%.60s/drover-bench-XXXXXX",
	    where != NULL ? where : "/tmp");
	if (mkdtemp(directory) == NULL)
		die("cannot make a directory");
	core = start_core();
	peer = await_core(core);
	open_sqlite();
	compared = etcd_start(&server, directory);
	if (!compared)
		fprintf(stderr, "no etcd: not compared with it\n");
	measure(smoke ? 2 : TURNS, smoke ? 20 : 200, peer,
	    compared ? &server : NULL);
	etcd_stop(&server);
	sqlite3_close(db);
	kill(core, SIGKILL);
	waitpid(core, NULL, 0);
	snprintf(line, sizeof(line), "rm -rf -- '%s'", directory);
	if (system(line) != 0)
		fprintf(stderr, "%s is left\n", directory);
	print_all();
	return 0;
}
