#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/reload_text.h"
#include "rules/digest.h"
#include "store/durable.h"

/* The first line of what is kept; a comment to who reads it as a file. */
#define HEAD	"# in force until a file with this digest is confirmed: "
#define HEAD_BYTES	(sizeof(HEAD) - 1 + DIGEST_TEXT)

void
reload_text_free(struct reload_text *text)
{
	free(text->text);
	memset(text, 0, sizeof(*text));
}

/* What was read has room for the largest file; this is kept for long. */
static int
shrink(struct reload_text *text)
{
	char *shrunk = realloc(text->text, text->length + 1);

	if (shrunk == NULL)
		return -ENOMEM;
	text->text = shrunk;
	return 0;
}

int
reload_text_read(const char *path, struct reload_text *text,
    struct config_errors *errors)
{
	int error;

	memset(text, 0, sizeof(*text));
	if (path != NULL)
		snprintf(text->path, sizeof(text->path), "%s", path);
	else if (config_find(text->path) != 0)
		text->path[0] = '\0';
	error = config_read(text->path[0] == '\0' ? NULL : text->path,
	    &text->text, &text->length, errors);
	return error == 0 ? shrink(text) : error;
}

/* HEAD, the digest in hexadecimal, and the end of the line. */
static int
make_head(const struct reload_text *refused, char head[HEAD_BYTES + 1])
{
	unsigned char result[DIGEST_BYTES];
	char hexadecimal[DIGEST_TEXT];
	int error = digest(refused->text, refused->length, result);

	if (error != 0)
		return error;
	digest_text(result, DIGEST_BYTES, hexadecimal);
	snprintf(head, HEAD_BYTES + 1, HEAD "%s\n", hexadecimal);
	return 0;
}

int
reload_text_keep(const char *directory, const struct reload_text *text,
    const struct reload_text *refused)
{
	char path[PATH_MAX], head[HEAD_BYTES + 1];
	const struct durable_piece pieces[] = {
		{ head, HEAD_BYTES },
		{ text->text, text->length },
	};
	int error = make_head(refused, head);

	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	return error == 0 ? durable_write(path, 0600, pieces, 2) : error;
}

bool
reload_text_restore(const char *directory, struct reload_text *text)
{
	struct config_errors errors = { 0 };
	char path[PATH_MAX], head[HEAD_BYTES + 1];
	size_t length = 0;
	char *kept = NULL;

	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	if (access(path, F_OK) != 0 || make_head(text, head) != 0)
		return false;
	if (config_read(path, &kept, &length, &errors) != 0 ||
	    length < HEAD_BYTES || memcmp(kept, head, HEAD_BYTES) != 0) {
		config_errors_free(&errors);
		free(kept);
		return false;
	}
	free(text->text);
	text->length = length - HEAD_BYTES;
	memmove(kept, kept + HEAD_BYTES, text->length);
	text->text = kept;
	text->kept = true;
	return shrink(text) == 0;
}

void
reload_text_settle(const char *directory)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	(void)unlink(path);
}
