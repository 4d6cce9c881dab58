/*
 * The rows of shared state: rows.def as structs, and as descriptions that
 * the model, the hash chain and the store walk.
 */
#ifndef DROVER_RULES_ROW_H
#define DROVER_RULES_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbered from 0 in the order of rows.def; the store knows them by name. */
enum row_table {
#define ROW(NAME, name, kept, keys)	ROW_TABLE_##NAME,
#include "rules/rows.def"
#undef ROW
	ROW_TABLES
};

#define ROW_TEXT(name, room)	char name[room];
#define ROW_NUMBER(name)	int64_t name;
#define ROW(NAME, name, kept, keys)	\
	struct row_##name { ROW_##NAME(ROW_TEXT, ROW_NUMBER) };
#include "rules/rows.def"
#undef ROW
#undef ROW_TEXT
#undef ROW_NUMBER

enum node_member { MEMBER_VOTER, MEMBER_STANDBY, MEMBER_PLAIN };
enum node_found { NODE_UNKNOWN, NODE_UP, NODE_SUSPECT, NODE_DOWN };
enum node_drain { DRAIN_NONE, DRAIN_RUNNING, DRAIN_DONE, DRAIN_LATE };
enum hold_kind { HOLD_PAUSE, HOLD_MAINTENANCE, HOLD_SILENCE, HOLD_VETO };

struct row_field {
	const char	*name;
	size_t		 offset;
	size_t		 room;		/* 0: a number */
};

struct row_kind {
	const char		*name;
	size_t			 bytes;		/* of the struct */
	bool			 kept;		/* in memory */
	size_t			 keys;
	size_t			 count;
	const struct row_field	*fields;
};

const struct row_kind *row_kind(enum row_table table);

/* By the key; as strcmp(). */
int	row_compare(enum row_table table, const void *left,
	    const void *right);
/* Every field the same. */
bool	row_equal(enum row_table table, const void *left, const void *right);

/* Bytes to be hashed.  grow() stands for -ENOMEM in failed. */
struct row_bytes {
	unsigned char	*bytes;
	size_t		 length;
	size_t		 room;
	bool		 failed;
};

void	row_bytes_free(struct row_bytes *bytes);
void	row_bytes_add(struct row_bytes *bytes, const void *data,
	    size_t length);
void	row_bytes_number(struct row_bytes *bytes, uint64_t number);
void	row_bytes_text(struct row_bytes *bytes, const char *text);
/* The table and the first count fields of the row; all with SIZE_MAX. */
void	row_bytes_row(struct row_bytes *bytes, enum row_table table,
	    const void *row, size_t count);

#endif
