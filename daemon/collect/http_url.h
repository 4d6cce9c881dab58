/*
 * The address of a server: http://HOST[:PORT], a numeric IPv6 address in
 * brackets (RFC 3986, 3.2.2; a zone as in RFC 6874).
 */
#ifndef DROVER_COLLECT_HTTP_URL_H
#define DROVER_COLLECT_HTTP_URL_H

struct http_url {
	char	host[128];	/* without brackets, ready for a resolver */
	char	port[6];
	char	authority[144];	/* HOST:PORT as a Host header has it */
};

/*
 * 0, or -EINVAL: anything but a host and a port (other schemes, users,
 * paths, queries, characters that no host name has).
 */
int	http_url_parse(struct http_url *url, const char *text);

#endif
