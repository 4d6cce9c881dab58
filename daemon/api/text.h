/*
 * JSON written as text, for what has many rows: a tree of values would
 * cost several times what its text does.
 */
#ifndef DROVER_API_TEXT_H
#define DROVER_API_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* Zeroed where a text begins; text_free() at its end. */
struct text {
	char	*bytes;		/* not NUL-terminated */
	size_t	 length;
	size_t	 room;
	bool	 failed;	/* no memory; what follows is dropped */
};

void	text_free(struct text *text);
void	text_add(struct text *text, const char *bytes, size_t length);
void	text_add_word(struct text *text, const char *word);
/* As values of JSON: ASCII alone, null for what is not finite. */
void	text_add_real(struct text *text, double value);
void	text_add_integer(struct text *text, int64_t value);
void	text_add_string(struct text *text, const char *value);

/*
 * A string of text that may have been cut within a character: each byte
 * that is not UTF-8 becomes U+FFFD, and 512 bytes of such text are enough.
 * NULL: no memory.
 */
json_t	*text_json(const char *value);

#endif
