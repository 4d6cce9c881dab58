#include "asker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define HTTP_UNAUTHORIZED	401

struct job {
	struct job		*next;
	char			*method;
	char			*target;
	char			*body;
	bool			 dropped;
	struct asker_answer	 answer;
};

struct asker {
	struct client_place	 place;
	uint32_t		 timeout_ms;
	pthread_t		 thread;
	int			 wake;	/* for the thread */
	int			 ready;	/* for whoever asked */
	/* The thread's alone. */
	struct client		 client;
	bool			 connected;

	pthread_mutex_t		 mutex;	/* of all below */
	struct job		*waiting;	/* the oldest first */
	struct job		*current;
	struct job		*done;
	bool			 stop;
};

static void
job_free(struct job *job)
{
	if (job == NULL)
		return;
	free(job->method);
	free(job->target);
	/* A reason, or what may be a secret. */
	if (job->body != NULL)
		explicit_bzero(job->body, strlen(job->body));
	free(job->body);
	answer_release(&job->answer.answer);
	free(job);
}

static void
jobs_free(struct job *job)
{
	struct job *next;

	for (; job != NULL; job = next) {
		next = job->next;
		job_free(job);
	}
}

static void
append(struct job **list, struct job *job)
{
	while (*list != NULL)
		list = &(*list)->next;
	*list = job;
}

static void
signal_event(int descriptor)
{
	static const uint64_t one = 1;

	/* It fails only when it is readable for ages already. */
	(void)!write(descriptor, &one, sizeof(one));
}

static void
clear_event(int descriptor)
{
	uint64_t count;

	(void)!read(descriptor, &count, sizeof(count));
}

/* Is nobody there any more who wants the answer? */
static bool
is_unwanted(struct asker *asker)
{
	bool unwanted;

	pthread_mutex_lock(&asker->mutex);
	unwanted = asker->stop || asker->current->dropped;
	pthread_mutex_unlock(&asker->mutex);
	return unwanted;
}

/* Until something goes on, of the request or of those who asked. */
static void
wait_for(struct asker *asker)
{
	struct pollfd wait[CLIENT_DESCRIPTORS_MAX + 1];
	int timeout_ms;
	size_t count = client_descriptors(&asker->client, wait, &timeout_ms);

	wait[count] = (struct pollfd){ .fd = asker->wake, .events = POLLIN };
	if (poll(wait, count + 1, timeout_ms) > 0 &&
	    wait[count].revents != 0)
		clear_event(asker->wake);
}

static enum client_fault
connect_client(struct asker *asker)
{
	enum client_fault fault;

	if (asker->connected)
		return CLIENT_FINE;
	fault = client_open(&asker->client, &asker->place,
	    asker->timeout_ms);
	asker->connected = true;
	return fault;
}

static void
disconnect(struct asker *asker)
{
	if (asker->connected)
		client_close(&asker->client);
	asker->connected = false;
}

/* -ECANCELED: the answer is not wanted any more. */
static int
carry_out(struct asker *asker, struct job *job)
{
	struct client_request request = { .method = job->method,
		.target = job->target, .body = job->body };
	int fault = (int)connect_client(asker);

	if (fault == CLIENT_FINE) {
		fault = (int)client_begin(&asker->client, &request,
		    &job->answer.answer);
		if (fault == CLIENT_FINE)
			fault = client_step(&asker->client);
	}
	while (fault == -EINPROGRESS) {
		wait_for(asker);
		if (is_unwanted(asker)) {
			client_cancel(&asker->client);
			return -ECANCELED;
		}
		fault = client_step(&asker->client);
	}
	return fault;
}

static void
serve(struct asker *asker, struct job *job)
{
	int fault = carry_out(asker, job);

	if (fault == CLIENT_LATE)
		snprintf(job->answer.problem, sizeof(job->answer.problem),
		    "%s: no whole answer within %g s", asker->client.name,
		    asker->timeout_ms / 1000.0);
	else if (fault > CLIENT_FINE)
		snprintf(job->answer.problem, sizeof(job->answer.problem),
		    "%s", asker->client.complaint);
	job->answer.sent = asker->client.sent;
	if (fault != CLIENT_FINE ||
	    job->answer.answer.status == HTTP_UNAUTHORIZED)
		disconnect(asker);
	job->answer.fault = fault < 0 ? CLIENT_FAILED :
	    (enum client_fault)fault;
	pthread_mutex_lock(&asker->mutex);
	asker->current = NULL;
	if (fault == -ECANCELED || job->dropped)
		job_free(job);
	else
		append(&asker->done, job);
	pthread_mutex_unlock(&asker->mutex);
	signal_event(asker->ready);
}

