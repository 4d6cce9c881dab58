/* Harm to the files of a node. */
#include "tests/unit/core/damage.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/suite.h"

void
damage_fill(struct node *node, int notes)
{
	char text[24], request[24];
	int i;

	node_start(node);
	node_settle(node, 0);
	for (i = 1; i <= notes; i++) {
		snprintf(text, sizeof(text), "note %d", i);
		snprintf(request, sizeof(request), "note-%d", i);
		CU_ASSERT_EQUAL(node_note(node, text, request), REPLY_OK);
	}
	node_stop(node);
}

void
damage_expect_notes(struct node *node, int notes)
{
	const struct model *model = shared_model(node->shared, NULL, NULL);
	const struct row_note *note;
	int64_t rows, bad;
	char text[24];
	int i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(model);
	CU_ASSERT_EQUAL_FATAL(model_count(model, ROW_TABLE_NOTE),
	    (size_t)notes);
	for (i = 0; i < notes; i++) {
		note = model_at(model, ROW_TABLE_NOTE, (size_t)i);
		snprintf(text, sizeof(text), "note %d", i + 1);
		CU_ASSERT_STRING_EQUAL(note->text, text);
	}
	CU_ASSERT_EQUAL(state_audit_verify(node->shared->state, &rows, &bad),
	    0);
}

struct found {
	const char	*verb;
	int		 count;
	char		*text;
};

static int
look_at_act(void *context, const struct row_audit *row)
{
	struct found *found = context;
	size_t used = strlen(found->text);

	if (strcmp(row->verb, found->verb) != 0)
		return 0;
	found->count++;
	snprintf(found->text + used, DAMAGE_TEXT - used, "%.500s%.500s\n",
	    row->new, row->note);
	return 0;
}

int
damage_audit(struct node *node, const char *verb, char text[DAMAGE_TEXT])
{
	const struct state_audit_query query = { 0 };
	struct found found = { verb, 0, text };

	text[0] = '\0';
	CU_ASSERT_EQUAL(state_audit_read(node->shared->state, &query,
	    look_at_act, &found), 0);
	return found.count;
}

/* Over all but the first bytes, which say what it is. */
static void
scribble(const char *path, off_t from)
{
	unsigned char bytes[512];
	struct stat status;
	int file = open(path, O_WRONLY);

	CU_ASSERT_FATAL(file != -1 && fstat(file, &status) == 0);
	memset(bytes, 0xa5, sizeof(bytes));
	for (; from < status.st_size; from += (off_t)sizeof(bytes))
		CU_ASSERT_FATAL(pwrite(file, bytes, (size_t)(
		    status.st_size - from < (off_t)sizeof(bytes) ?
		    status.st_size - from : (off_t)sizeof(bytes)), from) > 0);
	close(file);
}

void
damage_scribble_state(const struct node *node)
{
	scribble(node_file(node, "state.db"), 4096);
}

void
damage_remove_state(const struct node *node)
{
	(void)unlink(node_file(node, "state.db-wal"));
	(void)unlink(node_file(node, "state.db-shm"));
	CU_ASSERT_EQUAL(unlink(node_file(node, "state.db")), 0);
}

void
damage_scribble_log(const struct node *node)
{
	scribble(node_file(node, "cluster/log/metadata1"), 0);
	if (node_has(node, "cluster/log/metadata2"))
		scribble(node_file(node, "cluster/log/metadata2"), 0);
}

/* Closed segments are FIRST-LAST, in digits of a fixed number. */
static bool
is_segment(const char *name)
{
	return name[0] >= '0' && name[0] <= '9' && strlen(name) == 33;
}

static off_t
last_segment(const struct node *node, char name[64])
{
	DIR *files = opendir(node_file(node, "cluster/log"));
	char last[64] = "";
	struct dirent *entry;
	struct stat status;

	CU_ASSERT_PTR_NOT_NULL_FATAL(files);
	while ((entry = readdir(files)) != NULL)
		if (is_segment(entry->d_name) &&
		    strcmp(entry->d_name, last) > 0)
			snprintf(last, sizeof(last), "%.40s", entry->d_name);
	closedir(files);
	CU_ASSERT_FATAL(last[0] != '\0');
	snprintf(name, 64, "cluster/log/%.40s", last);
	CU_ASSERT_EQUAL_FATAL(stat(node_file(node, name), &status), 0);
	return status.st_size;
}

void
damage_cut_log(const struct node *node)
{
	char name[64];
	off_t size = last_segment(node, name);

	CU_ASSERT_EQUAL(truncate(node_file(node, name), size / 2), 0);
}

void
damage_flip_in_log(const struct node *node)
{
	char name[64];
	off_t size = last_segment(node, name);
	int file = open(node_file(node, name), O_RDWR);
	unsigned char byte;

	CU_ASSERT_FATAL(file != -1);
	CU_ASSERT_EQUAL(pread(file, &byte, 1, size - 40), 1);
	byte ^= 0x10;
	CU_ASSERT_EQUAL(pwrite(file, &byte, 1, size - 40), 1);
	close(file);
}

void
damage_remove_log(const struct node *node)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -r %s",
	    node_file(node, "cluster/log"));
	CU_ASSERT_EQUAL(system(command), 0);
}
