#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "place.h"
#include "request.h"

#define WAIT_MS_MAX	1000	/* between two looks at what goes on */

static enum client_fault
complain(struct client *client, enum client_fault fault, const char *what)
{
	return place_complain(client, fault, client->name, what);
}

/* What goes with a host is of no use for the socket. */
static enum client_fault
open_socket(struct client *client, const struct client_place *place)
{
	if (place->ca != NULL || place->token_file != NULL)
		return place_complain(client, CLIENT_MISUSED,
		    place->ca != NULL ? "--ca" : "--token-file",
		    "it goes with -c; over the socket of this machine the "
		    "user id says who asks");
	return place_socket(client, place->directory);
}

static enum client_fault
open_host(struct client *client, const struct client_place *place)
{
	const char *token_file = place->token_file != NULL ?
	    place->token_file : getenv("DROVER_TOKEN_FILE");
	enum client_fault fault = place_host(client, place->connect);

	if (fault == CLIENT_FINE && place->ca != NULL &&
	    strlen(place->ca) >= sizeof(client->ca))
		return place_complain(client, CLIENT_MISUSED, "--ca",
		    strerror(ENAMETOOLONG));
	if (place->ca != NULL)
		snprintf(client->ca, sizeof(client->ca), "%s", place->ca);
	if (fault == CLIENT_FINE && token_file != NULL &&
	    token_file[0] != '\0')
		fault = place_token(client, token_file);
	return fault;
}

enum client_fault
client_open(struct client *client, const struct client_place *place,
    uint32_t timeout_ms)
{
	enum client_fault fault;

	memset(client, 0, sizeof(*client));
	client->timeout_ms = timeout_ms;
	fault = place->connect != NULL ? open_host(client, place) :
	    open_socket(client, place);
	if (fault != CLIENT_FINE)
		return fault;
	client->handle = curl_easy_init();
	client->multi = curl_multi_init();
	if (client->handle == NULL || client->multi == NULL)
		return complain(client, CLIENT_FAILED, "out of memory");
	return CLIENT_FINE;
}

void
client_close(struct client *client)
{
	client_cancel(client);
	if (client->handle != NULL)
		curl_easy_cleanup(client->handle);
	if (client->multi != NULL)
		curl_multi_cleanup(client->multi);
	explicit_bzero(client->token, sizeof(client->token));
	client->handle = NULL;
	client->multi = NULL;
}

void
answer_release(struct answer *answer)
{
	free(answer->body);
	memset(answer, 0, sizeof(*answer));
}

static size_t
keep(struct client *client, const char *bytes, size_t length)
{
	struct answer *answer = client->answer;
	char *more;

	if (length > CLIENT_BODY_BYTES_MAX - answer->length) {
		client->error = -EMSGSIZE;
		return 0;
	}
	more = realloc(answer->body, answer->length + length + 1);
	if (more == NULL) {
		client->error = -ENOMEM;
		return 0;
	}
	answer->body = more;
	memcpy(more + answer->length, bytes, length);
	answer->length += length;
	more[answer->length] = '\0';
	return length;
}

static size_t
receive(char *bytes, size_t size, size_t count, void *context)
{
	struct client *client = context;
	long status = 0;

	curl_easy_getinfo(client->handle, CURLINFO_RESPONSE_CODE, &status);
	if (client->sink == NULL || status != 200)
		return keep(client, bytes, size * count);
	if (fwrite(bytes, size, count, client->sink) != count) {
		client->error = errno != 0 ? -errno : -EIO;
		return 0;
	}
	return size * count;
}

/* What connect(2) said of the socket. */
static enum client_fault
complain_socket(struct client *client, long error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return complain(client, CLIENT_FORBIDDEN,
		    "permission denied; the user of droverd and the members "
		    "of its group may use it");
	case ECONNREFUSED:
	case ENOENT:
		return complain(client, CLIENT_NOBODY,
		    "nobody listens there: that droverd is gone; start it "
		    "again");
	case EPROTOTYPE:
	case ENOTSOCK:
		return complain(client, CLIENT_GARBLED,
		    "not the socket of a droverd");
	}
	return complain(client, CLIENT_NOBODY,
	    error != 0 ? strerror((int)error) : "cannot connect");
}

