/*
 * The configuration in force: the text of the file that was taken last,
 * with the settings of the cluster over it.  It changes by one path,
 * whoever asks (SIGHUP, or an operator): the whole file is read and
 * checked, the difference is found, the live parameters are taken over.
 * A file with errors changes nothing.
 *
 * A change may have to be confirmed within a time; else the former text is
 * in force again.  From the change until it is confirmed the former text
 * stands in DIRECTORY/config.confirmed, under the digest of the file that
 * was not confirmed yet: a start takes it in the place of just that file.
 * So a change that cut off whoever made it does not come back with the
 * next start, until the file is edited, or read again on purpose.
 *
 * Everything belongs to the loop's thread.
 */
#ifndef DROVER_CORE_RELOAD_H
#define DROVER_CORE_RELOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "config/config.h"
#include "core/events.h"
#include "rules/model.h"

#define RELOAD_KEPT_NAME	"config.confirmed"
#define RELOAD_DETAIL_BYTES	256

/* What a start found in the place of the file. */
enum reload_kept {
	RELOAD_KEPT_NOTHING,
	RELOAD_KEPT_TAKEN,	/* the former text: it is the text */
	RELOAD_KEPT_EDITED,	/* one that was kept for another file */
	RELOAD_KEPT_DAMAGED	/* nobody can say what it was */
};

/* A text that was read, and where from. */
struct reload_text {
	char			*text;
	size_t			 length;
	char			 path[CONFIG_PATH_BYTES]; /* "": defaults */
	enum reload_kept	 kept;
};

struct reload_options {
	uv_loop_t		*loop;
	struct config		*config;	/* in force; changed in place */
	const char		*path;		/* of -f, or NULL */
	const char		*directory;	/* of the state */
	const struct event_sink	*sink;
	/* Settings are taken from there; NULL: there are none yet. */
	const struct model	*(*model)(void *context);
	/*
	 * What can fail of putting config in force is done now, before it
	 * is; NULL: nothing can.  0, or a negative errno with one line in
	 * detail: all is as before.
	 */
	int			(*prepare)(void *context,
				    const struct config *config,
				    char detail[RELOAD_DETAIL_BYTES]);
	/* Live parameters have changed. */
	void			(*changed)(void *context);
	/* The file as it is may be taken by the other processes too. */
	void			(*settled)(void *context);
	/* A change that was not confirmed in time was taken back. */
	void			(*undone)(void *context);
	void			*context;
};

struct reload {
	struct reload_options	 options;
	uv_timer_t		 deadline;
	struct reload_text	 taken;		/* in force */
	struct reload_text	 former;	/* while a change waits */
	int64_t			 confirm_by_ns;	/* UNIX time; 0: none waits */
	char			 who[65];	/* made the change that waits */
	enum reload_kept	 found;		/* at the start */
	int64_t			 settings_count; /* of those in force */
	int64_t			 settings_sum;
};

/* What a reload found, or did.  Zeroed before its first use. */
struct reload_report {
	struct config_change	*changes;
	size_t			 count;
	size_t			 for_restart;
	struct config_errors	 errors;
	int64_t			 apply_us;	/* to take it over */
	int64_t			 confirm_by_ns;	/* 0: it need not be */
};

enum reload_end {
	RELOAD_DONE,
	RELOAD_UNCHANGED,
	RELOAD_WAITS,		/* in force until it must be confirmed */
	RELOAD_PENDING,		/* another one waits: nothing was done */
	RELOAD_REFUSED,		/* errors in the file, or it cannot be used */
	RELOAD_NOT_PENDING,	/* nothing waits */
	RELOAD_FAILED		/* no memory, or no room on the disk */
};

/*
 * At the start: the file, or the text that is kept in its place.  0, with
 * *config the caller's and text to be given to reload_start(), or what
 * config_load() returns.
 */
int	reload_load(const char *path, const char *directory,
	    struct reload_text *text, struct config **config,
	    struct config_errors *errors);
void	reload_text_free(struct reload_text *text);

/* Takes text over.  Strings and config stay the caller's and in place. */
void	reload_start(struct reload *reload,
	    const struct reload_options *options, struct reload_text *text);
/* Once the loop has run, reload_free(). */
void	reload_stop(struct reload *reload);
void	reload_free(struct reload *reload);

/*
 * Reads the file again.  confirm_ms 0: it need not be confirmed; preview:
 * find the difference and do nothing.  who is for the event.  A change of
 * what is needed to find the former text again cannot wait.
 */
enum reload_end reload_run(struct reload *reload, bool preview,
	    int64_t confirm_ms, const char *who,
	    struct reload_report *report);
enum reload_end reload_confirm(struct reload *reload, const char *who);
enum reload_end reload_rollback(struct reload *reload, const char *who,
	    struct reload_report *report);
void	reload_report_free(struct reload_report *report);

/* The settings of the model may have changed. */
void	reload_settings(struct reload *reload);
/*
 * Would this value do for this parameter, beside the file and the other
 * settings?  detail gets one line where it would not.
 */
enum config_fit reload_judge(const struct reload *reload, const char *name,
	    const char *value, char *detail, size_t size);

#endif
