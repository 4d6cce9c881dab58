/*
 * The management API of one node on the UNIX socket core.sock, and over
 * TLS where it is asked to, HTTP/1.1 and JSON: drover-api(7).  It lives on
 * the loop of the process that it is composed into, never blocks it, and
 * owns no state: what it shows it reads from core.seg through libdrover(3),
 * or asks the provider for.
 *
 * All calls belong to the loop's thread.  The process must ignore SIGPIPE.
 */
#ifndef DROVER_API_API_H
#define DROVER_API_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <uv.h>

#include "api/limits.h"
#include "api/peer.h"
#include "api/tls.h"
#include "config/config.h"
#include "rules/apply.h"
#include "store/state.h"

#define API_SOCKET_NAME		"core.sock"
#define API_SEGMENT_NAME	"core.seg"

struct api;

/* How an act ended. */
struct api_outcome {
	struct rules_result	 result;
	const char		*leader;	/* where NOT_LEADER; "" */
};

typedef void	api_done(void *context, const struct api_outcome *outcome);

/* What the file of a node would change, or has changed. */
struct api_simulate {
	int64_t		 plan;		/* 0: none in particular */
	bool		 approve;
	char		 inject[160];	/* "backend.crash@n1/llama" */
	char		 outcome[24];
	char		 fail[64];	/* "backend.restart=30" */
};

struct api_reload {
	bool	preview;
	int64_t	confirm_ms;	/* 0: keep it at once */
};

/*
 * What only the process itself knows.  Any function may be NULL: then what
 * needs it is refused with REPLY_STARTING.  All are called on the loop's
 * thread; what they return is valid until the handler returned.
 */
struct api_provider {
	void	*context;
	/* The configuration in force; *path is the file it is from, NULL:
	   there is none. */
	const struct config	*(*config)(void *context, const char **path);
	/*
	 * Shared state as applied here, NULL while there is none; then
	 * *why is a reply from 5000 on and detail a line, "" if none.
	 */
	const struct model	*(*model)(void *context, enum reply *why,
				    const char **detail);
	struct state		*(*state)(void *context);
	int64_t			(*time_ms)(void *context);	/* cluster */
	/*
	 * Measures what the rules need, and proposes the entry: targets,
	 * arguments, request, caller, and measured_index where the caller
	 * saw a version, are the API's; all the rest is filled in.  done is
	 * called exactly once, perhaps before this returns.
	 */
	void			(*propose)(void *context,
				    struct entry *entry, api_done *done,
				    void *done_context);
	/*
	 * What the entry would come to now, decided by the same rules, and
	 * for a drain what moves and what is left; NULL: no memory.
	 */
	json_t			*(*preview)(void *context,
				    struct entry *entry,
				    struct rules_result *result);
	/* What was applied, as the member "state"; NULL: no memory. */
	json_t			*(*cluster)(void *context);
	/*
	 * config/reload, confirm and rollback.  *body becomes the members
	 * of the answer ("changes", "errors", ...) and the caller's.
	 */
	enum reply		(*reload)(void *context,
				    const struct api_reload *reload,
				    const struct peer *peer, json_t **body);
	enum reply		(*confirm)(void *context,
				    const struct peer *peer, json_t **body);
	enum reply		(*rollback)(void *context,
				    const struct peer *peer, json_t **body);
	/* UNIX time when a change is taken back unless it is confirmed; 0:
	   none waits. */
	int64_t			(*confirm_by_ns)(void *context);
	/* Would this value do for this parameter?  detail gets a line. */
	enum reply		(*setting)(void *context, const char *name,
				    const char *value, char *detail,
				    size_t size);
	/*
	 * simulate: *body becomes the members of the answer and the
	 * caller's; texts are "" where they were not given.
	 */
	enum reply		(*simulate)(void *context,
				    const struct api_simulate *asked,
				    json_t **body);
	/* What a plan, or a fault ("f12"), was decided on, and what comes of
	   the same now; likewise. */
	enum reply		(*why)(void *context, const char *name,
				    json_t **body);
	enum reply		(*policies)(void *context, json_t **body);
	/* So many tokens that are not valid came from there in a minute. */
	void			(*guessed)(void *context,
				    const struct peer *peer,
				    unsigned int count);
};

/* The door over TLS. */
struct api_remote {
	const char	*listen;	/* ADDRESS:PORT or [ADDRESS]:PORT */
	const char	*certificate;	/* files in PEM; both "": its own, */
	const char	*key;
	const char	*directory;	/* which it keeps here, */
	const char	*names;		/* for these; see certificate.h */
};

struct api_options {
	uv_loop_t		*loop;
	const char		*directory;	/* of socket and segment */
	struct api_provider	 provider;
	const struct api_limits	*limits;	/* NULL: the usual ones */
};

/*
 * Listens; a socket that was left behind is replaced, so only the process
 * that writes the segment of that directory may call it.  The socket is
 * open to the user alone, or to the group too where the directory is.
 * Raises the soft limit of open files to what the connections need, as
 * far as the hard one allows.
 * Returns 0 or a negative errno value; -ENAMETOOLONG: the path does not
 * fit into a socket address.
 */
int	api_start(struct api **api, const struct api_options *options);
/*
 * Listens for TLS too, with that certificate, and no longer where it did
 * before; who is connected stays.  0 or a negative errno; then detail is
 * one line, it listens where it did, and the UNIX socket still answers.
 */
int	api_listen(struct api *api, const struct api_remote *remote,
	    char detail[TLS_DETAIL_BYTES]);
/* Listens for TLS no longer; who is connected stays. */
void	api_deafen(struct api *api);
/*
 * Takes a certificate that was replaced; who is connected stays.  On an
 * error the one before it remains in use.
 */
int	api_certificate(struct api *api, const struct api_remote *remote,
	    char detail[TLS_DETAIL_BYTES]);
/* Every connection ends; memory goes once the loop has run.  NULL is fine. */
void	api_stop(struct api *api);

#endif
