#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/text.h"

#define QUOTE_CHARACTERS	40
#define WORD_LETTERS_MAX	40

#define DIGITS		"0123456789"
#define LETTERS		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define NAME_CHARACTERS	LETTERS DIGITS "._-"

/*
 * What a line of text cannot show: C0, DEL, C1 (c2 80 to c2 9f in UTF-8),
 * U+2028, U+2029, U+FEFF, U+FFFE, U+FFFF.
 */
static bool
is_control(const char *text, size_t length)
{
	static const char special[][4] = { "\xe2\x80\xa8", "\xe2\x80\xa9",
	    "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf" };
	unsigned char c = (unsigned char)text[0];
	size_t i;

	if (c < 0x80)
		return c < 0x20 || c == 0x7f;
	if (c == 0xc2)
		return length > 1 && (unsigned char)text[1] < 0xa0;
	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (length >= 3 && memcmp(text, special[i], 3) == 0)
			return true;
	return false;
}

bool
text_has_control(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (is_control(text + i, length - i))
			return true;
	return false;
}

/* How many of the first bytes are in accept. */
static size_t
span(const char *text, size_t length, const char *accept)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (text[i] == '\0' || strchr(accept, text[i]) == NULL)
			break;
	return i;
}

const char *
text_check_name(const char *text, size_t length)
{
	if (text[0] == '.' || text[0] == '-')
		return "begins with a point or a dash";
	return span(text, length, NAME_CHARACTERS) == length ? NULL :
	    "holds a character that is not allowed";
}

static const char *
check_port(const char *text, size_t length)
{
	unsigned int port = 0;
	size_t i;

	if (length == 0)
		return "has no port";
	if (span(text, length, DIGITS) != length || length > 5)
		return text[0] == '/' ? "has no port" :
		    "has something other than a port at its end";
	for (i = 0; i < length; i++)
		port = port * 10 + (unsigned int)(text[i] - '0');
	return port == 0 || port > 65535 ? "has no port from 1 to 65535" :
	    NULL;
}

/* "[ADDRESS]" or "[ADDRESS%ZONE]" at the start of text; 0: neither. */
static size_t
span_ipv6(const char *text, size_t length)
{
	char bare[INET6_ADDRSTRLEN];
	unsigned char address[16];
	size_t inside = span(text + 1, length - 1, NAME_CHARACTERS ":%");
	size_t digits = span(text + 1, inside, NAME_CHARACTERS ":");

	if (digits >= sizeof(bare) || inside + 1 >= length ||
	    text[1 + inside] != ']' || digits + 1 == inside)
		return 0;
	memcpy(bare, text + 1, digits);
	bare[digits] = '\0';
	return inet_pton(AF_INET6, bare, address) == 1 ? inside + 2 : 0;
}

const char *
text_check_url(const char *text, size_t length)
{
	static const char scheme[] = "http://";
	size_t host;

	if (length > 8 && strncasecmp(text, "https://", 8) == 0)
		return "asks for TLS, which backends do not speak";
	if (length < sizeof(scheme) - 1 ||
	    strncmp(text, scheme, sizeof(scheme) - 1) != 0)
		return "does not begin with http://";
	text += sizeof(scheme) - 1;
	length -= sizeof(scheme) - 1;
	if (length > 0 && text[length - 1] == '/')
		length--;
	if (length > 0 && text[0] == '[') {
		host = span_ipv6(text, length);
		if (host == 0)
			return "has no IPv6 address in its brackets";
	} else {
		host = span(text, length, NAME_CHARACTERS);
		if (host == 0)
			return "has no host";
	}
	if (host == length)
		return "has no port";
	if (text[host] != ':')
		return "holds more than a host and a port";
	return check_port(text + host + 1, length - host - 1);
}

static bool
is_ipv4(const char *text, size_t length)
{
	char bare[INET_ADDRSTRLEN];
	unsigned char address[4];

	if (length >= sizeof(bare))
		return false;
	memcpy(bare, text, length);
	bare[length] = '\0';
	return inet_pton(AF_INET, bare, address) == 1;
}

const char *
text_check_listen(const char *text, size_t length)
{
	size_t host;

	if (length > 0 && text[0] == '[') {
		host = span_ipv6(text, length);
		if (host == 0)
			return "has no IPv6 address in its brackets";
	} else {
		host = span(text, length, NAME_CHARACTERS);
		if (host < length && text[host] == ':' &&
		    memchr(text + host + 1, ':', length - host - 1) != NULL)
			return "has an IPv6 address without brackets";
		if (!is_ipv4(text, host))
			return "does not begin with an IP address";
	}
	if (host == length)
		return "has no port";
	if (text[host] != ':')
		return "holds more than an address and a port";
	return check_port(text + host + 1, length - host - 1);
}

static size_t
length_without_slash(const char *url)
{
	size_t length = strlen(url);

	return length > 0 && url[length - 1] == '/' ? length - 1 : length;
}

bool
text_url_equal(const char *left, const char *right)
{
	size_t length = length_without_slash(left);

	return length == length_without_slash(right) &&
	    strncasecmp(left, right, length) == 0;
}

/* The bytes of the character at text, as far as there are any. */
static size_t
character_bytes(const char *text, size_t length)
{
	size_t bytes = 1;

	while (bytes < length && ((unsigned char)text[bytes] & 0xc0) == 0x80)
		bytes++;
	return bytes;
}

const char *
text_quote(const char *text, size_t length, char *quoted, size_t size)
{
	size_t used = 1, i, end, bytes, characters;
	bool escape;

	quoted[0] = '"';
	/* Room for four bytes as escapes, "...", the quote and the end. */
	for (i = characters = 0; i < length && characters < QUOTE_CHARACTERS &&
	    used + 21 < size; characters++) {
		bytes = character_bytes(text + i, length - i);
		end = i + (bytes > 4 ? 4 : bytes);
		for (escape = is_control(text + i, bytes); i < end; i++) {
			if (escape)
				used += (size_t)snprintf(quoted + used,
				    size - used, "\\x%02x",
				    (unsigned char)text[i]);
			else
				quoted[used++] = text[i];
		}
	}
	snprintf(quoted + used, size - used, "%s\"", i < length ? "..." : "");
	return quoted;
}

static unsigned int
least(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned int
text_distance(const char *left, const char *right)
{
	unsigned int row[3][WORD_LETTERS_MAX + 1], *swap, *before = row[0],
	    *last = row[1], *now = row[2];
	size_t n = strlen(left), m = strlen(right), i, j;

	if (n > WORD_LETTERS_MAX || m > WORD_LETTERS_MAX)
		return TEXT_UNLIKE;
	for (j = 0; j <= m; j++)
		last[j] = before[j] = (unsigned int)j;
	for (i = 1; i <= n; i++) {
		now[0] = (unsigned int)i;
		for (j = 1; j <= m; j++) {
			now[j] = least(last[j] + 1, now[j - 1] + 1,
			    last[j - 1] + (left[i - 1] != right[j - 1]));
			if (i > 1 && j > 1 && left[i - 1] == right[j - 2] &&
			    left[i - 2] == right[j - 1])
				now[j] = least(now[j], before[j - 2] + 1,
				    now[j]);
		}
		swap = before;
		before = last;
		last = now;
		now = swap;
	}
	return last[m];
}