static enum client_fault
complain_connect(struct client *client)
{
	char text[256];
	long error = 0;

	curl_easy_getinfo(client->handle, CURLINFO_OS_ERRNO, &error);
	if (client->base[0] == '\0')
		return complain_socket(client, error);
	if (error == ECONNREFUSED)
		return complain(client, CLIENT_NOBODY, "nobody listens "
		    "there; is api.listen set, and does droverd run?");
	snprintf(text, sizeof(text), "cannot connect: %.200s", error != 0 ?
	    strerror((int)error) : client->detail);
	return complain(client, CLIENT_NOBODY, text);
}

/* The name that was asked for, without its port. */
static const char *
host_of(const struct client *client, char host[256])
{
	const char *port = strrchr(client->name, ':');

	snprintf(host, 256, "%.*s", port == NULL ? 255 :
	    (int)(port - client->name), client->name);
	return host;
}

static enum client_fault
complain_certificate(struct client *client)
{
	char text[480], host[256];
	long why = X509_V_OK;

	curl_easy_getinfo(client->handle, CURLINFO_SSL_VERIFYRESULT, &why);
	/* The chain is judged in the handshake, the name after it. */
	if (why == X509_V_OK || why == X509_V_ERR_UNSPECIFIED)
		snprintf(text, sizeof(text), "its certificate is not for the "
		    "name %s; ask it by a name that the certificate has",
		    host_of(client, host));
	else if (why == X509_V_ERR_CERT_HAS_EXPIRED ||
	    why == X509_V_ERR_CERT_NOT_YET_VALID)
		snprintf(text, sizeof(text), "its certificate: %s; renew it, "
		    "or set the clock right",
		    X509_verify_cert_error_string(why));
	else
		snprintf(text, sizeof(text), "its certificate is not trusted "
		    "(%s); %s", X509_verify_cert_error_string(why),
		    client->ca[0] != '\0' ? "the file of --ca does not "
		    "vouch for it" : "give a file that vouches for it with "
		    "--ca");
	return complain(client, CLIENT_UNTRUSTED, text);
}

static enum client_fault
complain_tls(struct client *client, CURLcode code)
{
	char text[CURL_ERROR_SIZE + 64];

	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return complain_certificate(client);
	case CURLE_SSL_CACERT_BADFILE:
		/* A bare system trusts nobody. */
		if (client->ca[0] == '\0')
			return complain(client, CLIENT_UNTRUSTED, "its "
			    "certificate is not trusted: this machine has "
			    "no certificates of its own; give a file that "
			    "vouches for it with --ca");
		return place_complain(client, CLIENT_MISUSED, client->ca,
		    "no file of certificates (PEM) that can be read");
	default:
		snprintf(text, sizeof(text), "no TLS of version 1.2 or newer "
		    "is spoken there (%s)", client->detail[0] != '\0' ?
		    client->detail : curl_easy_strerror(code));
		return complain(client, CLIENT_GARBLED, text);
	}
}

static enum client_fault
complain_late(struct client *client)
{
	char text[160];

	snprintf(text, sizeof(text), "no whole answer within %g s; -t waits "
	    "longer%s", client->timeout_ms / 1000.0,
	    client->base[0] != '\0' ? "" :
	    ", droverstat -t process shows whether droverd is alive");
	return complain(client, CLIENT_LATE, text);
}

static enum client_fault
complain_own(struct client *client)
{
	switch (client->error) {
	case -EMSGSIZE:
		return complain(client, CLIENT_GARBLED,
		    "an answer of more than 64 MiB");
	case -ENOMEM:
		return complain(client, CLIENT_FAILED, "out of memory");
	}
	return place_complain(client, CLIENT_OUTPUT, "output",
	    strerror(-client->error));
}

