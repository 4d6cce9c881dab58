/* The API over TLS: a real handshake, on the loop of the test. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/x509v3.h>

#include "../collect/loop_await.h"
#include "../suite.h"
#include "tls_client.h"

#define TAIL	" HTTP/1.1\r\nHost: x\r\n\r\n"
#define HEALTH	"GET /api/v1/health" TAIL
#define LATER	9000000

static void
ca_of(const struct fixture *fixture, char path[96])
{
	snprintf(path, 96, "%s/api.crt", fixture->directory);
}

static void
open_ready(struct tls_client *client, const struct fixture *fixture,
    int port)
{
	tls_open(client, port, NULL);
	AWAIT((uv_loop_t *)&fixture->loop, tls_ready(client));
}

static void
it_answers_who_trusts_its_certificate(void)
{
	struct fixture fixture;
	struct tls_client client;
	struct stat status;
	char path[96];
	X509 *shown;
	int port;

	fixture_open(&fixture, NULL);
	port = tls_listen(&fixture);
	ca_of(&fixture, path);
	tls_open(&client, port, path);
	AWAIT(&fixture.loop, tls_ready(&client));
	CU_ASSERT_STRING_EQUAL(SSL_get_version(client.ssl), "TLSv1.3");
	shown = SSL_get1_peer_certificate(client.ssl);
	CU_ASSERT_EQUAL(X509_check_host(shown, "one.example.org", 0, 0,
	    NULL), 1);
	CU_ASSERT_EQUAL(X509_check_host(shown, "localhost", 0, 0, NULL), 1);
	CU_ASSERT_EQUAL(X509_check_ip_asc(shown, "192.0.2.7", 0), 1);
	CU_ASSERT_EQUAL(X509_check_host(shown, "two", 0, 0, NULL), 0);
	X509_free(shown);
	tls_say(&client, HEALTH);
	AWAIT(&fixture.loop, tls_heard(&client, "alive") == 1);
	CU_ASSERT_FALSE(tls_ended(&client));
	tls_close(&client);
	snprintf(path, sizeof(path), "%s/api.key", fixture.directory);
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
who_brings_no_token_sees_what_anybody_may(void)
{
	struct tls_client client;
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	fixture_account(&fixture, "ann", ROLE_VIEWER, LATER);
	open_ready(&client, &fixture, tls_listen(&fixture));
	tls_say(&client, "GET /api/v1/nodes" TAIL);
	AWAIT(&fixture.loop, tls_heard(&client, "HTTP/1.1 401") == 1);
	CU_ASSERT_EQUAL(tls_heard(&client, "NO_CREDENTIALS"), 1);
	CU_ASSERT_EQUAL(tls_heard(&client, "WWW-Authenticate: Bearer\r\n"),
	    1);
	tls_say(&client, "GET /api/v1/version" TAIL);
	AWAIT(&fixture.loop, tls_heard(&client, "\"segment\"") == 1);
	tls_say(&client, "GET /api/v1/nodes HTTP/1.1\r\nHost: x\r\n"
	    "Authorization: Bearer drover-ann-secret\r\n\r\n");
	AWAIT(&fixture.loop, tls_heard(&client, "\"name\":\"one\"") == 1);
	/* A token is of its request: the next one has none again. */
	tls_say(&client, "GET /api/v1/nodes" TAIL);
	AWAIT(&fixture.loop, tls_heard(&client, "NO_CREDENTIALS") == 2);
	tls_close(&client);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
