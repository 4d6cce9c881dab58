#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <llhttp.h>

#include "api/request.h"

static int
refuse(struct request_refusal *refusal, enum reply reply, const char *detail)
{
	refusal->reply = reply;
	refusal->detail = detail;
	return -1;
}

/* A line that is as long as it will get, CR LF included. */
static int
scan_line(const struct request_scan *scan, const char *line, size_t length,
    struct request_refusal *refusal)
{
	if (length < 2 || line[length - 2] != '\r')
		return refuse(refusal, REPLY_BAD_HTTP,
		    "a line ends in LF alone");
	if (scan->lines == 0 && length == 2)
		return refuse(refusal, REPLY_BAD_HTTP,
		    "an empty line stands before the request");
	if (scan->lines == 0 && length > API_REQUEST_LINE_BYTES_MAX)
		return refuse(refusal, REPLY_URL_TOO_LONG, "");
	if (line[0] == ' ' || line[0] == '\t')
		return refuse(refusal, REPLY_BAD_HTTP,
		    "a header is folded over two lines");
	if (length > 2 && scan->lines > API_HEADERS_MAX)
		return refuse(refusal, REPLY_HEAD_TOO_LARGE,
		    "too many headers");
	return 0;
}

static int
scan_byte(const struct request_scan *scan, const char *bytes,
    struct request_refusal *refusal)
{
	unsigned char byte = (unsigned char)bytes[scan->at];

	if (scan->at > scan->line && bytes[scan->at - 1] == '\r' &&
	    byte != '\n')
		return refuse(refusal, REPLY_BAD_HTTP,
		    "a CR stands without LF");
	if ((byte < 0x20 && byte != '\r' && byte != '\n' && byte != '\t') ||
	    byte == 0x7f)
		return refuse(refusal, REPLY_BAD_HTTP,
		    "a control character stands in the head");
	return 0;
}

/* What is too long already is not waited for. */
static int
scan_length(const struct request_scan *scan, struct request_refusal *refusal)
{
	if (scan->lines == 0 && scan->at > API_REQUEST_LINE_BYTES_MAX)
		return refuse(refusal, REPLY_URL_TOO_LONG, "");
	if (scan->at > API_HEAD_BYTES_MAX)
		return refuse(refusal, REPLY_HEAD_TOO_LARGE, "");
	return 0;
}

long
request_scan(struct request_scan *scan, const char *bytes, size_t length,
    struct request_refusal *refusal)
{
	size_t line;

	for (; scan->at < length; scan->at++) {
		if (scan_byte(scan, bytes, refusal) != 0 ||
		    scan_length(scan, refusal) != 0)
			return -1;
		if (bytes[scan->at] != '\n')
			continue;
		line = scan->at + 1 - scan->line;
		if (scan_line(scan, bytes + scan->line, line, refusal) != 0)
			return -1;
		if (line == 2)
			return (long)(scan->at + 1);
		scan->line = scan->at + 1;
		scan->lines++;
	}
	return 0;
}

/* What is gathered while llhttp goes through a head. */
struct reading {
	struct request		*request;
	struct request_refusal	*refusal;
	const char		*target, *field, *value;
	size_t			 target_bytes, field_bytes, value_bytes;
	unsigned int		 hosts;
	unsigned int		 lengths;
	unsigned int		 encodings;
	unsigned int		 types;
	unsigned int		 authorizations;
	bool			 chunked;
	bool			 refused;
};

static int
refuse_reading(struct reading *reading, enum reply reply, const char *detail)
{
	reading->refused = true;
	return refuse(reading->refusal, reply, detail);
}

/* The head lies in one piece, so the parts of a span follow each other. */
static void
extend(const char **span, size_t *bytes, const char *at, size_t length)
{
	if (*bytes == 0)
		*span = at;
	*bytes = (size_t)(at + length - *span);
}

static int
on_url(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *reading = parser->data;

	extend(&reading->target, &reading->target_bytes, at, length);
	return 0;
}

static int
on_header_field(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *reading = parser->data;

	extend(&reading->field, &reading->field_bytes, at, length);
	return 0;
}

static int
on_header_value(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *reading = parser->data;

	extend(&reading->value, &reading->value_bytes, at, length);
	return 0;
}

static bool
span_is(const char *span, size_t length, const char *word)
{
	return length == strlen(word) && strncasecmp(span, word, length) == 0;
}

/* reg-name, an address or one in brackets, with or without a port. */
static int
take_host(struct reading *reading)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+;=:[]";
	size_t i;

	if (++reading->hosts > 1)
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "more than one Host");
	for (i = 0; i < reading->value_bytes; i++)
		if (strchr(allowed, reading->value[i]) == NULL)
			return refuse_reading(reading, REPLY_BAD_HTTP,
			    "a Host that is no name");
	return 0;
}

