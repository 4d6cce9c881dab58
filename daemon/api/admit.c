/* Who may have how many connections, and who guesses tokens. */
#include <stdlib.h>
#include <string.h>

#include "api/server.h"

static struct api_origin *
find(struct api *api, const struct peer *peer)
{
	size_t i;

	for (i = 0; i < api->origin_count; i++)
		if (api->origins[i].uid == peer->uid &&
		    memcmp(api->origins[i].address, peer->address,
		    PEER_ADDRESS_BYTES) == 0)
			return &api->origins[i];
	return NULL;
}

static void
forget(struct api *api, struct api_origin *origin)
{
	*origin = api->origins[--api->origin_count];
}

static bool
is_of_use(const struct api *api, const struct api_origin *origin)
{
	return origin->connections > 0 || (origin->guesses > 0 &&
	    uv_now(api->loop) - origin->guess_ms < API_GUESS_SPAN_MS);
}

/* What is kept for its guesses alone has a bound; the oldest goes. */
static void
make_room(struct api *api)
{
	struct api_origin *oldest = NULL;
	size_t i, idle = 0;

	for (i = api->origin_count; i-- > 0;) {
		if (!is_of_use(api, &api->origins[i])) {
			forget(api, &api->origins[i]);
			continue;
		}
		if (api->origins[i].connections > 0)
			continue;
		idle++;
		if (oldest == NULL ||
		    api->origins[i].guess_ms < oldest->guess_ms)
			oldest = &api->origins[i];
	}
	if (idle >= API_GUESSERS)
		forget(api, oldest);
}

static struct api_origin *
make(struct api *api, const struct peer *peer)
{
	struct api_origin *more, *made;
	size_t room;

	make_room(api);
	if (api->origin_count == api->origin_room) {
		room = api->origin_room * 2 + 4;
		more = realloc(api->origins, room * sizeof(*more));
		if (more == NULL)
			return NULL;
		api->origins = more;
		api->origin_room = room;
	}
	made = &api->origins[api->origin_count++];
	memset(made, 0, sizeof(*made));
	made->uid = peer->uid;
	memcpy(made->address, peer->address, PEER_ADDRESS_BYTES);
	return made;
}

static bool
has_room(const struct api *api, const struct api_origin *origin, bool remote)
{
	const struct api_limits *limits = &api->limits;

	if (api->connection_count >= limits->connections)
		return false;
	if (!remote)
		return origin->connections < limits->connections_uid;
	return origin->connections < limits->connections_address &&
	    api->remote_count < limits->connections_remote &&
	    api->handshakes < limits->handshakes;
}

bool
admit(struct connection *connection)
{
	struct api *api = connection->api;
	const struct peer *peer = &connection->peer;
	struct api_origin *origin = find(api, peer);
	bool remote = peer->via != VIA_LOCAL;

	if (origin == NULL)
		origin = make(api, peer);
	if (origin == NULL || !has_room(api, origin, remote))
		return false;
	origin->connections++;
	api->connection_count++;
	if (remote)
		api->remote_count++;
	connection->counted = true;
	return true;
}

void
admit_gone(struct connection *connection)
{
	struct api *api = connection->api;
	struct api_origin *origin = find(api, &connection->peer);

	api->connection_count--;
	if (connection->peer.via != VIA_LOCAL)
		api->remote_count--;
	origin->connections--;
	if (!is_of_use(api, origin))
		forget(api, origin);
}

bool
admit_guess(struct api *api, const struct peer *peer)
{
	struct api_origin *origin = find(api, peer);
	uint64_t now_ms = uv_now(api->loop);

	/* It has a connection, or the answer would find nobody. */
	if (origin == NULL)
		return true;
	if (origin->guesses == 0 ||
	    now_ms - origin->guess_ms >= API_GUESS_SPAN_MS) {
		origin->guesses = 0;
		origin->guess_ms = now_ms;
	}
	origin->guesses++;
	if (origin->guesses == API_GUESSES && api->provider.guessed != NULL)
		api->provider.guessed(api->provider.context, peer,
		    origin->guesses);
	return origin->guesses > API_GUESSES;
}
