/*
 * The faults of this node: its detectors (daemon/detect), fed with each
 * sample, and what they find, held against the faults of the shared state.
 * Where the two differ an entry is proposed, one at a time: so a proposal
 * that got lost, a restart and a log that began anew need no care.
 *
 * After a start the detectors know nothing: a fault that none of them finds
 * is left alone until they have had their time.
 */
#ifndef DROVER_CORE_FAULTS_H
#define DROVER_CORE_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/backend.h"
#include "collect/sample.h"
#include "config/config.h"
#include "core/shared.h"
#include "detect/detect.h"

/* Evidence of what stands is dated anew this often. */
#define FAULTS_REFRESH_MS	60000
/* For the detectors to find again what stood before a start. */
#define FAULTS_GRACE_MS		120000

struct faults;

/* node stays the caller's.  NULL: no memory. */
struct faults *faults_new(const char *node);
void	faults_free(struct faults *faults);

/*
 * So often samples come: rows much further apart are a gap, over which
 * nothing lasts.  Another gap begins anew, as a start does.
 */
void	faults_pace(struct faults *faults, int64_t interval_ms);

/*
 * Which models should be in the memory of which backend, by its lists of
 * backends[].models; it stays the caller's, until the next call.
 */
void	faults_want(struct faults *faults, const struct config *config);

/*
 * What tells how much is left without the target of a fault, as severity_of()
 * takes it; by default nothing is known.
 */
void	faults_weigh(struct faults *faults, int64_t (*room_milli)(
	    void *context, int64_t class, const char *target),
	    void *context);

/* What was seen beside the sample of the host. */
struct faults_seen {
	const struct sample_device	*gpus;
	size_t				 gpu_count;
	const struct backend_status	*backends;
	size_t				 backend_count;
};

/* What was measured; times are of CLOCK_BOOTTIME. */
void	faults_sample(struct faults *faults, const struct sample *sample,
	    const struct faults_seen *seen);
/* Would a canary tell more of that backend? */
bool	faults_want_canary(const struct faults *faults,
	    const char *backend);
/*
 * Proposes what is due, if anything: while this node leads.  cluster_ms is
 * the time of the cluster, now_ms that of the last sample.
 */
void	faults_propose(struct faults *faults, struct shared *shared,
	    int64_t now_ms);

/* How many findings stand. */
size_t	faults_standing(const struct faults *faults);

/* Does a finding of that class stand? */
bool	faults_stand(const struct faults *faults, int64_t class,
	    const char *target, const char *device);
/* Is it certain that nothing of it is found any more?  Not soon after a
   start. */
bool	faults_gone(const struct faults *faults,
	    const struct row_fault *fault);
/* CLOCK_BOOTTIME of the last sample; -1: none yet. */
int64_t	faults_looked_ms(const struct faults *faults);

/*
 * What is to be proposed of a model, pure: the next entry, whose texts are
 * the faults' until the next sample.  False: nothing is due.
 */
bool	faults_next(struct faults *faults, const struct model *model,
	    int64_t cluster_ms, int64_t now_ms, struct entry *entry);
/* What became of that entry, when it was proposed. */
void	faults_told(struct faults *faults,
	    const struct rules_result *result);

#endif