static int
take_length(struct reading *reading)
{
	size_t i, bytes = 0;

	if (++reading->lengths > 1)
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "more than one Content-Length");
	if (reading->value_bytes == 0)
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "a Content-Length without a value");
	for (i = 0; i < reading->value_bytes; i++) {
		if (reading->value[i] < '0' || reading->value[i] > '9')
			return refuse_reading(reading, REPLY_BAD_HTTP,
			    "a Content-Length that is no number");
		if (bytes <= API_BODY_BYTES_MAX)
			bytes = bytes * 10 + (size_t)(reading->value[i] - '0');
	}
	reading->request->body_bytes = bytes;
	return 0;
}

static int
take_expectation(struct reading *reading)
{
	if (!span_is(reading->value, reading->value_bytes, "100-continue"))
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "an Expect other than 100-continue");
	reading->request->expects = true;
	return 0;
}

/* With or without parameters: JSON is UTF-8 whatever they say. */
static int
take_type(struct reading *reading)
{
	static const char json[] = "application/json";
	const char *end = memchr(reading->value, ';', reading->value_bytes);
	size_t length = end == NULL ? reading->value_bytes :
	    (size_t)(end - reading->value);

	if (++reading->types > 1)
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "more than one Content-Type");
	while (length > 0 && reading->value[length - 1] == ' ')
		length--;
	reading->request->json = span_is(reading->value, length, json);
	return 0;
}

/* RFC 6750; what is no such token is not taken for none. */
static int
take_authorization(struct reading *reading)
{
	static const char scheme[] = "Bearer ", allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~+/=";
	const size_t skip = sizeof(scheme) - 1;
	size_t length, i;

	if (++reading->authorizations > 1)
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "more than one Authorization");
	if (reading->value_bytes <= skip ||
	    strncasecmp(reading->value, scheme, skip) != 0)
		return refuse_reading(reading, REPLY_BAD_CREDENTIALS,
		    "an Authorization other than Bearer TOKEN");
	length = reading->value_bytes - skip;
	if (length >= sizeof(reading->request->token))
		return refuse_reading(reading, REPLY_BAD_CREDENTIALS,
		    "the token is too long");
	for (i = 0; i < length; i++)
		if (strchr(allowed, reading->value[skip + i]) == NULL)
			return refuse_reading(reading, REPLY_BAD_CREDENTIALS,
			    "a byte that has no place in a token");
	memcpy(reading->request->token, reading->value + skip, length);
	reading->request->token[length] = '\0';
	return 0;
}

static int
take_header(struct reading *reading)
{
	const char *field = reading->field;
	size_t length = reading->field_bytes;

	if (span_is(field, length, "host"))
		return take_host(reading);
	if (span_is(field, length, "content-length"))
		return take_length(reading);
	if (span_is(field, length, "expect"))
		return take_expectation(reading);
	if (span_is(field, length, "content-type"))
		return take_type(reading);
	if (span_is(field, length, "authorization"))
		return take_authorization(reading);
	if (span_is(field, length, "transfer-encoding")) {
		reading->encodings++;
		reading->chunked = span_is(reading->value,
		    reading->value_bytes, "chunked");
	}
	return 0;
}

static int
on_header_value_complete(llhttp_t *parser)
{
	struct reading *reading = parser->data;
	int result;

	/* Of llhttp's own making: trailing blanks belong to no value. */
	while (reading->value_bytes > 0 &&
	    (reading->value[reading->value_bytes - 1] == ' ' ||
	    reading->value[reading->value_bytes - 1] == '\t'))
		reading->value_bytes--;
	result = take_header(reading);
	reading->field_bytes = reading->value_bytes = 0;
	return result;
}

/* The body is counted here, so that llhttp never frames one. */
static int
on_headers_complete(llhttp_t *parser)
{
	(void)parser;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_header_field,
	.on_header_value = on_header_value,
	.on_header_value_complete = on_header_value_complete,
	.on_headers_complete = on_headers_complete,
};

static int
read_method(struct reading *reading, unsigned int method)
{
	switch (method) {
	case HTTP_GET:
		reading->request->method = REQUEST_GET;
		return 0;
	case HTTP_HEAD:
		reading->request->method = REQUEST_HEAD;
		return 0;
	case HTTP_POST:
		reading->request->method = REQUEST_POST;
		return 0;
	case HTTP_PUT:
		reading->request->method = REQUEST_PUT;
		return 0;
	case HTTP_DELETE:
		reading->request->method = REQUEST_DELETE;
		return 0;
	default:
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "a method other than GET, HEAD, POST, PUT, DELETE");
	}
}

/* RFC 3986, pchar and the slash; the first "?" begins the query. */
static int
read_target(struct reading *reading)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+,;=:@/?";
	struct request *request = reading->request;
	size_t length = reading->target_bytes, i;
	char *query;

	if (length == 0 || reading->target[0] != '/')
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "a target that is not a path");
	for (i = 0; i < length; i++)
		if (strchr(allowed, reading->target[i]) == NULL)
			return refuse_reading(reading, REPLY_BAD_HTTP,
			    "a byte that has no place in a path");
	assert(length < sizeof(request->path));
	memcpy(request->path, reading->target, length);
	request->path[length] = '\0';
	request->query = request->path + length;
	query = strchr(request->path, '?');
	if (query != NULL) {
		*query = '\0';
		request->query = query + 1;
	}
	return 0;
}

