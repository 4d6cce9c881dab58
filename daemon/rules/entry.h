/*
 * Entries of the log: what one caller asked for, with all that the rules
 * need to decide on it, and their one encoding.
 *
 * The encoding is canonical: what decodes encodes to the same bytes, a
 * multiple of eight as the engine wants it.  Little-endian:
 *
 *	version, kind: 16 bits; length in bytes: 32
 *	cluster_ms, wall_ms, measured_index, measured_ms: 64 each
 *	role, via, count of targets, of facts, of arguments: 8 each; 24 of 0
 *	request id, caller, origin
 *	targets
 *	facts		number: 16, value: 64, subject
 *	arguments	number: 16, value: 64 or a text, rising by number
 *	zeros up to a multiple of 8
 *
 * where a text is its length (16 bits), its bytes and a NUL.
 *
 * Every text is valid UTF-8 of one line without control characters; every
 * number is 0 to INT64_MAX.
 */
#ifndef DROVER_RULES_ENTRY_H
#define DROVER_RULES_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENTRY_VERSION		1
#define ENTRY_BYTES_MAX		16384
#define ENTRY_NAME_MAX		64	/* bytes of a name, without NUL */
#define ENTRY_TARGETS_MAX	32
#define ENTRY_FACTS_MAX		64
#define ENTRY_ARGUMENTS_MAX	16

enum entry_argument_number {
#define ARGUMENT(NAME, number, TYPE, limit, name, help)	\
	ARGUMENT_##NAME = (number),
#include <drover/tables/arguments.def>
#undef ARGUMENT
};

enum entry_fact_number {
#define FACT(NAME, number, name, help)	FACT_##NAME = (number),
#include <drover/tables/facts.def>
#undef FACT
};

/* How the caller was recognised. */
enum entry_via {
	VIA_LOCAL = 1,		/* peer credentials of the UNIX socket */
	VIA_TOKEN = 2,		/* the model knows the account */
	VIA_SYSTEM = 3		/* drover itself */
};

struct entry_caller {
	const char	*name;
	const char	*origin;	/* "uid 1000", "192.0.2.7"; "" */
	uint8_t		 role;		/* as its door found it */
	uint8_t		 via;
};

struct entry_fact {
	uint16_t	 number;
	int64_t		 value;
	const char	*subject;
};

struct entry_argument {
	uint16_t	 number;
	int64_t		 value;		/* of a NUMBER */
	const char	*text;		/* of a TEXT, else NULL */
};

struct entry {
	uint16_t		 version;
	uint16_t		 kind;		/* enum entry_kind */
	const char		*request;	/* id, a name */
	int64_t			 cluster_ms;
	int64_t			 wall_ms;	/* for people */
	struct entry_caller	 caller;
	/* Where in the log and when the facts were measured; 0 and 0 when
	   they could not be. */
	int64_t			 measured_index;
	int64_t			 measured_ms;	/* cluster time */
	uint8_t			 target_count;
	uint8_t			 fact_count;
	uint8_t			 argument_count;
	const char		*targets[ENTRY_TARGETS_MAX];
	struct entry_fact	 facts[ENTRY_FACTS_MAX];
	struct entry_argument	 arguments[ENTRY_ARGUMENTS_MAX];
	/* Set by entry_decode(): the encoding. */
	const unsigned char	*bytes;
	size_t			 length;
};

/*
 * Fills buffer.  -EINVAL: a limit or a rule above is broken; -ENOSPC: it
 * takes more than size bytes.
 */
int	entry_encode(const struct entry *entry, void *buffer, size_t size,
	    size_t *length);
/*
 * The texts of entry lie in bytes, which must stay as long as they are
 * used.  -ENOTSUP: a newer drover wrote it, and this one cannot go on;
 * -EPROTO: it is no entry.
 */
int	entry_decode(struct entry *entry, const void *bytes, size_t length);

/*
 * Adding to an entry that is being made.  -E2BIG when it is full.  The
 * texts are not copied.
 */
int	entry_add_target(struct entry *entry, const char *name);
int	entry_add_fact(struct entry *entry, enum entry_fact_number number,
	    const char *subject, int64_t value);
/* Keeps them rising; -EEXIST when it has that one. */
int	entry_add_number(struct entry *entry,
	    enum entry_argument_number number, int64_t value);
int	entry_add_text(struct entry *entry,
	    enum entry_argument_number number, const char *text);

/* NULL when it is not given. */
const struct entry_argument *entry_argument(const struct entry *entry,
	    enum entry_argument_number number);
/* "" and the default when it is not given. */
const char *entry_text(const struct entry *entry,
	    enum entry_argument_number number);
int64_t	entry_number(const struct entry *entry,
	    enum entry_argument_number number, int64_t otherwise);
/* The first fact of that number about subject (NULL: any), or NULL. */
const struct entry_fact *entry_fact(const struct entry *entry,
	    enum entry_fact_number number, const char *subject);

/* Names of nodes, accounts, settings, requests: see REPLY_BAD_NAME. */
bool	entry_name_is_valid(const char *name);

#endif
