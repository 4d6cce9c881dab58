#include "client.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <drover/segment.h>

#include "options.h"
#include "request.h"

/* Where one request puts what comes. */
struct receiver {
	CURL		*handle;
	struct answer	*answer;
	FILE		*sink;
	int		 error;		/* of our own, 0 or negative */
};

static int
complain(int status, const char *path, const char *what)
{
	fprintf(stderr, "droverctl: %s: %s\n", path, what);
	return status;
}

/* No socket is there; path is where it would be. */
static int
complain_absent(const char *path, const char *directory)
{
	struct stat status;

	if (directory != NULL && stat(directory, &status) != 0)
		return complain(errno == EACCES ? CTL_EXIT_PERMISSION :
		    CTL_EXIT_UNAVAILABLE, directory, strerror(errno));
	if (directory != NULL && !S_ISDIR(status.st_mode))
		return complain(CTL_EXIT_UNAVAILABLE, directory,
		    "not a directory; -d takes the runtime directory of a "
		    "droverd");
	return complain(CTL_EXIT_UNAVAILABLE, path, directory != NULL ?
	    "no such socket; is that the runtime directory of a droverd "
	    "that runs?" :
	    "no such socket; start droverd, or give its runtime directory "
	    "with -d");
}

/* The socket lies beside the segment; path names it, there or not. */
static int
socket_path(char path[CLIENT_PATH_BYTES], const char *directory)
{
	static const char segment[] = ".seg", name[] = ".sock";
	size_t length;
	int error;

	error = drover_segment_path(directory, "core", path,
	    CLIENT_PATH_BYTES - sizeof(name));
	if (error != 0 && error != -ENOENT)
		return error;
	length = strlen(path);
	if (length < strlen(segment))
		return -ENOENT;
	strcpy(path + length - strlen(segment), name);
	return access(path, F_OK) == 0 ? 0 : -errno;
}

int
client_open(struct client *client, const char *directory,
    uint32_t timeout_ms)
{
	struct sockaddr_un address;
	int error;

	memset(client, 0, sizeof(*client));
	client->timeout_ms = timeout_ms;
	error = socket_path(client->path, directory);
	if (error == -ENOENT || error == -ENOTDIR)
		return complain_absent(client->path, directory);
	if (error != 0)
		return complain(error == -EACCES ? CTL_EXIT_PERMISSION :
		    CTL_EXIT_USAGE, directory != NULL ? directory :
		    client->path, strerror(-error));
	if (strlen(client->path) >= sizeof(address.sun_path))
		return complain(CTL_EXIT_USAGE, client->path,
		    "the path of a socket has at most 107 bytes; give a "
		    "shorter one with -d");
	client->handle = curl_easy_init();
	if (client->handle == NULL)
		return complain(CTL_EXIT_FAILED, client->path,
		    "out of memory");
	return 0;
}

void
client_close(struct client *client)
{
	if (client->handle != NULL)
		curl_easy_cleanup(client->handle);
	client->handle = NULL;
}

void
answer_release(struct answer *answer)
{
	free(answer->body);
	memset(answer, 0, sizeof(*answer));
}