/* What follows the head, and how long it is. */
static int
read_framing(struct reading *reading)
{
	const struct request *request = reading->request;

	if (reading->encodings > 0 && reading->lengths > 0)
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "both Transfer-Encoding and Content-Length");
	if (reading->encodings == 1 && reading->chunked)
		return refuse_reading(reading, REPLY_NO_LENGTH,
		    "a chunked body is not taken");
	if (reading->encodings > 0)
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "a Transfer-Encoding");
	if (request->body_bytes > API_BODY_BYTES_MAX)
		return refuse_reading(reading, REPLY_BODY_TOO_LARGE, "");
	if (request->body_bytes > 0 && (request->method == REQUEST_GET ||
	    request->method == REQUEST_HEAD))
		return refuse_reading(reading, REPLY_BAD_HTTP,
		    "a body where none can be");
	return 0;
}

static int
read_parsed(struct reading *reading, llhttp_t *parser)
{
	if (parser->http_major != 1 || parser->http_minor != 1)
		return refuse_reading(reading, REPLY_HTTP_VERSION,
		    "HTTP/1.1 is");
	if (reading->hosts != 1)
		return refuse_reading(reading, REPLY_BAD_HTTP, "no Host");
	if (read_method(reading, parser->method) != 0 ||
	    read_target(reading) != 0 || read_framing(reading) != 0)
		return -1;
	reading->request->keep = llhttp_should_keep_alive(parser) != 0;
	return 0;
}

/*
 * llhttp takes blanks before the colon and around the parts of the request
 * line, and methods of other protocols; none of them has a second reading
 * here.
 */
static int
check_lines(const char *head, size_t length, struct request_refusal *refusal)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const char *line = memchr(head, '\n', length), *end = head + length;
	size_t blanks = 0, name;
	const char *at;

	assert(line != NULL);
	for (at = head; at < line; at++)
		blanks += *at == ' ';
	if (blanks != 2 || line - head < 12 ||
	    memchr(head, '\t', (size_t)(line - head)) != NULL ||
	    strncmp(line - 10, " HTTP/", 6) != 0)
		return refuse(refusal, REPLY_BAD_HTTP,
		    "not a request line: METHOD PATH HTTP/1.1");
	for (line++; line < end - 2; line++) {
		name = 0;
		while (line[name] != '\0' && line[name] != '\r' &&
		    strchr(token, line[name]) != NULL)
			name++;
		if (name == 0 || line[name] != ':')
			return refuse(refusal, REPLY_BAD_HTTP,
			    "a header without a name and a colon");
		line = memchr(line, '\n', (size_t)(end - line));
		assert(line != NULL);
	}
	return 0;
}

int
request_read(struct request *request, const char *head, size_t length,
    struct request_refusal *refusal)
{
	struct reading reading = { .request = request, .refusal = refusal };
	enum llhttp_errno result;
	llhttp_t parser;

	request->body = NULL;
	request->body_bytes = 0;
	request->expects = request->keep = request->json = false;
	request->token[0] = '\0';
	request->path[0] = '\0';
	request->query = request->path;
	if (check_lines(head, length, refusal) != 0)
		return -1;
	llhttp_init(&parser, HTTP_REQUEST, &settings);
	parser.data = &reading;
	result = llhttp_execute(&parser, head, length);
	if (reading.refused)
		return -1;
	if (result != HPE_PAUSED)
		return refuse(refusal, result == HPE_INVALID_VERSION ?
		    REPLY_HTTP_VERSION : REPLY_BAD_HTTP, "");
	return read_parsed(&reading, &parser);
}

const char *
request_method_name(enum request_method method)
{
	static const char *const names[] = {
		[REQUEST_GET] = "GET",
		[REQUEST_HEAD] = "HEAD",
		[REQUEST_POST] = "POST",
		[REQUEST_PUT] = "PUT",
		[REQUEST_DELETE] = "DELETE",
	};

	return names[method];
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
request_decode(const char *text, size_t length, char *value, size_t size)
{
	size_t i, stored = 0;
	int high, low;
	char byte;

	for (i = 0; i < length; i++) {
		byte = text[i];
		if (byte == '%') {
			if (length - i < 3)
				return -EINVAL;
			high = digit(text[i + 1]);
			low = digit(text[i + 2]);
			if (high < 0 || low < 0)
				return -EINVAL;
			byte = (char)(high << 4 | low);
			i += 2;
		}
		if ((unsigned char)byte < 0x20 || byte == 0x7f)
			return -EINVAL;
		if (stored + 1 >= size)
			return -ENAMETOOLONG;
		value[stored++] = byte;
	}
	value[stored] = '\0';
	return 0;
}
