#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"

void
config_node_name(const struct config *config, char name[64])
{
	char host[64];

	if (config->node.name[0] != '\0') {
		snprintf(name, 64, "%.63s", config->node.name);
		return;
	}
	if (gethostname(host, sizeof(host)) != 0)
		snprintf(host, sizeof(host), "localhost");
	host[sizeof(host) - 1] = '\0';
	host[strcspn(host, ".")] = '\0';
	snprintf(name, 64, "%s", host);
}
