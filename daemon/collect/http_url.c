#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

#include "collect/http_url.h"

#define NAME_CHARACTERS							\
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"		\
	"0123456789.-_"

/* Copies length bytes, a zone's %25 as a plain %. */
static int
copy_host(struct http_url *url, const char *from, size_t length)
{
	size_t i, used = 0;

	if (length == 0 || length >= sizeof(url->host))
		return -EINVAL;
	for (i = 0; i < length; i++) {
		url->host[used++] = from[i];
		if (from[i] == '%' && strncmp(from + i, "%25", 3) == 0)
			i += 2;
	}
	url->host[used] = '\0';
	return 0;
}

/* A zone goes to the resolver, and never into the Host header. */
static int
check_ipv6(struct http_url *url)
{
	char bare[sizeof(url->host)];
	struct in6_addr address;

	snprintf(bare, sizeof(bare), "%s", url->host);
	bare[strcspn(bare, "%")] = '\0';
	if (uv_inet_pton(AF_INET6, bare, &address) != 0)
		return -EINVAL;
	if (strcspn(url->host, "%") + 1 == strlen(url->host))
		return -EINVAL;
	if (strspn(strchrnul(url->host, '%'), "%" NAME_CHARACTERS) !=
	    strlen(strchrnul(url->host, '%')))
		return -EINVAL;
	snprintf(url->authority, sizeof(url->authority), "[%s]", bare);
	return 0;
}

static int
parse_host(struct http_url *url, const char **text)
{
	const char *begin = *text;
	size_t length;
	int error;

	if (*begin == '[') {
		begin++;
		length = strcspn(begin, "]");
		if (begin[length] != ']')
			return -EINVAL;
		*text = begin + length + 1;
		error = copy_host(url, begin, length);
		return error != 0 ? error : check_ipv6(url);
	}
	length = strspn(begin, NAME_CHARACTERS);
	*text = begin + length;
	error = copy_host(url, begin, length);
	if (error == 0)
		snprintf(url->authority, sizeof(url->authority), "%s",
		    url->host);
	return error;
}

static int
parse_port(struct http_url *url, const char **text)
{
	size_t digits;
	long port;

	snprintf(url->port, sizeof(url->port), "80");
	if (**text != ':')
		return 0;
	(*text)++;
	digits = strspn(*text, "0123456789");
	if (digits == 0 || digits >= sizeof(url->port))
		return -EINVAL;
	port = strtol(*text, NULL, 10);
	if (port < 1 || port > 65535)
		return -EINVAL;
	snprintf(url->port, sizeof(url->port), "%ld", port);
	*text += digits;
	return 0;
}

int
http_url_parse(struct http_url *url, const char *text)
{
	static const char scheme[] = "http://";
	size_t length;

	memset(url, 0, sizeof(*url));
	if (strncasecmp(text, scheme, sizeof(scheme) - 1) != 0)
		return -EINVAL;
	text += sizeof(scheme) - 1;
	if (parse_host(url, &text) != 0 || parse_port(url, &text) != 0)
		return -EINVAL;
	if (strcmp(text, "") != 0 && strcmp(text, "/") != 0)
		return -EINVAL;
	length = strlen(url->authority);
	snprintf(url->authority + length, sizeof(url->authority) - length,
	    ":%s", url->port);
	return 0;
}
