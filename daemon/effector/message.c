#include "effector/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static const char *const types[EFFECTOR_MESSAGES] = {
	"dispatch", "begun", "refused", "ack", "probe", "begin", "result",
	"probed"
};

bool
effector_message_same(const struct effector_message *left,
    const struct effector_message *right)
{
	return left->plan == right->plan && left->step == right->step &&
	    left->attempt == right->attempt && left->token == right->token;
}

int
effector_message_write(const struct effector_message *message, char *line,
    size_t size)
{
	json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, "
	    "s:s, s:s, s:s, s:s, s:s}", "type", types[message->type],
	    "plan", (json_int_t)message->plan,
	    "step", (json_int_t)message->step,
	    "attempt", (json_int_t)message->attempt,
	    "token", (json_int_t)message->token,
	    "timeout_ms", (json_int_t)message->timeout_ms,
	    "code", (json_int_t)message->code, "op", message->op,
	    "node", message->node, "target", message->target,
	    "argument", message->argument, "text", message->text);
	size_t length;

	if (object == NULL)
		return -ENOMEM;
	length = json_dumpb(object, line, size, JSON_COMPACT);
	json_decref(object);
	if (length == 0 || length + 2 > size)
		return -ENOSPC;
	line[length] = '\n';
	line[length + 1] = '\0';
	return (int)length + 1;
}

static int
find_type(const char *word, enum effector_message_type *type)
{
	size_t i;

	for (i = 0; i < EFFECTOR_MESSAGES; i++) {
		if (strcmp(types[i], word) != 0)
			continue;
		*type = (enum effector_message_type)i;
		return 0;
	}
	return -EPROTO;
}

static int
copy(char *to, size_t room, const char *from)
{
	size_t length = strlen(from);

	if (length >= room)
		return -EPROTO;
	memcpy(to, from, length + 1);
	return 0;
}

static int
read_texts(struct effector_message *message, const char *const texts[5])
{
	int error = copy(message->op, sizeof(message->op), texts[0]);

	if (error == 0)
		error = copy(message->node, sizeof(message->node), texts[1]);
	if (error == 0)
		error = copy(message->target, sizeof(message->target),
		    texts[2]);
	if (error == 0)
		error = copy(message->argument, sizeof(message->argument),
		    texts[3]);
	if (error == 0)
		error = copy(message->text, sizeof(message->text), texts[4]);
	return error;
}

int
effector_message_read(struct effector_message *message, const char *line,
    size_t length)
{
	json_t *object = json_loadb(line, length, 0, NULL);
	json_int_t numbers[6];
	const char *word, *texts[5];
	int error = -EPROTO;

	memset(message, 0, sizeof(*message));
	if (object == NULL)
		return -EPROTO;
	if (json_unpack(object, "{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:s, "
	    "s:s, s:s, s:s, s:s}", "type", &word, "plan", &numbers[0],
	    "step", &numbers[1], "attempt", &numbers[2], "token",
	    &numbers[3], "timeout_ms", &numbers[4], "code", &numbers[5],
	    "op", &texts[0], "node", &texts[1], "target", &texts[2],
	    "argument", &texts[3], "text", &texts[4]) == 0)
		error = find_type(word, &message->type);
	if (error == 0) {
		message->plan = numbers[0];
		message->step = numbers[1];
		message->attempt = numbers[2];
		message->token = numbers[3];
		message->timeout_ms = numbers[4];
		message->code = numbers[5];
		error = read_texts(message, texts);
	}
	json_decref(object);
	return error;
}

/* The lines that are whole; what is left moves to the front. */
static int
take_lines(struct effector_lines *lines, void (*take)(void *context,
    const struct effector_message *message), void *context)
{
	struct effector_message message;
	char *begin = lines->bytes, *end;
	size_t left = lines->length;
	int error = 0;

	while (error == 0 && (end = memchr(begin, '\n', left)) != NULL) {
		error = effector_message_read(&message, begin,
		    (size_t)(end - begin));
		left -= (size_t)(end + 1 - begin);
		begin = end + 1;
		if (error == 0)
			take(context, &message);
	}
	memmove(lines->bytes, begin, left);
	lines->length = left;
	return error;
}

int
effector_lines_add(struct effector_lines *lines, const char *bytes,
    size_t length, void (*take)(void *context,
    const struct effector_message *message), void *context)
{
	size_t room, some;
	int error = 0;

	while (error == 0 && length > 0) {
		room = sizeof(lines->bytes) - lines->length;
		if (room == 0)
			return -EPROTO;
		some = length < room ? length : room;
		memcpy(lines->bytes + lines->length, bytes, some);
		lines->length += some;
		bytes += some;
		length -= some;
		error = take_lines(lines, take, context);
	}
	return error;
}