static enum client_fault
complain_transfer(struct client *client, CURLcode code)
{
	char text[256];

	if (client->error != 0)
		return complain_own(client);
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return complain(client, CLIENT_NOBODY,
		    "no host of that name is known");
	case CURLE_COULDNT_CONNECT:
		return complain_connect(client);
	case CURLE_OPERATION_TIMEDOUT:
		return complain_late(client);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CONNECT_ERROR:
		return complain_tls(client, code);
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return complain(client, CLIENT_GARBLED,
		    "closed without an answer; see the log of droverd");
	case CURLE_PARTIAL_FILE:
		return complain(client, CLIENT_GARBLED,
		    "the answer was cut off; see the log of droverd");
	case CURLE_OUT_OF_MEMORY:
		return complain(client, CLIENT_FAILED, "out of memory");
	default:
		snprintf(text, sizeof(text), "not the answer of a droverd "
		    "(%s)", curl_easy_strerror(code));
		return complain(client, CLIENT_GARBLED, text);
	}
}

static void
set_trust(struct client *client)
{
	CURL *handle = client->handle;

	curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(handle, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	if (client->ca[0] == '\0')
		return;
	curl_easy_setopt(handle, CURLOPT_CAINFO, client->ca);
	curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
}

/* Nothing of the environment or of a user's settings changes a request. */
static void
set_usual(struct client *client)
{
	CURL *handle = client->handle;

	curl_easy_reset(handle);
	if (client->base[0] == '\0')
		curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH,
		    client->name);
	else
		set_trust(client);
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR,
	    client->base[0] == '\0' ? "http" : "https");
	curl_easy_setopt(handle, CURLOPT_PROXY, "");
	curl_easy_setopt(handle, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(handle, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(handle, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(handle, CURLOPT_USERAGENT,
	    "droverctl/" DROVER_VERSION);
	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, client->detail);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, client);
}

static int
add_header(struct client *client, const char *name, const char *value)
{
	char line[CLIENT_TOKEN_BYTES + 64];
	struct curl_slist *more;

	snprintf(line, sizeof(line), "%s: %s", name, value);
	more = curl_slist_append(client->headers, line);
	explicit_bzero(line, sizeof(line));
	if (more == NULL)
		return -ENOMEM;
	client->headers = more;
	return 0;
}

static int
set_headers(struct client *client, const struct client_request *request)
{
	char bearer[CLIENT_TOKEN_BYTES + 16];
	int error = 0;

	if (request->body != NULL)
		error = add_header(client, "Content-Type",
		    "application/json");
	if (error == 0 && client->token[0] != '\0') {
		snprintf(bearer, sizeof(bearer), "Bearer %s", client->token);
		error = add_header(client, "Authorization", bearer);
		explicit_bzero(bearer, sizeof(bearer));
	}
	if (error == 0 && client->headers != NULL)
		curl_easy_setopt(client->handle, CURLOPT_HTTPHEADER,
		    client->headers);
	return error;
}

static int
set_request(struct client *client, const struct client_request *request)
{
	char url[VERB_TARGET_BYTES + sizeof(client->base)];
	CURL *handle = client->handle;

	snprintf(url, sizeof(url), "%s%s", client->base[0] != '\0' ?
	    client->base : "http://localhost", request->target);
	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
	    (long)client->timeout_ms + (long)request->wait_ms);
	if (request->body != NULL)
		curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS,
		    request->body);
	if (strcmp(request->method, "HEAD") == 0)
		curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST,
		    request->method);
	return set_headers(client, request);
}

enum client_fault
client_begin(struct client *client, const struct client_request *request,
    struct answer *answer)
{
	client_cancel(client);
	memset(answer, 0, sizeof(*answer));
	client->answer = answer;
	client->sink = request->sink;
	client->error = 0;
	client->sent = false;
	client->detail[0] = client->complaint[0] = '\0';
	set_usual(client);
	if (set_request(client, request) != 0 ||
	    curl_multi_add_handle(client->multi, client->handle) !=
	    CURLM_OK) {
		client_cancel(client);
		return complain(client, CLIENT_FAILED, "out of memory");
	}
	client->busy = true;
	return CLIENT_FINE;
}

