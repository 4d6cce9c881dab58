/*
 * The management API of one node on the UNIX socket core.sock, HTTP/1.1
 * and JSON: drover-api(7).  It lives on the loop of the process that it
 * is composed into, never blocks it, and owns no state: what it shows it
 * reads from core.seg through libdrover(3), or asks the provider for.
 *
 * All calls belong to the loop's thread.  The process must ignore SIGPIPE.
 */
#ifndef DROVER_API_API_H
#define DROVER_API_API_H

#include <uv.h>

#include "api/limits.h"
#include "config/config.h"

#define API_SOCKET_NAME		"core.sock"
#define API_SEGMENT_NAME	"core.seg"

struct api;

/* What only the process itself knows. */
struct api_provider {
	/* The configuration in force, valid until the handler returned;
	 * *path is the file it is from, NULL: there is none. */
	const struct config	*(*config)(void *context, const char **path);
	void			*context;
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
/* Every connection ends; memory goes once the loop has run.  NULL is fine. */
void	api_stop(struct api *api);

#endif