/* The next one, which is under way from here on; NULL: it is over. */
static struct job *
next_job(struct asker *asker)
{
	struct pollfd wait = { .fd = asker->wake, .events = POLLIN };
	struct job *job = NULL;
	bool stop = false;

	while (job == NULL && !stop) {
		pthread_mutex_lock(&asker->mutex);
		stop = asker->stop;
		if (!stop && asker->waiting != NULL) {
			job = asker->waiting;
			asker->waiting = job->next;
			job->next = NULL;
			asker->current = job;
		}
		pthread_mutex_unlock(&asker->mutex);
		if (job == NULL && !stop && poll(&wait, 1, -1) > 0)
			clear_event(asker->wake);
	}
	return job;
}

static void *
work(void *argument)
{
	struct asker *asker = argument;
	struct job *job;

	while ((job = next_job(asker)) != NULL)
		serve(asker, job);
	disconnect(asker);
	return NULL;
}

/* Signals are for the thread that waits for them. */
static int
start(struct asker *asker)
{
	sigset_t all, former;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &former);
	error = pthread_create(&asker->thread, NULL, work, asker);
	pthread_sigmask(SIG_SETMASK, &former, NULL);
	return -error;
}

int
asker_open(struct asker **opened, const struct client_place *place,
    uint32_t timeout_ms)
{
	struct asker *asker = calloc(1, sizeof(*asker));
	int error;

	*opened = NULL;
	if (asker == NULL)
		return -ENOMEM;
	asker->place = *place;
	asker->timeout_ms = timeout_ms;
	pthread_mutex_init(&asker->mutex, NULL);
	asker->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	asker->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	error = asker->wake < 0 || asker->ready < 0 ? -errno : 0;
	/* Not safe in several threads everywhere. */
	if (error == 0 && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		error = -ENOMEM;
	if (error == 0)
		error = start(asker);
	if (error == 0) {
		*opened = asker;
		return 0;
	}
	if (asker->wake >= 0)
		close(asker->wake);
	if (asker->ready >= 0)
		close(asker->ready);
	pthread_mutex_destroy(&asker->mutex);
	free(asker);
	return error;
}

void
asker_close(struct asker *asker)
{
	if (asker == NULL)
		return;
	pthread_mutex_lock(&asker->mutex);
	asker->stop = true;
	pthread_mutex_unlock(&asker->mutex);
	signal_event(asker->wake);
	pthread_join(asker->thread, NULL);
	jobs_free(asker->waiting);
	jobs_free(asker->done);
	close(asker->wake);
	close(asker->ready);
	pthread_mutex_destroy(&asker->mutex);
	free(asker);
}

int
asker_descriptor(const struct asker *asker)
{
	return asker->ready;
}

static struct job *
job_make(const struct asker_request *request)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job == NULL)
		return NULL;
	job->method = strdup(request->method);
	job->target = strdup(request->target);
	if (request->body != NULL)
		job->body = strdup(request->body);
	job->answer.number = request->number;
	if (job->method != NULL && job->target != NULL &&
	    (request->body == NULL || job->body != NULL))
		return job;
	job_free(job);
	return NULL;
}

int
asker_ask(struct asker *asker, const struct asker_request *request)
{
	struct job *job = job_make(request);
	const struct job *each;
	int error = 0, count;

	if (job == NULL)
		return -ENOMEM;
	pthread_mutex_lock(&asker->mutex);
	count = asker->current != NULL;
	for (each = asker->waiting; each != NULL; each = each->next)
		count++;
	if (count < ASKER_REQUESTS_MAX)
		append(&asker->waiting, job);
	else
		error = -EBUSY;
	pthread_mutex_unlock(&asker->mutex);
	if (error != 0)
		job_free(job);
	else
		signal_event(asker->wake);
	return error;
}

/* Out of the list, if it is there. */
static void
take_out(struct job **list, uint32_t number)
{
	struct job *job;

	while ((job = *list) != NULL) {
		if (job->answer.number != number) {
			list = &job->next;
			continue;
		}
		*list = job->next;
		job_free(job);
	}
}

void
asker_drop(struct asker *asker, uint32_t number)
{
	pthread_mutex_lock(&asker->mutex);
	take_out(&asker->waiting, number);
	take_out(&asker->done, number);
	if (asker->current != NULL &&
	    asker->current->answer.number == number)
		asker->current->dropped = true;
	pthread_mutex_unlock(&asker->mutex);
	signal_event(asker->wake);
}

bool
asker_take(struct asker *asker, struct asker_answer *answer)
{
	struct job *job;

	clear_event(asker->ready);
	pthread_mutex_lock(&asker->mutex);
	job = asker->done;
	if (job != NULL)
		asker->done = job->next;
	/* Another one is still to be told of. */
	if (asker->done != NULL)
		signal_event(asker->ready);
	pthread_mutex_unlock(&asker->mutex);
	if (job == NULL)
		return false;
	*answer = job->answer;
	memset(&job->answer.answer, 0, sizeof(job->answer.answer));
	job_free(job);
	return true;
}
