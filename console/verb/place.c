#include "place.h"

#include <sys/stat.h>
#include <sys/un.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <drover/segment.h>

#include "text.h"

enum client_fault
place_complain(struct client *client, enum client_fault fault,
    const char *name, const char *what)
{
	char clean[CLIENT_PATH_BYTES];

	text_clean(clean, sizeof(clean), name);
	snprintf(client->complaint, sizeof(client->complaint), "%s: %.500s",
	    clean, what);
	return fault;
}

/* No socket is there; client->name is where it would be. */
static enum client_fault
complain_absent(struct client *client, const char *directory)
{
	struct stat status;

	if (directory != NULL && stat(directory, &status) != 0)
		return place_complain(client, errno == EACCES ?
		    CLIENT_FORBIDDEN : CLIENT_NOBODY, directory,
		    strerror(errno));
	if (directory != NULL && !S_ISDIR(status.st_mode))
		return place_complain(client, CLIENT_NOBODY, directory,
		    "not a directory; -d takes the runtime directory of a "
		    "droverd");
	return place_complain(client, CLIENT_NOBODY, client->name,
	    directory != NULL ?
	    "no such socket; is that the runtime directory of a droverd "
	    "that runs?" :
	    "no such socket; start droverd, give its runtime directory "
	    "with -d, or another host with -c");
}

/* The path, whether the socket is there or not. */
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

enum client_fault
place_socket(struct client *client, const char *directory)
{
	struct sockaddr_un address;
	int error = socket_path(client->name, directory);

	if (error == -ENOENT || error == -ENOTDIR)
		return complain_absent(client, directory);
	if (error != 0)
		return place_complain(client, error == -EACCES ?
		    CLIENT_FORBIDDEN : CLIENT_MISUSED, directory != NULL ?
		    directory : client->name, strerror(-error));
	if (strlen(client->name) >= sizeof(address.sun_path))
		return place_complain(client, CLIENT_MISUSED, client->name,
		    "the path of a socket has at most 107 bytes; give a "
		    "shorter one with -d");
	return CLIENT_FINE;
}

static bool
is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long port = 0;

	if (digits == 0 || digits > 5 || text[digits] != '\0')
		return false;
	for (; *text != '\0'; text++)
		port = port * 10 + (unsigned long)(*text - '0');
	return port >= 1 && port <= 65535;
}

/* *host without brackets; *port NULL: it is not said. */
static bool
split(char *text, char **host, char **port)
{
	char *end;

	*host = text;
	*port = NULL;
	if (text[0] == '[') {
		end = strchr(text, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return false;
		*host = text + 1;
		*port = end[1] == ':' ? end + 2 : NULL;
		*end = '\0';
		return true;
	}
	end = strchr(text, ':');
	/* With more of them it is an IPv6 address alone. */
	if (end == NULL || strchr(end + 1, ':') != NULL)
		return true;
	*end = '\0';
	*port = end + 1;
	return true;
}

static bool
is_host(const char *host, bool brackets)
{
	const char *c;

	for (c = host; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr(".-_", *c) == NULL &&
		    (!brackets || *c != ':'))
			return false;
	return c != host && host[0] != '-' && c - host < 256;
}

enum client_fault
place_host(struct client *client, const char *text)
{
	static const char scheme[] = "https://";
	char copy[300], *host, *port;
	size_t length;
	bool wide;

	if (strncasecmp(text, scheme, strlen(scheme)) == 0)
		text += strlen(scheme);
	snprintf(copy, sizeof(copy), "%s", text);
	length = strlen(copy);
	if (length > 0 && copy[length - 1] == '/')
		copy[length - 1] = '\0';
	wide = strchr(copy, ':') != strrchr(copy, ':');
	if (!split(copy, &host, &port) || !is_host(host, wide) ||
	    (port != NULL && !is_port(port)))
		return place_complain(client, CLIENT_MISUSED, text,
		    "no such place can be; give HOST, HOST:PORT or "
		    "[ADDRESS]:PORT");
	if (port == NULL)
		port = CLIENT_PORT_USUAL;
	snprintf(client->name, sizeof(client->name), "%s%s%s:%s",
	    wide ? "[" : "", host, wide ? "]" : "", port);
	snprintf(client->base, sizeof(client->base), "https://%.300s",
	    client->name);
	return CLIENT_FINE;
}

/* A token that others can read is no secret any more. */
static enum client_fault
check_file(struct client *client, int file, const char *path)
{
	struct stat status;
	char text[160];

	if (fstat(file, &status) != 0)
		return place_complain(client, CLIENT_FAILED, path,
		    strerror(errno));
	if (!S_ISREG(status.st_mode))
		return place_complain(client, CLIENT_MISUSED, path,
		    "not a file with a token in it");
	if ((status.st_mode & 077) == 0)
		return CLIENT_FINE;
	snprintf(text, sizeof(text), "others than its owner may use this "
	    "token (mode %04o); chmod 600 it, and make a new token if they "
	    "did", (unsigned int)status.st_mode & 07777);
	return place_complain(client, CLIENT_MISUSED, path, text);
}

static enum client_fault
read_token(struct client *client, int file, const char *path)
{
	char *token = client->token;
	ssize_t count = read(file, token, sizeof(client->token) - 1);
	size_t length, i;

	if (count < 0)
		return place_complain(client, CLIENT_FAILED, path,
		    strerror(errno));
	length = (size_t)count;
	while (length > 0 && isspace((unsigned char)token[length - 1]))
		length--;
	token[length] = '\0';
	for (i = 0; i < length && isgraph((unsigned char)token[i]); i++)
		;
	if (i == length && length > 0 &&
	    (size_t)count < sizeof(client->token) - 1)
		return CLIENT_FINE;
	token[0] = '\0';
	return place_complain(client, CLIENT_MISUSED, path, count == 0 ?
	    "it is empty; it should hold one token on one line" :
	    "it does not hold one token on one line");
}

enum client_fault
place_token(struct client *client, const char *path)
{
	enum client_fault fault;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	snprintf(client->token_file, sizeof(client->token_file), "%s", path);
	if (file == -1)
		return place_complain(client, errno == EACCES ?
		    CLIENT_FORBIDDEN : CLIENT_MISUSED, path,
		    strerror(errno));
	fault = check_file(client, file, path);
	if (fault == CLIENT_FINE)
		fault = read_token(client, file, path);
	close(file);
	return fault;
}
