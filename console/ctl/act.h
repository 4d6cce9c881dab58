/*
 * What each verb does: ask, and print the answer to the standard output.
 * Every call returns the exit status, after one line to stderr when that
 * is not 0.
 */
#ifndef DROVER_CTL_ACT_H
#define DROVER_CTL_ACT_H

#include <jansson.h>

#include "session.h"
#include "options.h"

int	act(const struct options *options);

/*
 * What an answer comes to: the exit status of its numbered reply, or of
 * its HTTP status where it has none.  A refusal is told in one line.
 * *document, released by the caller, is NULL when the body is no JSON
 * object.
 */
int	act_status(const struct options *options,
	    const struct answer *answer, json_t **document);
/* Did nobody answer who may do so again soon? */
bool	act_is_gone(int status);
/* 0, or the status when the standard output could not be written. */
int	act_flush(void);

/* api.c: one request as it was given. */
int	act_api(struct session *session, const struct options *options);
/* events.c: those that are kept, and with -f those that follow. */
int	act_events(struct session *session, const struct options *options);
/* audit.c: the newest first, page by page. */
int	act_audit(struct session *session, const struct options *options);
/* backup.c: checked, and saved whole under its name, or not at all. */
int	act_backup(struct session *session, const struct options *options);
/* restore.c: a backup in the place of the state of a droverd that rests. */
int	act_restore(const struct options *options);
/* history.c: what the recorder of this machine has. */
int	act_report(const struct options *options);
int	act_store_flush(const struct options *options);
/* image.c: saved whole under its name, or not at all. */
int	act_image(struct session *session, const struct options *options,
	    const char *target);

#endif
