/*
 * How writer and readers touch the words they share.  The two sides are
 * processes, so liburcu's barriers and shared accesses serve, not its grace
 * periods: its registry of readers is private to a process.
 *
 * ThreadSanitizer knows no fences.  Built with DROVER_TSAN, every shared
 * word is stored with release and loaded with acquire instead, which
 * orders more than the fences do; the protocol above it is the same.
 */
#ifndef DROVER_SHM_ACCESS_H
#define DROVER_SHM_ACCESS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <urcu/arch.h>
#include <urcu/compiler.h>
#include <urcu/system.h>

#ifdef DROVER_TSAN

static inline uint64_t
segment_load(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void
segment_store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Acquire and release fences: the words carry the order themselves. */
static inline void
segment_fence_acquire(void)
{
}

static inline void
segment_fence_release(void)
{
}

/* Addresses and lengths are multiples of eight wherever these are used. */
static inline void
segment_copy_out(void *to, const void *from, size_t bytes)
{
	const uint64_t *source = from;
	uint64_t word;
	size_t i;

	for (i = 0; i < bytes / sizeof(word); i++) {
		word = segment_load(&source[i]);
		memcpy((char *)to + i * sizeof(word), &word, sizeof(word));
	}
}

static inline void
segment_copy_in(void *to, const void *from, size_t bytes)
{
	uint64_t *target = to;
	uint64_t word;
	size_t i;

	for (i = 0; i < bytes / sizeof(word); i++) {
		memcpy(&word, (const char *)from + i * sizeof(word),
		    sizeof(word));
		segment_store(&target[i], word);
	}
}

static inline void
segment_clear(void *to, size_t bytes)
{
	uint64_t *target = to;
	size_t i;

	for (i = 0; i < bytes / sizeof(*target); i++)
		segment_store(&target[i], 0);
}

#else

static inline uint64_t
segment_load(const uint64_t *word)
{
	return CMM_LOAD_SHARED(*word);
}

static inline void
segment_store(uint64_t *word, uint64_t value)
{
	CMM_STORE_SHARED(*word, value);
}

/*
 * Loads before it are done before loads after it.  Strictly an acquire
 * fence also orders later stores; a reader makes none.
 */
static inline void
segment_fence_acquire(void)
{
	cmm_smp_rmb();
}

/* Stores before it are seen before stores after it. */
static inline void
segment_fence_release(void)
{
	cmm_smp_wmb();
}

static inline void
segment_copy_out(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
}

static inline void
segment_copy_in(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
}

static inline void
segment_clear(void *to, size_t bytes)
{
	memset(to, 0, bytes);
}

#endif

/* Load, and do nothing later before it. */
static inline uint64_t
segment_load_acquire(const uint64_t *word)
{
	uint64_t value;

	value = segment_load(word);
	segment_fence_acquire();
	return value;
}

/* Store, and do everything earlier before it. */
static inline void
segment_store_release(uint64_t *word, uint64_t value)
{
	segment_fence_release();
	segment_store(word, value);
}

#endif
