/*
 * A real drover-effector with the test as its core: hooks that keep their
 * contract, and those that do not; and what it knows after SIGKILL at each
 * point.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "effector/message.h"
#include "rules/plan.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#define WAIT_MS		20000

static char place[SCRATCH_BYTES], ledger[96];
static pid_t effector;
static int core = -1;
static struct effector_lines lines;
static struct effector_message heard;
static bool has_heard;
static int64_t token;

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char path[160];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", place, name);
	stream = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	fputs(text, stream);
	fclose(stream);
	CU_ASSERT_EQUAL(chmod(path, mode), 0);
}

static void
launch(void)
{
	char run[96], state[96], configuration[96];

	snprintf(run, sizeof(run), "%s/run", place);
	snprintf(state, sizeof(state), "%s/state", place);
	snprintf(configuration, sizeof(configuration), "%s/conf", place);
	effector = fork();
	CU_ASSERT_TRUE_FATAL(effector >= 0);
	if (effector == 0) {
		int null = open("/dev/null", O_WRONLY);

		(void)setenv("DROVER_EFFECT_LEDGER", ledger, 1);
		(void)dup2(null, 2);
		/* No parent: descriptor 3 is none of its. */
		(void)close(3);
		execl(EFFECTOR, "drover-effector", "-r", run, "-s", state,
		    "-f", configuration, (char *)NULL);
		_exit(127);
	}
}

static void
connect_core(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int tries;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/run/%s",
	    place, EFFECTOR_SOCKET);
	lines.length = 0;
	for (tries = 0; tries < WAIT_MS / 20; tries++) {
		core = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(core, (struct sockaddr *)&address,
		    sizeof(address)) == 0)
			return;
		close(core);
		(void)poll(NULL, 0, 20);
	}
	CU_FAIL_FATAL("the effector does not listen");
}

static void
begin(void)
{
	char text[256];

	scratch_make(place, "effector-process");
	snprintf(ledger, sizeof(ledger), "%s/ledger", place);
	snprintf(text, sizeof(text), "%s/run", place);
	CU_ASSERT_EQUAL(mkdir(text, 0700), 0);
	snprintf(text, sizeof(text), "%s/state", place);
	CU_ASSERT_EQUAL(mkdir(text, 0700), 0);
	snprintf(text, sizeof(text), "%s/hooks", place);
	CU_ASSERT_EQUAL(mkdir(text, 0700), 0);
	snprintf(text, sizeof(text), "healing:\n  hooks: %s/hooks\n", place);
	write_file("conf", text, 0600);
	token = 10;
	launch();
	connect_core();
}

static void
kill_effector(void)
{
	close(core);
	kill(effector, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(effector, NULL, 0), effector);
}

static void
end(void)
{
	char command[128];

	kill_effector();
	/* A hook outlives the effector; the brackets spare the shell. */
	snprintf(command, sizeof(command), "pkill -KILL -f '%s/[h]ooks/'",
	    place);
	CU_ASSERT_TRUE(system(command) >= 0);
	scratch_remove(place);
}

static void
hook(const char *script)
{
	char text[1024];

	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	write_file("hooks/gpu.reset", text, 0700);
}

static struct effector_message
message_of(enum effector_message_type type)
{
	return (struct effector_message){ .type = type, .plan = 7,
		.step = 1, .attempt = 1, .token = token, .timeout_ms = 800,
		.op = "gpu.reset", .node = "n1", .target = "n1/a",
		.argument = "gpu/0" };
}

static void
say(enum effector_message_type type)
{
	struct effector_message message = message_of(type);
	char line[EFFECTOR_LINE_MAX];
	int length = effector_message_write(&message, line, sizeof(line));

	CU_ASSERT_EQUAL_FATAL(write(core, line, (size_t)length), length);
}

static void
take(void *context, const struct effector_message *message)
{
	enum effector_message_type *wanted = context;

	if (message->type == *wanted && message->token == token) {
		heard = *message;
		has_heard = true;
	}
}

/* Until it says that of the attempt. */
static void
hear(enum effector_message_type wanted)
{
	struct pollfd slot = { .fd = core, .events = POLLIN };
	char bytes[4096];
	int reconnects = 0;
	ssize_t got;

	has_heard = false;
	while (!has_heard) {
		CU_ASSERT_EQUAL_FATAL(poll(&slot, 1, WAIT_MS), 1);
		got = read(core, bytes, sizeof(bytes));
		/*
		 * Of an effector that was killed while it made a process
		 * the socket lives until that becomes another program.
		 */
		if (got <= 0 && reconnects++ < 3) {
			close(core);
			connect_core();
			slot.fd = core;
			continue;
		}
		CU_ASSERT_TRUE_FATAL(got > 0);
		CU_ASSERT_EQUAL_FATAL(effector_lines_add(&lines, bytes,
		    (size_t)got, take, &wanted), 0);
	}
}

/* Lines of the ledger that have the word. */
static int
count(const char *word)
{
	FILE *stream = fopen(ledger, "r");
	char line[512];
	int found = 0;

	while (stream != NULL && fgets(line, sizeof(line), stream) != NULL)
		found += strstr(line, word) != NULL;
	if (stream != NULL)
		fclose(stream);
	return found;
}

