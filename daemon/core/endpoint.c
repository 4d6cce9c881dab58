#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/endpoint.h"
#include "core/provider.h"
#include "process/log.h"

#define NAMES_BYTES	512

/* What this node may be called: see certificate.h. */
static void
name_node(const struct core *core, const char *listen,
    char names[NAMES_BYTES])
{
	const char *begin = listen + (listen[0] == '[');
	char host[256], address[64];
	size_t length;

	if (gethostname(host, sizeof(host)) != 0)
		host[0] = '\0';
	host[sizeof(host) - 1] = '\0';
	/* "[::1]:8443" or "192.0.2.7:8443" */
	length = strcspn(begin, begin > listen ? "%]" : ":");
	snprintf(address, sizeof(address), "%.*s", (int)length, begin);
	snprintf(names, NAMES_BYTES, "%s %s %s %s", core->name, host, address,
	    core->config->node.address);
}

static struct api_remote
remote_of(const struct core *core, const struct config *config,
    char names[NAMES_BYTES])
{
	name_node(core, config->api.listen, names);
	return (struct api_remote){
		.listen = config->api.listen,
		.certificate = config->api.certificate,
		.key = config->api.key,
		.directory = core->options.state_directory,
		.names = names,
	};
}

static int
listen_remote(struct core *core, const struct config *config,
    char detail[TLS_DETAIL_BYTES])
{
	char names[NAMES_BYTES];
	struct api_remote remote = remote_of(core, config, names);
	int error = api_listen(core->api, &remote, detail);

	if (error != 0)
		return error;
	snprintf(core->listening, sizeof(core->listening), "%s",
	    remote.listen);
	log_info("the API listens at %s", core->listening);
	return 0;
}

static void
tell_unavailable(struct core *core, const char *detail)
{
	log_warnx("the API over TLS: %s", detail);
	event_emit(&core->sink, EVENT_API_UNAVAILABLE, "node/api", "%s",
	    detail);
}

void
endpoint_start(struct core *core)
{
	char detail[TLS_DETAIL_BYTES];
	struct api_options options = {
		.loop = &core->loop,
		.directory = core->options.runtime_directory,
		.provider = provider_of(core),
	};
	int error = api_start(&core->api, &options);

	if (error != 0)
		log_warnx("%s/%s: %s", options.directory, API_SOCKET_NAME,
		    strerror(-error));
	else if (core->config->api.listen[0] != '\0' &&
	    listen_remote(core, core->config, detail) != 0)
		tell_unavailable(core, detail);
}

static int
move(struct core *core, const struct config *config,
    char detail[TLS_DETAIL_BYTES])
{
	if (config->api.listen[0] != '\0')
		return listen_remote(core, config, detail);
	api_deafen(core->api);
	log_info("the API listens at %s no longer", core->listening);
	core->listening[0] = '\0';
	return 0;
}

int
endpoint_move(struct core *core, const struct config *config,
    char detail[TLS_DETAIL_BYTES])
{
	const char *listen = config->api.listen;

	if (core->api == NULL || strcmp(listen, core->listening) == 0)
		return 0;
	/* What could not be done before does not keep the rest waiting. */
	if (config != core->config &&
	    strcmp(listen, core->config->api.listen) == 0)
		return 0;
	return move(core, config, detail);
}

static void
renew_certificate(struct core *core)
{
	char names[NAMES_BYTES], detail[TLS_DETAIL_BYTES];
	struct api_remote remote = remote_of(core, core->config, names);

	if (api_certificate(core->api, &remote, detail) == 0)
		return;
	log_warnx("the API over TLS goes on with the certificate that it "
	    "has: %s", detail);
	event_emit(&core->sink, EVENT_API_UNAVAILABLE, "node/api",
	    "certificate kept: %s", detail);
}

void
endpoint_renew(struct core *core)
{
	char detail[TLS_DETAIL_BYTES];

	if (core->api == NULL)
		return;
	if (strcmp(core->listening, core->config->api.listen) != 0) {
		if (move(core, core->config, detail) != 0)
			tell_unavailable(core, detail);
	} else if (core->listening[0] != '\0') {
		renew_certificate(core);
	}
}
