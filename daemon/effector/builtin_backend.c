/* Backends: started from their command, or restarted as a systemd unit. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collect/holder.h"
#include "collect/http_url.h"
#include "effector/builtin.h"
#include "effector/supervised.h"
#include "rules/plan.h"

#define GRACE_MS	10000
/* The step has its own time limit, which ends this one. */
#define LOOK_MS		100

const struct config_backend_entry *
builtin_backend(const struct builtin_case *asked)
{
	const char *name = strchr(asked->target, '/');
	size_t i;

	for (i = 0; name != NULL && i < asked->config->backend_count; i++)
		if (strcmp(asked->config->backends[i].name, name + 1) == 0)
			return &asked->config->backends[i];
	(void)builtin_say(0, "%s is not among the backends of the "
	    "configuration", asked->target);
	return NULL;
}

static int
connect_once(const struct addrinfo *address)
{
	struct pollfd slot = { .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error = 0;

	slot.fd = socket(address->ai_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (slot.fd == -1)
		return -errno;
	if (connect(slot.fd, address->ai_addr, address->ai_addrlen) != 0)
		error = errno;
	if (error == EINPROGRESS && poll(&slot, 1, 1000) == 1)
		(void)getsockopt(slot.fd, SOL_SOCKET, SO_ERROR, &error,
		    &size);
	close(slot.fd);
	return -error;
}

/* freeaddrinfo(); NULL: it has none. */
static struct addrinfo *
address_of(const char *text)
{
	struct addrinfo *address = NULL, hints = {
		.ai_socktype = SOCK_STREAM };
	struct http_url url;

	if (http_url_parse(&url, text) != 0 ||
	    getaddrinfo(url.host, url.port, &hints, &address) != 0)
		return NULL;
	return address;
}

/* Accepting is enough: whether it works is seen by who verifies. */
static bool
wait_listening(const char *name, const char *text,
    const struct builtin_case *asked)
{
	struct addrinfo *address = address_of(text);
	struct supervised_child child;
	bool listens = false;

	if (address == NULL)
		return false;
	while (!listens && supervised_read(asked->directory, name, &child) ==
	    0 && supervised_lives(&child)) {
		listens = connect_once(address) == 0;
		if (!listens)
			(void)poll(NULL, 0, LOOK_MS);
	}
	freeaddrinfo(address);
	return listens;
}

static int
start(const struct builtin_case *asked,
    const struct config_backend_entry *backend)
{
	char log[4096];
	int error;

	snprintf(log, sizeof(log), "%s/backends/%s.log",
	    asked->state_directory, backend->name);
	error = supervised_start(asked->directory, backend->name,
	    backend->command, log);
	if (error != 0)
		return builtin_say(STEP_CODE_REFUSED, "cannot run \"%s\": %s",
		    backend->command, strerror(-error));
	if (!wait_listening(backend->name, backend->url, asked))
		return builtin_say(STEP_CODE_REFUSED,
		    "it ended at once, see %s", log);
	return builtin_say(STEP_CODE_DONE, "it runs, and accepts at %s",
	    backend->url);
}

/* Somebody else started what serves there, before drover came. */
static int
holder_of(const struct config_backend_entry *backend)
{
	struct addrinfo *address = address_of(backend->url);
	struct sockaddr_storage one = { 0 };

	if (address == NULL || address->ai_addrlen > sizeof(one)) {
		if (address != NULL)
			freeaddrinfo(address);
		return 0;
	}
	memcpy(&one, address->ai_addr, address->ai_addrlen);
	freeaddrinfo(address);
	return holder_of_address(&one);
}

static int
stop_running(const struct builtin_case *asked,
    const struct config_backend_entry *backend,
    struct supervised_child *child)
{
	int error = supervised_read(asked->directory, backend->name, child);
	int pid;

	if (error == 0 && supervised_lives(child))
		return supervised_stop(child, GRACE_MS);
	pid = holder_of(backend);
	if (pid <= 0 || supervised_of_pid(child, pid) != 0)
		return 0;
	return supervised_stop(child, GRACE_MS);
}

static int
restart_command(const struct builtin_case *asked,
    const struct config_backend_entry *backend)
{
	struct supervised_child child;
	int error = stop_running(asked, backend, &child);

	if (error == -ETIMEDOUT)
		return builtin_say(STEP_CODE_UNKNOWN,
		    "process %d does not end, not even by SIGKILL",
		    (int)child.pid);
	return start(asked, backend);
}

static int
run(char *const words[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(words[0], words);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
restart_unit(const struct config_backend_entry *backend)
{
	char *as_root[] = { (char *)"systemctl", (char *)"restart",
		backend->unit, NULL };
	char *as_user[] = { (char *)"systemctl", (char *)"--user",
		(char *)"restart", backend->unit, NULL };
	int status = run(geteuid() == 0 ? as_root : as_user);

	if (status == 127)
		return builtin_say(STEP_CODE_REFUSED,
		    "there is no systemctl to restart %s with",
		    backend->unit);
	if (status != 0)
		return builtin_say(STEP_CODE_UNKNOWN,
		    "systemctl restart %s ended with %d", backend->unit,
		    status);
	return builtin_say(STEP_CODE_DONE, "unit %s was restarted",
	    backend->unit);
}

int
backend_restart(const struct builtin_case *asked)
{
	const struct config_backend_entry *backend = builtin_backend(asked);

	if (backend == NULL)
		return STEP_CODE_REFUSED;
	if (backend->command[0] != '\0')
		return restart_command(asked, backend);
	if (backend->unit[0] != '\0')
		return restart_unit(backend);
	return builtin_say(STEP_CODE_REFUSED, "how to restart %s is not "
	    "known: give it a command or a unit in the configuration, or "
	    "a hook backend.restart", backend->name);
}

/* The first bytes that a program prints; "" where it does not run. */
static void
read_output(char *const words[], char *text, size_t size)
{
	int ends[2], status;
	ssize_t got = 0;
	pid_t pid;

	text[0] = '\0';
	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	pid = fork();
	if (pid == 0) {
		if (dup2(ends[1], STDOUT_FILENO) != -1)
			execvp(words[0], words);
		_exit(127);
	}
	close(ends[1]);
	if (pid != -1) {
		got = read(ends[0], text, size - 1);
		(void)waitpid(pid, &status, 0);
	}
	close(ends[0]);
	text[got > 0 ? got : 0] = '\0';
}

/* Since the step began? */
static int
probe_unit(const struct builtin_case *asked, char *unit)
{
	char *words[] = { (char *)"systemctl", (char *)(geteuid() == 0 ?
	    "--system" : "--user"), (char *)"show", (char *)"-p",
	    (char *)"ActiveEnterTimestampMonotonic", (char *)"--value",
	    (char *)"--", unit, NULL };
	char text[64];
	int64_t active_ms;

	read_output(words, text, sizeof(text));
	active_ms = strtoll(text, NULL, 10) / 1000;
	if (active_ms == 0)
		return builtin_say(STEP_CODE_UNKNOWN,
		    "systemd does not say when %s began", unit);
	if (active_ms >= asked->started_ms)
		return builtin_say(STEP_CODE_DONE, "%s was restarted", unit);
	return builtin_say(STEP_CODE_REFUSED, "%s was not restarted", unit);
}

int
backend_restart_probe(const struct builtin_case *asked)
{
	const struct config_backend_entry *backend = builtin_backend(asked);
	struct supervised_child child;

	if (backend == NULL)
		return STEP_CODE_UNKNOWN;
	if (backend->command[0] == '\0')
		return backend->unit[0] != '\0' ?
		    probe_unit(asked, backend->unit) : builtin_say(
		    STEP_CODE_UNKNOWN, "nobody knows how it is started");
	if (supervised_read(asked->directory, backend->name, &child) != 0 ||
	    !supervised_is_of_boot(&child) ||
	    child.started_ms < asked->started_ms)
		return builtin_say(STEP_CODE_REFUSED,
		    "it was not started again");
	if (!supervised_lives(&child))
		return builtin_say(STEP_CODE_REFUSED,
		    "it was started again, and has ended");
	return builtin_say(STEP_CODE_DONE, "it was started again");
}

int
backend_start(const struct builtin_case *asked)
{
	const struct config_backend_entry *backend;
	struct supervised_child child;
	size_t i;

	for (i = 0; i < asked->config->backend_count; i++) {
		backend = &asked->config->backends[i];
		if (backend->command[0] == '\0' ||
		    (supervised_read(asked->directory, backend->name,
		    &child) == 0 && supervised_is_of_boot(&child)) ||
		    holder_of(backend) != 0)
			continue;
		(void)start(asked, backend);
	}
	return STEP_CODE_DONE;
}