/* The whole way; what it came to is in heard. */
static void
carry_out(const char *script)
{
	hook(script);
	token++;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	say(EFFECTOR_BEGUN);
	hear(EFFECTOR_RESULT);
	say(EFFECTOR_ACK);
}

static void
a_hook_says_how_it_ended(void)
{
	begin();
	carry_out("echo not this; echo \"gpu $5 was reset\"");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_DONE);
	CU_ASSERT_STRING_EQUAL(heard.text, "gpu gpu/0 was reset");
	carry_out("exit 10");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_NOT_NOW);
	carry_out("echo no; exit 20");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_REFUSED);
	CU_ASSERT_STRING_EQUAL(heard.text, "no");
	carry_out("exit 30");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_UNKNOWN);
	/* What is not in the contract is not believed. */
	carry_out("exit 1");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_UNKNOWN);
	carry_out("kill -9 $$");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_UNKNOWN);
	end();
}

static void
a_hook_gets_what_the_contract_says(void)
{
	begin();
	carry_out("echo \"$1 $2 $3 $4 $5 $PWD $DROVER_OP\" "
	    "\"$(env | grep -c DROVER) ${HOME-none} $(umask)\"");
	CU_ASSERT_STRING_EQUAL(heard.text,
	    "n1 7.1.1 11 n1/a gpu/0 / gpu.reset 4 none 0077");
	end();
}

static void
a_hook_that_does_not_end_is_ended(void)
{
	begin();
	carry_out("trap '' TERM; sleep 100 & wait; sleep 100");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_UNKNOWN);
	CU_ASSERT_PTR_NOT_NULL(strstr(heard.text, "did not end"));
	/* One that leaves something behind is not waited for. */
	carry_out("sleep 100 & echo left; exit 0");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_DONE);
	CU_ASSERT_STRING_EQUAL(heard.text, "left");
	carry_out("yes a lot of it | head -c 1000000; echo; echo end");
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_DONE);
	CU_ASSERT_EQUAL(system("pkill -KILL -f '^sleep 100$'") >> 8, 0);
	end();
}

static void
nothing_begins_before_it_may(void)
{
	begin();
	hook("exit 0");
	token++;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	CU_ASSERT_EQUAL(count("start"), 0);
	say(EFFECTOR_REFUSED);
	/* What was refused is not begun, whatever comes late. */
	say(EFFECTOR_BEGUN);
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_RESULT);
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_REFUSED);
	say(EFFECTOR_BEGUN);
	token++;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	CU_ASSERT_EQUAL(count("start"), 0);
	end();
}

static void
an_older_token_is_refused(void)
{
	begin();
	carry_out("exit 0");
	token--;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_RESULT);
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_REFUSED);
	CU_ASSERT_EQUAL(count("start"), 1);
	end();
}

static void
again(void)
{
	kill_effector();
	launch();
	connect_core();
}

static void
killed_before_it_began_it_has_done_nothing(void)
{
	begin();
	hook("exit 0");
	token++;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	again();
	hear(EFFECTOR_RESULT);
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_NOT_NOW);
	say(EFFECTOR_BEGUN);
	say(EFFECTOR_ACK);
	token++;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	CU_ASSERT_EQUAL(count("start"), 0);
	end();
}

static void
killed_in_the_middle_it_does_not_know(void)
{
	begin();
	/* It stands still until it is killed, and has no child to leave. */
	hook("kill -STOP $$; exit 0");
	write_file("hooks/gpu.reset.probe", "#!/bin/sh\nexit 20\n", 0700);
	token++;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	say(EFFECTOR_BEGUN);
	while (count("start") == 0)
		(void)poll(NULL, 0, 10);
	again();
	hear(EFFECTOR_RESULT);
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_UNKNOWN);
	/* The probe is asked, and the effect is not begun again. */
	say(EFFECTOR_PROBE);
	hear(EFFECTOR_PROBED);
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_REFUSED);
	say(EFFECTOR_BEGUN);
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_RESULT);
	CU_ASSERT_EQUAL(count("start"), 1);
	end();
}

static void
killed_at_the_end_it_says_it_again(void)
{
	begin();
	hook("echo done; exit 0");
	token++;
	say(EFFECTOR_DISPATCH);
	hear(EFFECTOR_BEGIN);
	say(EFFECTOR_BEGUN);
	hear(EFFECTOR_RESULT);
	again();
	hear(EFFECTOR_RESULT);
	CU_ASSERT_EQUAL(heard.code, STEP_CODE_DONE);
	CU_ASSERT_STRING_EQUAL(heard.text, "done");
	CU_ASSERT_EQUAL(count("start"), 1);
	end();
}

static const struct suite_test tests[] = {
	{ "a hook says how it ended", a_hook_says_how_it_ended },
	{ "a hook gets what the contract says",
	    a_hook_gets_what_the_contract_says },
	{ "a hook that does not end is ended",
	    a_hook_that_does_not_end_is_ended },
	{ "nothing begins before it may", nothing_begins_before_it_may },
	{ "an older token is refused", an_older_token_is_refused },
	{ "killed before it began it has done nothing",
	    killed_before_it_began_it_has_done_nothing },
	{ "killed in the middle it does not know",
	    killed_in_the_middle_it_does_not_know },
	{ "killed at the end it says it again",
	    killed_at_the_end_it_says_it_again },
};

SUITE_MAIN("effector-process", tests)
