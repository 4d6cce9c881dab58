/*
 * What the core and the effector of a node say to each other, over the
 * stream socket RUNTIME/effector.sock: one JSON object a line, both ways.
 *
 *	core -> effector	DISPATCH	carry this out, once you may
 *				BEGUN		you may: its begin is committed
 *				REFUSED		you may not; forget it
 *				ACK		its end is committed; forget it
 *				PROBE		did it take effect?
 *	effector -> core	BEGIN		may I?
 *				RESULT		code and text
 *				PROBED		code and text
 *
 * BEGIN and RESULT are repeated every second until they are answered, so
 * that nothing depends on a connection.  code is enum step_code.
 */
#ifndef DROVER_EFFECTOR_MESSAGE_H
#define DROVER_EFFECTOR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EFFECTOR_SOCKET		"effector.sock"
#define EFFECTOR_LINE_MAX	4096
#define EFFECTOR_REPEAT_MS	1000

enum effector_message_type {
	EFFECTOR_DISPATCH,
	EFFECTOR_BEGUN,
	EFFECTOR_REFUSED,
	EFFECTOR_ACK,
	EFFECTOR_PROBE,
	EFFECTOR_BEGIN,
	EFFECTOR_RESULT,
	EFFECTOR_PROBED,
	EFFECTOR_MESSAGES
};

struct effector_message {
	enum effector_message_type	 type;
	int64_t				 plan;
	int64_t				 step;
	int64_t				 attempt;
	int64_t				 token;
	int64_t				 timeout_ms;
	int64_t				 code;
	char				 op[33];
	char				 node[65];
	char				 target[65];
	char				 argument[257];
	char				 text[257];
};

/* The same attempt of the same step? */
bool	effector_message_same(const struct effector_message *left,
	    const struct effector_message *right);
/* With its newline.  The length; -ENOSPC, -ENOMEM. */
int	effector_message_write(const struct effector_message *message,
	    char *line, size_t size);
/* line without its newline.  -EPROTO: it is none. */
int	effector_message_read(struct effector_message *message,
	    const char *line, size_t length);

/* Bytes of a stream, cut into lines. */
struct effector_lines {
	char	bytes[EFFECTOR_LINE_MAX];
	size_t	length;
};

/*
 * Calls take for each message in what came.  -EPROTO: the other end speaks
 * something else.
 */
int	effector_lines_add(struct effector_lines *lines, const char *bytes,
	    size_t length, void (*take)(void *context,
	    const struct effector_message *message), void *context);

#endif
