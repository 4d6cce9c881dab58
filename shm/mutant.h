/*
 * Deliberate mistakes in the protocol, to show that the proofs would catch
 * them: tests/unit/shm compiles this room once for each SEGMENT_MUTANT and
 * expects its stress to find torn rows.  In what is installed there is no
 * mutant.
 */
#ifndef DROVER_SHM_MUTANT_H
#define DROVER_SHM_MUTANT_H

#ifndef SEGMENT_MUTANT
#define SEGMENT_MUTANT	0
#endif

#define MUTANT_NONE		0
#define MUTANT_VERSION_IN_BLOCK	1	/* reader: version of the root block */
#define MUTANT_LATE_HORIZON	2	/* writer: horizon after the root */
#define MUTANT_NO_CHECK		3	/* reader: horizon not looked at */
#define MUTANT_EARLY_CHECK	4	/* reader: horizon loaded before rows */
#define MUTANT_EARLY_RETIRE	5	/* writer: tag of the wrong version */

#if SEGMENT_MUTANT == MUTANT_LATE_HORIZON
#define MUTANT_RAISE_HORIZON(pool)	((void)0)
#define MUTANT_HORIZON_LATE(writer)					\
	segment_store((writer)->pool.horizon_word, (writer)->pool.horizon)
#else
#define MUTANT_RAISE_HORIZON(pool)					\
	segment_store((pool)->horizon_word, (pool)->horizon)
#define MUTANT_HORIZON_LATE(writer)	((void)0)
#endif

#if SEGMENT_MUTANT == MUTANT_EARLY_CHECK
static uint64_t mutant_early __attribute__((unused));
#define MUTANT_SNAPSHOT_BEGUN(snapshot)					\
	(mutant_early = segment_load(					\
	    &(snapshot)->segment->header->horizon))
#define MUTANT_HORIZON(snapshot, horizon)	(mutant_early)
#elif SEGMENT_MUTANT == MUTANT_NO_CHECK
#define MUTANT_SNAPSHOT_BEGUN(snapshot)	((void)0)
#define MUTANT_HORIZON(snapshot, horizon)	((horizon) >> 63)
#else
#define MUTANT_SNAPSHOT_BEGUN(snapshot)	((void)0)
#define MUTANT_HORIZON(snapshot, horizon)	(horizon)
#endif

#if SEGMENT_MUTANT == MUTANT_VERSION_IN_BLOCK
#define MUTANT_VERSION(snapshot, version)				\
	segment_load((const uint64_t *)(snapshot)->block)
#else
#define MUTANT_VERSION(snapshot, version)	(version)
#endif

#if SEGMENT_MUTANT == MUTANT_EARLY_RETIRE
#define MUTANT_LAST_VERSION(version)	((version) - 1)
#else
#define MUTANT_LAST_VERSION(version)	(version)
#endif

#endif