an_image_comes_whole(void)
{
	struct tls_client client;
	struct fixture fixture;
	size_t wanted = 0;
	char *length;

	fixture_open(&fixture, NULL);
	fixture_account(&fixture, "ann", ROLE_VIEWER, LATER);
	open_ready(&client, &fixture, tls_listen(&fixture));
	tls_say(&client, "GET /api/v1/image HTTP/1.1\r\nHost: x\r\n"
	    "Authorization: Bearer drover-ann-secret\r\n"
	    "Connection: close\r\n\r\n");
	AWAIT(&fixture.loop, tls_ended(&client));
	length = strstr(client.text, "Content-Length: ");
	if (length != NULL)
		wanted = strtoul(length + 16, NULL, 10);
	CU_ASSERT_TRUE(wanted > TLS_RECORD_BYTES);
	CU_ASSERT_EQUAL(client.length - (size_t)(strstr(client.text,
	    "\r\n\r\n") + 4 - client.text), wanted);
	/* Told by TLS: nobody cut it off. */
	CU_ASSERT_TRUE(client.orderly);
	tls_close(&client);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
requests_may_come_many_or_in_pieces(void)
{
	static const char text[] = HEALTH;
	struct tls_client client;
	struct fixture fixture;
	char piece[2] = "";
	size_t i;

	fixture_open(&fixture, NULL);
	open_ready(&client, &fixture, tls_listen(&fixture));
	for (i = 0; i < 40; i++)
		tls_say(&client, HEALTH);
	AWAIT(&fixture.loop, tls_heard(&client, "alive") == 40);
	for (i = 0; i < sizeof(text) - 1; i++) {
		piece[0] = text[i];
		tls_say(&client, piece);
		uv_run(&fixture.loop, UV_RUN_NOWAIT);
	}
	AWAIT(&fixture.loop, tls_heard(&client, "alive") == 41);
	tls_close(&client);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

/* The classes of request smuggling, as over the UNIX socket. */
static void
what_is_ambiguous_is_refused(void)
{
	static const char *const heads[] = {
		"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n",
		"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
		    "Content-Length: 4\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
		"GET /x HTTP/1.1\nHost: x\n\n",
		"GET /x HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost : x\r\n\r\n",
	};
	struct tls_client client;
	struct fixture fixture;
	size_t i;
	int port;

	fixture_open(&fixture, NULL);
	port = tls_listen(&fixture);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		open_ready(&client, &fixture, port);
		tls_say(&client, heads[i]);
		AWAIT(&fixture.loop, tls_heard(&client, "HTTP/1.1 ") == 1);
		CU_ASSERT_EQUAL(tls_heard(&client, "HTTP/1.1 4"), 1);
		CU_ASSERT_EQUAL(tls_heard(&client, "Connection: close"), 1);
		tls_close(&client);
	}
	tls_forget(&fixture);
	fixture_close(&fixture);
}

/* The peer's end comes, whatever it said, within the bounds. */
static void
ends_without_an_answer(const char *text, const struct api_limits *limits)
{
	struct fixture fixture;
	char byte = 0;
	int descriptor;
	ssize_t got = -1;

	fixture_open(&fixture, limits);
	descriptor = tls_dial(tls_listen(&fixture));
	if (text[0] != '\0')
		CU_ASSERT_TRUE(send(descriptor, text, strlen(text),
		    MSG_NOSIGNAL) > 0);
	/* An alert may come in front of the end; no HTTP does. */
	AWAIT(&fixture.loop, (got = recv(descriptor, &byte, 1, 0)) == 0 ||
	    (got == -1 && errno == ECONNRESET));
	CU_ASSERT_NOT_EQUAL(byte, 'H');
	close(descriptor);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
who_does_not_speak_tls_is_ended(void)
{
	struct api_limits limits = api_limits_usual;

	limits.handshake_ms = 60000;
	ends_without_an_answer(HEALTH, &limits);
	ends_without_an_answer("SSH-2.0-OpenSSH_9.2\r\n", &limits);
	limits.handshake_ms = 50;
	ends_without_an_answer("", &limits);
	/* The head of a record that does not come. */
	ends_without_an_answer("\x16\x03\x01\x02", &limits);
}

static void
an_old_version_is_refused(void)
{
	struct tls_client client;
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	tls_open(&client, tls_listen(&fixture), NULL);
	SSL_set_max_proto_version(client.ssl, TLS1_2_VERSION);
	AWAIT(&fixture.loop, tls_ended(&client));
	CU_ASSERT_FALSE(SSL_is_init_finished(client.ssl));
	tls_close(&client);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
one_address_does_not_take_every_connection(void)
{
	struct api_limits limits = api_limits_usual;
	struct tls_client clients[3];
	struct fixture fixture;
	struct client local;
	int port;

	limits.connections_address = 2;
	fixture_open(&fixture, &limits);
	port = tls_listen(&fixture);
	open_ready(&clients[0], &fixture, port);
	open_ready(&clients[1], &fixture, port);
	tls_open(&clients[2], port, NULL);
	AWAIT(&fixture.loop, tls_ended(&clients[2]));
	/* Others are not kept out by it, nor is it for good. */
	client_open(&local, &fixture);
	client_say(&local, HEALTH);
	AWAIT(&fixture.loop, client_heard(&local, "alive") == 1);
	tls_close(&clients[0]);
	tls_close(&clients[2]);
	uv_run(&fixture.loop, UV_RUN_ONCE);
	open_ready(&clients[0], &fixture, port);
	tls_say(&clients[0], HEALTH);
	AWAIT(&fixture.loop, tls_heard(&clients[0], "alive") == 1);
	tls_close(&clients[0]);
	tls_close(&clients[1]);
	client_close(&local);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
handshakes_under_way_have_a_bound(void)
{
	struct api_limits limits = api_limits_usual;
	struct fixture fixture;
	int held[3], port, i;
	char byte;

	limits.handshakes = 2;
	limits.handshake_ms = 60000;
	fixture_open(&fixture, &limits);
	port = tls_listen(&fixture);
	for (i = 0; i < 3; i++)
		held[i] = tls_dial(port);
	AWAIT(&fixture.loop, recv(held[2], &byte, 1, 0) == 0);
	CU_ASSERT_EQUAL(recv(held[0], &byte, 1, 0), -1);
	for (i = 0; i < 3; i++)
		close(held[i]);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

/* Who is connected stays so; who comes next is shown the new one. */
static void
a_certificate_is_replaced_under_its_connections(void)
{
	struct tls_client before, after;
	struct fixture fixture;
	char path[96];
	int port;

	fixture_open(&fixture, NULL);
	port = tls_listen(&fixture);
	ca_of(&fixture, path);
	tls_open(&before, port, path);
	AWAIT(&fixture.loop, tls_ready(&before));
	tls_forget(&fixture);
	CU_ASSERT_EQUAL(tls_renew(&fixture), 0);
	tls_open(&after, port, path);
	AWAIT(&fixture.loop, tls_ready(&after));
	tls_say(&before, HEALTH);
	AWAIT(&fixture.loop, tls_heard(&before, "alive") == 1);
	CU_ASSERT_NOT_EQUAL(X509_cmp(SSL_get0_peer_certificate(before.ssl),
	    SSL_get0_peer_certificate(after.ssl)), 0);
	tls_close(&before);
	tls_close(&after);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
a_bad_certificate_leaves_the_one_before_in_use(void)
{
	char path[96], detail[TLS_DETAIL_BYTES] = "";
	struct api_remote remote = { .certificate = path, .key = path };
	struct tls_client client;
	struct fixture fixture;
	int port;

	fixture_open(&fixture, NULL);
	port = tls_listen(&fixture);
	/* A certificate is no key. */
	ca_of(&fixture, path);
	CU_ASSERT_TRUE(api_certificate(fixture.api, &remote, detail) < 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(detail, path));
	remote.certificate = "/nonexistent/api.crt";
	CU_ASSERT_TRUE(api_certificate(fixture.api, &remote, detail) < 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(detail, "/nonexistent/api.crt"));
	tls_open(&client, port, path);
	AWAIT(&fixture.loop, tls_ready(&client));
	tls_close(&client);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static bool
is_refused(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool refused = connect(descriptor, (struct sockaddr *)&address,
	    sizeof(address)) != 0 && errno == ECONNREFUSED;

	close(descriptor);
	return refused;
}

static void
it_moves_to_another_address(void)
{
	struct tls_client before, after;
	struct fixture fixture;
	int from, to;

	fixture_open(&fixture, NULL);
	from = tls_listen(&fixture);
	tls_open(&before, from, NULL);
	AWAIT(&fixture.loop, tls_ready(&before));
	to = tls_listen(&fixture);
	CU_ASSERT_NOT_EQUAL(from, to);
	CU_ASSERT_TRUE(is_refused(from));
	tls_open(&after, to, NULL);
	AWAIT(&fixture.loop, tls_ready(&after));
	/* Who is connected can still say that it was wrong. */
	tls_say(&before, HEALTH);
	AWAIT(&fixture.loop, tls_heard(&before, "alive") == 1);
	api_deafen(fixture.api);
	CU_ASSERT_TRUE(is_refused(to));
	tls_close(&before);
	tls_close(&after);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static void
where_it_cannot_listen_it_does_not_move(void)
{
	char detail[TLS_DETAIL_BYTES] = "", listen[32];
	struct api_remote remote = { .listen = listen, .certificate = "",
		.key = "", .names = "one" };
	struct fixture fixture, other;
	struct tls_client client;
	int port, taken;

	fixture_open(&other, NULL);
	taken = tls_listen(&other);
	fixture_open(&fixture, NULL);
	port = tls_listen(&fixture);
	remote.directory = fixture.directory;
	snprintf(listen, sizeof(listen), "127.0.0.1:%d", taken);
	CU_ASSERT_EQUAL(api_listen(fixture.api, &remote, detail),
	    -EADDRINUSE);
	CU_ASSERT_PTR_NOT_NULL(strstr(detail, listen));
	tls_open(&client, port, NULL);
	AWAIT(&fixture.loop, tls_ready(&client));
	tls_close(&client);
	tls_forget(&fixture);
	fixture_close(&fixture);
	tls_forget(&other);
	fixture_close(&other);
}

static void
who_does_not_read_is_ended(void)
{
	struct api_limits limits = api_limits_usual;
	struct tls_client client;
	struct fixture fixture;
	int i;

	limits.reply_ms = 100;
	fixture_open(&fixture, &limits);
	fixture_account(&fixture, "ann", ROLE_VIEWER, LATER);
	open_ready(&client, &fixture, tls_listen(&fixture));
	for (i = 0; i < 40; i++)
		tls_say(&client, "GET /api/v1/image HTTP/1.1\r\nHost: x\r\n"
		    "Authorization: Bearer drover-ann-secret\r\n\r\n");
	AWAIT(&fixture.loop, send(client.descriptor, "x", 1,
	    MSG_NOSIGNAL) == -1);
	tls_close(&client);
	tls_forget(&fixture);
	fixture_close(&fixture);
}

static const struct suite_test tests[] = {
	{ "it answers who trusts its certificate",
	    it_answers_who_trusts_its_certificate },
	{ "who brings no token sees what anybody may",
	    who_brings_no_token_sees_what_anybody_may },
	{ "an image comes whole", an_image_comes_whole },
	{ "requests may come many or in pieces",
	    requests_may_come_many_or_in_pieces },
	{ "what is ambiguous is refused", what_is_ambiguous_is_refused },
	{ "who does not speak TLS is ended",
	    who_does_not_speak_tls_is_ended },
	{ "an old version is refused", an_old_version_is_refused },
	{ "one address does not take every connection",
	    one_address_does_not_take_every_connection },
	{ "handshakes under way have a bound",
	    handshakes_under_way_have_a_bound },
	{ "a certificate is replaced under its connections",
	    a_certificate_is_replaced_under_its_connections },
	{ "a bad certificate leaves the one before in use",
	    a_bad_certificate_leaves_the_one_before_in_use },
	{ "it moves to another address", it_moves_to_another_address },
	{ "where it cannot listen it does not move",
	    where_it_cannot_listen_it_does_not_move },
	{ "who does not read is ended", who_does_not_read_is_ended },
};

SUITE_MAIN("api-tls", tests)
