/*
 * What a sample of the host costs: microseconds, against the bare
 * pread(2) of the same descriptors in the same run, and against the CPU
 * time a scrape of prometheus-node-exporter takes, where it is installed.
 * One JSON object a line.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collect/host.h"
#include "collector_clients.h"

#define ROUNDS_MAX	400
#define WARM_UP		20
#define FILES_MAX	512
#define EXPORTER	"prometheus-node-exporter"

/* A kept descriptor and the reads that its whole text takes. */
struct file {
	int	fd;
	int	reads;
	off_t	offset[16];
};

static struct file files[FILES_MAX];
static size_t file_count;
static char buffer[1 << 20];

/* With --smoke only that it works is of interest. */
static int rounds = ROUNDS_MAX;
static int scrapes = 20;
static unsigned int idle_ms = 4000;

static double
clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_doubles);
	return values[count / 2];
}

static void
report(const char *name, double value, const char *unit, const char *peer,
    double ratio)
{
	printf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\","
	    "\"peer\":\"%s\",\"ratio\":%.3f}\n", name, value, unit, peer,
	    ratio);
}

/* What the background reads is not part of a sample. */
static int
is_of_the_sample(const char *path)
{
	return (strncmp(path, "/proc/", 6) == 0 ||
	    strncmp(path, "/sys/", 5) == 0) &&
	    strstr(path, "/hwmon") == NULL &&
	    strstr(path, "/thermal") == NULL && strstr(path, "/fd") == NULL;
}

static void
add_file(int fd)
{
	struct file *file = &files[file_count];
	off_t offset = 0;
	ssize_t length;

	file->fd = fd;
	file->reads = 0;
	while (file->reads < 16) {
		length = pread(fd, buffer, sizeof(buffer), offset);
		if (length <= 0)
			break;
		file->offset[file->reads++] = offset;
		offset += length;
	}
	if (file->reads > 0)
		file_count++;
}

/* The descriptors the collector keeps, from /proc/self/fd. */
static void
find_files(void)
{
	char link[64], path[512];
	struct dirent *entry;
	DIR *directory;
	ssize_t length;

	directory = opendir("/proc/self/fd");
	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		snprintf(link, sizeof(link), "/proc/self/fd/%.20s",
		    entry->d_name);
		length = readlink(link, path, sizeof(path) - 1);
		if (length <= 0)
			continue;
		path[length] = '\0';
		if (file_count < FILES_MAX && is_of_the_sample(path))
			add_file(atoi(entry->d_name));
	}
	closedir(directory);
}

static void
read_files(void)
{
	size_t i;
	int j;

	for (i = 0; i < file_count; i++) {
		for (j = 0; j < files[i].reads; j++)
			(void)!pread(files[i].fd, buffer, 65536,
			    files[i].offset[j]);
	}
}

/*
 * Sample and floor take turns, so that whatever else the machine does
 * falls on both.
 */
static void
measure(struct host_collector *collector, struct sample *sample,
    double *sample_us, double *floor_us)
{
	static double samples[ROUNDS_MAX], floors[ROUNDS_MAX];
	double start;
	int i;

	for (i = -WARM_UP; i < rounds; i++) {
		start = clock_us(CLOCK_THREAD_CPUTIME_ID);
		read_files();
		floors[i < 0 ? 0 : i] =
		    clock_us(CLOCK_THREAD_CPUTIME_ID) - start;
		start = clock_us(CLOCK_THREAD_CPUTIME_ID);
		host_collector_sample(collector, sample);
		samples[i < 0 ? 0 : i] =
		    clock_us(CLOCK_THREAD_CPUTIME_ID) - start;
	}
	*sample_us = median(samples, (size_t)rounds);
	*floor_us = median(floors, (size_t)rounds);
}

static size_t
count_values(const struct sample *sample)
{
	size_t count = 0, i, j;

	for (i = 0; i < NODE_METRICS; i++)
		count += !isnan(sample->node[i]);
	for (i = 0; i < sample->device_count; i++) {
		for (j = 0; j < DEVICE_METRICS; j++)
			count += !isnan(sample->devices[i].value[j]);
	}
	return count;
}