/* After the connection is made, with its handshake, bytes are sent. */
static void
note_sent(struct client *client)
{
	curl_off_t us = 0;

	curl_easy_getinfo(client->handle, CURLINFO_PRETRANSFER_TIME_T, &us);
	client->sent = us > 0;
}

static enum client_fault
finish(struct client *client, CURLcode code)
{
	struct answer *answer = client->answer;
	const char *type = NULL;

	note_sent(client);
	if (code != CURLE_OK)
		return complain_transfer(client, code);
	curl_easy_getinfo(client->handle, CURLINFO_RESPONSE_CODE,
	    &answer->status);
	curl_easy_getinfo(client->handle, CURLINFO_CONTENT_TYPE, &type);
	snprintf(answer->type, sizeof(answer->type), "%.*s",
	    type == NULL ? 0 : (int)strcspn(type, "; "),
	    type == NULL ? "" : type);
	if (answer->body == NULL)
		answer->body = calloc(1, 1);
	return answer->body != NULL ? CLIENT_FINE :
	    complain(client, CLIENT_FAILED, "out of memory");
}

int
client_step(struct client *client)
{
	enum client_fault fault;
	const CURLMsg *message;
	int running = 0, left;

	if (curl_multi_perform(client->multi, &running) != CURLM_OK) {
		client_cancel(client);
		return (int)complain(client, CLIENT_FAILED, "out of memory");
	}
	message = curl_multi_info_read(client->multi, &left);
	if (message == NULL)
		return -EINPROGRESS;
	fault = finish(client, message->data.result);
	client_cancel(client);
	return (int)fault;
}

size_t
client_descriptors(struct client *client,
    struct pollfd descriptors[CLIENT_DESCRIPTORS_MAX], int *timeout_ms)
{
	fd_set readable, writable, exceptional;
	int highest = -1, i;
	size_t count = 0;
	long wait_ms = -1;

	*timeout_ms = -1;
	if (!client->busy)
		return 0;
	FD_ZERO(&readable);
	FD_ZERO(&writable);
	FD_ZERO(&exceptional);
	curl_multi_fdset(client->multi, &readable, &writable, &exceptional,
	    &highest);
	curl_multi_timeout(client->multi, &wait_ms);
	*timeout_ms = wait_ms < 0 || wait_ms > WAIT_MS_MAX ? WAIT_MS_MAX :
	    (int)wait_ms;
	for (i = 0; i <= highest && count < CLIENT_DESCRIPTORS_MAX; i++) {
		short events = (short)((FD_ISSET(i, &readable) ? POLLIN : 0) |
		    (FD_ISSET(i, &writable) ? POLLOUT : 0));

		if (events != 0)
			descriptors[count++] = (struct pollfd){ i, events,
			    0 };
	}
	/* Nothing to wait for but a name to be resolved. */
	if (count == 0 && *timeout_ms > 50)
		*timeout_ms = 50;
	return count;
}

void
client_cancel(struct client *client)
{
	if (client->busy)
		curl_multi_remove_handle(client->multi, client->handle);
	client->busy = false;
	curl_slist_free_all(client->headers);
	client->headers = NULL;
}

enum client_fault
client_ask(struct client *client, const struct client_request *request,
    struct answer *answer)
{
	enum client_fault fault = client_begin(client, request, answer);
	int step = fault == CLIENT_FINE ? -EINPROGRESS : (int)fault;

	while (step == -EINPROGRESS) {
		step = client_step(client);
		if (step == -EINPROGRESS)
			curl_multi_poll(client->multi, NULL, 0, WAIT_MS_MAX,
			    NULL);
	}
	return (enum client_fault)step;
}