static size_t
keep(struct receiver *receiver, const char *bytes, size_t length)
{
	struct answer *answer = receiver->answer;
	char *more;

	if (length > CLIENT_BODY_BYTES_MAX - answer->length) {
		receiver->error = -EMSGSIZE;
		return 0;
	}
	more = realloc(answer->body, answer->length + length + 1);
	if (more == NULL) {
		receiver->error = -ENOMEM;
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
	struct receiver *receiver = context;
	long status = 0;

	curl_easy_getinfo(receiver->handle, CURLINFO_RESPONSE_CODE, &status);
	if (receiver->sink == NULL || status != 200)
		return keep(receiver, bytes, size * count);
	if (fwrite(bytes, size, count, receiver->sink) != count) {
		receiver->error = -EIO;
		return 0;
	}
	return size * count;
}

/* As complain(), of the socket, unless the client is quiet. */
static int
tell(const struct client *client, int status, const char *what)
{
	return client->quiet ? status : complain(status, client->path, what);
}

/* What connect(2) said. */
static int
complain_connect(const struct client *client)
{
	long error = 0;

	curl_easy_getinfo(client->handle, CURLINFO_OS_ERRNO, &error);
	switch (error) {
	case EACCES:
	case EPERM:
		return tell(client, CTL_EXIT_PERMISSION,
		    "permission denied; the user of droverd and the members "
		    "of its group may use it");
	case ECONNREFUSED:
	case ENOENT:
		return tell(client, CTL_EXIT_UNAVAILABLE,
		    "nobody listens there: that droverd is gone; start it "
		    "again");
	case EPROTOTYPE:
	case ENOTSOCK:
		return tell(client, CTL_EXIT_PROTOCOL,
		    "not the socket of a droverd");
	}
	return tell(client, CTL_EXIT_UNAVAILABLE,
	    error != 0 ? strerror((int)error) : "cannot connect");
}

static int
complain_transfer(const struct client *client,
    const struct receiver *receiver, CURLcode code)
{
	char text[128];

	switch (receiver->error) {
	case -EMSGSIZE:
		return tell(client, CTL_EXIT_PROTOCOL,
		    "an answer of more than 64 MiB");
	case -ENOMEM:
		return tell(client, CTL_EXIT_FAILED,
		    "out of memory");
	case -EIO:
		return complain(CTL_EXIT_OUTPUT, "output", strerror(errno));
	}
	switch (code) {
	case CURLE_COULDNT_CONNECT:
		return complain_connect(client);
	case CURLE_OPERATION_TIMEDOUT:
		snprintf(text, sizeof(text), "no whole answer within %g s; "
		    "-t waits longer, droverstat -t process shows whether "
		    "droverd is alive", client->timeout_ms / 1000.0);
		return tell(client, CTL_EXIT_TIMEOUT, text);
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return tell(client, CTL_EXIT_PROTOCOL,
		    "closed without an answer; see the log of droverd");
	case CURLE_PARTIAL_FILE:
		return tell(client, CTL_EXIT_PROTOCOL,
		    "the answer was cut off; see the log of droverd");
	case CURLE_OUT_OF_MEMORY:
		return tell(client, CTL_EXIT_FAILED,
		    "out of memory");
	default:
		snprintf(text, sizeof(text), "not the answer of a droverd "
		    "(%s)", curl_easy_strerror(code));
		return tell(client, CTL_EXIT_PROTOCOL, text);
	}
}

/* Nothing of the environment or of a user's settings changes a request. */
static void
set_usual(struct client *client, struct receiver *receiver)
{
	CURL *handle = client->handle;

	curl_easy_reset(handle);
	curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, client->path);
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http");
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
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, receiver);
}

static int
transfer(struct client *client, struct receiver *receiver)
{
	struct answer *answer = receiver->answer;
	const char *type = NULL;
	CURLcode code;

	code = curl_easy_perform(client->handle);
	if (code != CURLE_OK)
		return complain_transfer(client, receiver, code);
	curl_easy_getinfo(client->handle, CURLINFO_RESPONSE_CODE,
	    &answer->status);
	curl_easy_getinfo(client->handle, CURLINFO_CONTENT_TYPE, &type);
	snprintf(answer->type, sizeof(answer->type), "%.*s",
	    type == NULL ? 0 : (int)strcspn(type, "; "),
	    type == NULL ? "" : type);
	if (answer->body == NULL)
		answer->body = calloc(1, 1);
	return answer->body != NULL ? 0 : tell(client,
	    CTL_EXIT_FAILED, "out of memory");
}

static int
set_request(struct client *client, const struct client_request *request,
    struct curl_slist **headers)
{
	CURL *handle = client->handle;
	char url[VERB_TARGET_BYTES + 32];

	snprintf(url, sizeof(url), "http://localhost%s", request->target);
	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
	    (long)client->timeout_ms + (long)request->wait_ms);
	if (strcmp(request->method, "HEAD") == 0)
		curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
	if (request->body != NULL) {
		*headers = curl_slist_append(NULL,
		    "Content-Type: application/json");
		if (*headers == NULL)
			return tell(client, CTL_EXIT_FAILED, "out of memory");
		curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body);
		curl_easy_setopt(handle, CURLOPT_HTTPHEADER, *headers);
	}
	if (strcmp(request->method, "HEAD") != 0)
		curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST,
		    request->method);
	return 0;
}

int
client_ask(struct client *client, const struct client_request *request,
    struct answer *answer)
{
	struct receiver receiver = { client->handle, answer, request->sink,
		0 };
	struct curl_slist *headers = NULL;
	int status;

	memset(answer, 0, sizeof(*answer));
	set_usual(client, &receiver);
	status = set_request(client, request, &headers);
	if (status == 0)
		status = transfer(client, &receiver);
	curl_slist_free_all(headers);
	return status;
}
