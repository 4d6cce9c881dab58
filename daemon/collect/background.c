/* A thread for work that may never return. */
#include "collect/background.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define STACK_BYTES	(128 * 1024)
#define STOP_WAIT_NS	(INT64_C(100) * 1000 * 1000)

/*
 * The thread and its owner share this.  Whoever lets go last frees it:
 * the owner when the thread has ended, the thread when it was stuck while
 * the owner left.
 */
struct background {
	pthread_mutex_t		 lock;		/* of what is published */
	pthread_mutex_t		 state_lock;
	pthread_cond_t		 changed;
	struct background_work	 work;
	void			*context;
	uint64_t		 rounds;
	bool			 stop;
	bool			 ended;
	bool			 abandoned;
};

static void
deadline_after(struct timespec *deadline, int64_t ns)
{
	clock_gettime(CLOCK_MONOTONIC, deadline);
	deadline->tv_sec += ns / 1000000000;
	deadline->tv_nsec += ns % 1000000000;
	if (deadline->tv_nsec >= 1000000000) {
		deadline->tv_sec++;
		deadline->tv_nsec -= 1000000000;
	}
}

static void
background_free(struct background *background)
{
	background->work.release(background->context);
	pthread_cond_destroy(&background->changed);
	pthread_mutex_destroy(&background->state_lock);
	pthread_mutex_destroy(&background->lock);
	free(background);
}

/* Note the end of a round and wait for the next.  False: stop. */
static bool
next_round(struct background *background)
{
	struct timespec deadline;
	int error = 0;
	bool stop;

	deadline_after(&deadline, background->work.pace_ns);
	pthread_mutex_lock(&background->state_lock);
	background->rounds++;
	pthread_cond_broadcast(&background->changed);
	while (!background->stop && error == 0)
		error = pthread_cond_timedwait(&background->changed,
		    &background->state_lock, &deadline);
	stop = background->stop;
	pthread_mutex_unlock(&background->state_lock);
	return !stop;
}

static void *
background_run(void *argument)
{
	struct background *background = argument;
	bool abandoned;

	do
		background->work.round(background, background->context);
	while (next_round(background));

	pthread_mutex_lock(&background->state_lock);
	background->ended = true;
	abandoned = background->abandoned;
	pthread_cond_broadcast(&background->changed);
	pthread_mutex_unlock(&background->state_lock);
	if (abandoned)
		background_free(background);
	return NULL;
}

static int
start_thread(struct background *background)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int error;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attributes, background_run,
	    background);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		pthread_setname_np(thread, "collect");
	return -error;
}

int
background_start(struct background **background_out,
    const struct background_work *work, void *context)
{
	struct background *background;
	pthread_condattr_t attributes;
	int error;

	background = calloc(1, sizeof(*background));
	if (background == NULL)
		return -ENOMEM;
	background->work = *work;
	background->context = context;
	pthread_mutex_init(&background->lock, NULL);
	pthread_mutex_init(&background->state_lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&background->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	error = start_thread(background);
	if (error != 0) {
		pthread_cond_destroy(&background->changed);
		pthread_mutex_destroy(&background->state_lock);
		pthread_mutex_destroy(&background->lock);
		free(background);
		return error;
	}
	*background_out = background;
	return 0;
}

void
background_stop(struct background *background)
{
	struct timespec deadline;
	int error = 0;
	bool ended;

	if (background == NULL)
		return;
	deadline_after(&deadline, STOP_WAIT_NS);
	pthread_mutex_lock(&background->state_lock);
	background->stop = true;
	pthread_cond_broadcast(&background->changed);
	while (!background->ended && error == 0)
		error = pthread_cond_timedwait(&background->changed,
		    &background->state_lock, &deadline);
	ended = background->ended;
	background->abandoned = !ended;
	pthread_mutex_unlock(&background->state_lock);
	if (ended)
		background_free(background);
}

bool
background_wait_first(struct background *background, int64_t timeout_ns)
{
	struct timespec deadline;
	int error = 0;
	bool done;

	deadline_after(&deadline, timeout_ns);
	pthread_mutex_lock(&background->state_lock);
	while (background->rounds == 0 && error == 0)
		error = pthread_cond_timedwait(&background->changed,
		    &background->state_lock, &deadline);
	done = background->rounds != 0;
	pthread_mutex_unlock(&background->state_lock);
	return done;
}

void
background_lock(struct background *background)
{
	pthread_mutex_lock(&background->lock);
}

void
background_unlock(struct background *background)
{
	pthread_mutex_unlock(&background->lock);
}
