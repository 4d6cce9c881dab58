#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/reload_text.h"
#include "process/log.h"
#include "rules/digest.h"
#include "store/durable.h"

/* The first line of what is kept; a comment to who reads it as a file. */
#define HEAD	"# in force until a file with this digest is confirmed: "
#define HEAD_BYTES	(sizeof(HEAD) - 1 + DIGEST_TEXT)
#define KEPT_BYTES_MAX	(HEAD_BYTES + CONFIG_FILE_BYTES_MAX)

const char *
reload_text_name(const struct reload_text *text)
{
	return text->path[0] == '\0' ? "defaults" : text->path;
}

static void
kept_path(const char *directory, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/" RELOAD_KEPT_NAME, directory);
}

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

	kept_path(directory, path);
	return error == 0 ? durable_write(path, 0600, pieces, 2) : error;
}

/* All of a file that has room for one more byte; -ENOENT: there is none. */
static int
read_kept(const char *path, struct reload_text *kept)
{
	FILE *file = fopen(path, "re");
	int error = 0;

	if (file == NULL)
		return -errno;
	kept->text = malloc(KEPT_BYTES_MAX + 1);
	if (kept->text == NULL)
		error = -ENOMEM;
	else
		kept->length = fread(kept->text, 1, KEPT_BYTES_MAX + 1, file);
	if (error == 0 && ferror(file))
		error = -EIO;
	if (error == 0 && kept->length > KEPT_BYTES_MAX)
		error = -EFBIG;
	fclose(file);
	return error;
}

static bool
has_head(const struct reload_text *kept)
{
	return kept->length >= HEAD_BYTES &&
	    memcmp(kept->text, HEAD, sizeof(HEAD) - 1) == 0 &&
	    kept->text[HEAD_BYTES - 1] == '\n';
}

static int
take_kept(struct reload_text *text, struct reload_text *kept)
{
	free(text->text);
	text->text = kept->text;
	text->length = kept->length - HEAD_BYTES;
	kept->text = NULL;
	memmove(text->text, text->text + HEAD_BYTES, text->length);
	return shrink(text);
}

int
reload_text_restore(const char *directory, struct reload_text *text)
{
	struct reload_text kept = { 0 };
	char path[PATH_MAX], head[HEAD_BYTES + 1] = "";
	int error;

	kept_path(directory, path);
	error = read_kept(path, &kept);
	if (error == -ENOENT)
		return 0;
	if (error != 0 && error != -ENOMEM)
		log_warnx("%s: %s", path, strerror(-error));
	text->kept = RELOAD_KEPT_DAMAGED;
	if (error == 0 && has_head(&kept)) {
		error = make_head(text, head);
		text->kept = memcmp(kept.text, head, HEAD_BYTES) == 0 ?
		    RELOAD_KEPT_TAKEN : RELOAD_KEPT_EDITED;
	}
	if (error == 0 && text->kept == RELOAD_KEPT_TAKEN)
		error = take_kept(text, &kept);
	free(kept.text);
	return error == -ENOMEM ? error : 0;
}

int
reload_text_settle(const char *directory)
{
	char path[PATH_MAX];
	int error = 0;

	kept_path(directory, path);
	if (unlink(path) != 0)
		error = errno == ENOENT ? 0 : -errno;
	else
		error = durable_sync_name(path);
	if (error != 0)
		log_warnx("%s: cannot be removed: %s", path,
		    strerror(-error));
	return error;
}