/* A free port of the loopback. */
static int
free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) != 0 ||
	    getsockname(fd, (void *)&address, &length) != 0)
		return -1;
	close(fd);
	return ntohs(address.sin_port);
}

static pid_t
start_exporter(int port)
{
	char listen_at[64];
	int null;
	pid_t pid;

	pid = fork();
	if (pid != 0)
		return pid;
	snprintf(listen_at, sizeof(listen_at),
	    "--web.listen-address=127.0.0.1:%d", port);
	null = open("/dev/null", O_RDWR);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execlp(EXPORTER, EXPORTER, listen_at, (char *)NULL);
	_exit(127);
}

static int
scrape(int port)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	struct sockaddr_in address = {.sin_family = AF_INET};
	ssize_t length, total = 0;
	int fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (void *)&address, sizeof(address)) != 0 ||
	    write(fd, request, sizeof(request) - 1) < 0) {
		close(fd);
		return -1;
	}
	while ((length = read(fd, buffer, sizeof(buffer))) > 0)
		total += length;
	close(fd);
	return total > 10000 ? 0 : -1;
}

/* CPU time of a process that runs, from its own clock. */
static double
process_us(pid_t pid)
{
	clockid_t clock;

	return clock_getcpuclockid(pid, &clock) == 0 ? clock_us(clock) : NAN;
}

static double
measure_exporter(void)
{
	struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	double before, cost = NAN;
	int port = free_port(), i;
	pid_t pid = start_exporter(port);

	for (i = 0; i < 250 && waitpid(pid, NULL, WNOHANG) == 0; i++) {
		if (scrape(port) == 0)
			break;
		nanosleep(&pause, NULL);
	}
	before = process_us(pid);
	for (i = 0; i < scrapes && scrape(port) == 0; i++)
		continue;
	if (i == scrapes)
		cost = (process_us(pid) - before) / scrapes;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return cost;
}

/* CPU time a second of what runs beside the samples. */
static double
measure_background(void)
{
	struct timespec pause = {.tv_sec = idle_ms / 1000,
	    .tv_nsec = idle_ms % 1000 * 1000000};
	double start = clock_us(CLOCK_PROCESS_CPUTIME_ID);

	nanosleep(&pause, NULL);
	return (clock_us(CLOCK_PROCESS_CPUTIME_ID) - start) / idle_ms * 1e3;
}

/* What in_flight of a server costs that does not tell its slots. */
static void
report_clients(void)
{
	static const int counts[] = { 0, 10, 450 };
	struct clients_cost cost;
	char name[48];
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		cost = clients_measure(counts[i], rounds);
		snprintf(name, sizeof(name), "collector_connections_%d",
		    counts[i]);
		if (!isnan(cost.look_us))
			report(name, cost.look_us, "us", "/proc/net/tcp",
			    cost.look_us / cost.read_us);
	}
}

int
main(int argc, char **argv)
{
	struct host_options options = {.root = "", .model_store = "/",
	    .state_directory = "/"};
	double sample_us, floor_us, exporter_us, background_us;
	struct host_collector *collector;
	struct sample sample = {0};

	if (argc > 1 && strcmp(argv[1], "--smoke") == 0) {
		rounds = 5;
		scrapes = 1;
		idle_ms = 100;
	}
	if (host_collector_open(&collector, &options) != 0)
		return 1;
	host_collector_sample(collector, &sample);
	find_files();
	measure(collector, &sample, &sample_us, &floor_us);
	report("collector_sample", sample_us, "us", "pread alone",
	    sample_us / floor_us);
	report("collector_values", (double)count_values(&sample), "count",
	    "", 1);
	exporter_us = measure_exporter();
	if (!isnan(exporter_us))
		report("collector_sample", sample_us, "us", EXPORTER,
		    sample_us / exporter_us);
	report_clients();
	background_us = measure_background();
	report("collector_background", background_us, "us/s", "one core",
	    background_us / 1e6);
	sample_free(&sample);
	host_collector_close(collector);
	return 0;
}
