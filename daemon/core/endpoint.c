#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/endpoint.h"
#include "core/provider.h"
#include "process/log.h"

#define NAMES_BYTES	512

/* What this node may be called: see certificate.h. */
static void
name_node(const struct core *core, char names[NAMES_BYTES])
{
	const char *listen = core->config->api.listen;
	char host[256], address[64];
	size_t length;

	if (gethostname(host, sizeof(host)) != 0)
		host[0] = '\0';
	host[sizeof(host) - 1] = '\0';
	/* "[::1]:8443" or "192.0.2.7:8443" */
	listen += listen[0] == '[';
	length = listen > core->config->api.listen ? strcspn(listen, "%]") :
	    strcspn(listen, ":");
	snprintf(address, sizeof(address), "%.*s", (int)length, listen);
	snprintf(names, NAMES_BYTES, "%s %s %s %s", core->name, host, address,
	    core->config->node.address);
}

static struct api_remote
remote_of(const struct core *core, const char *names)
{
	return (struct api_remote){
		.listen = core->config->api.listen,
		.certificate = core->config->api.certificate,
		.key = core->config->api.key,
		.directory = core->options.state_directory,
		.names = names,
	};
}

static void
listen_remote(struct core *core)
{
	char names[NAMES_BYTES], detail[TLS_DETAIL_BYTES];
	struct api_remote remote = remote_of(core, names);

	name_node(core, names);
	if (api_listen(core->api, &remote, detail) == 0) {
		core->remote = true;
		log_info("the API listens at %s", remote.listen);
		return;
	}
	log_warnx("the API over TLS: %s", detail);
	event_emit(&core->sink, EVENT_API_UNAVAILABLE, "node/api", "%s",
	    detail);
}

void
endpoint_start(struct core *core)
{
	struct api_options options = {
		.loop = &core->loop,
		.directory = core->options.runtime_directory,
		.provider = provider_of(core),
	};
	int error = api_start(&core->api, &options);

	if (error != 0)
		log_warnx("%s/%s: %s", options.directory, API_SOCKET_NAME,
		    strerror(-error));
	else if (core->config->api.listen[0] != '\0')
		listen_remote(core);
}

void
endpoint_renew(struct core *core)
{
	char names[NAMES_BYTES], detail[TLS_DETAIL_BYTES];
	struct api_remote remote = remote_of(core, names);

	if (!core->remote)
		return;
	name_node(core, names);
	if (api_certificate(core->api, &remote, detail) == 0)
		return;
	log_warnx("the API over TLS goes on with the certificate that it "
	    "has: %s", detail);
	event_emit(&core->sink, EVENT_API_UNAVAILABLE, "node/api",
	    "certificate kept: %s", detail);
}
