#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "act.h"
#include "frame.h"
#include "here.h"
#include "loop_parts.h"
#include "settings.h"
#include "term.h"

#define EXIT_GONE	1
#define ASK_TIMEOUT_MS	10000	/* for the answer to an act */

static int
open_signals(void)
{
	static const int wanted[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGINT,
		SIGTERM, SIGHUP};
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigaddset(&set, wanted[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
open_timer(int interval_ms)
{
	struct itimerspec every;
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC |
	    TFD_NONBLOCK);

	every.it_interval.tv_sec = interval_ms / 1000;
	every.it_interval.tv_nsec = interval_ms % 1000 * 1000000L;
	every.it_value = every.it_interval;
	if (timer >= 0)
		timerfd_settime(timer, 0, &every, NULL);
	return timer;
}

static int
loop_open(struct loop *loop, struct ui *ui, struct source *source,
    const struct loop_options *options)
{
	memset(loop, 0, sizeof(*loop));
	loop->ui = ui;
	loop->source = source;
	loop->signals = open_signals();
	loop->timer = open_timer(options->interval_ms);
	loop->stale = true;
	if (loop->signals < 0 || loop->timer < 0)
		return -errno;
	return model_init(&loop->model);
}

/* A screen on which one can act. */
static void
open_acts(struct loop *loop, const struct loop_options *options)
{
	struct ui *ui = loop->ui;

	loop->place = options->place;
	if (options->place == NULL)
		ui->no_acts = "an image is past: nothing in it can be acted "
		    "on";
	else if (asker_open(&loop->asker, options->place,
	    ASK_TIMEOUT_MS) != 0)
		ui->no_acts = "nothing can be acted on: no thread can be made";
	else
		ui->no_acts = NULL;
}

static void
loop_close(struct loop *loop)
{
	asker_close(loop->asker);
	close(loop->timer);
	close(loop->signals);
	grid_release(&loop->grid);
	plain_release(&loop->plain);
	past_release(&loop->past);
	model_release(&loop->model);
}

/* The curves that the screen is about to show. */
static void
load_graph(struct loop *loop)
{
	struct ui *ui = loop->ui;
	struct graph *graph = &ui->graph;
	const struct source *source = loop->source;
	const struct drover_node_row *node;
	char directory[sizeof(source->path)];

	if (ui->screen != SCREEN_GRAPH)
		return;
	if (source->image || source->asker != NULL) {
		ui_say(ui, true, "graphs are drawn on the machine itself, "
		    "from its live segment");
		return;
	}
	if (graph->count == 0)
		here_graph(ui, shown(loop));
	/* What was named without a node is of the one that is shown. */
	node = ui_node(ui, shown(loop));
	if (node != NULL)
		graph_default_node(graph, node->name);
	if (!graph_settle(graph, graph_columns(ui->width, ui->glyphs),
	    shown(loop)->now_ns / 1000000000))
		return;
	snprintf(directory, sizeof(directory), "%s", source->path);
	directory[strrchr(directory, '/') == NULL ? 0 :
	    (size_t)(strrchr(directory, '/') - directory)] = '\0';
	graph_load(graph, directory);
}

static void
make_grid(struct loop *loop)
{
	struct ui *ui = loop->ui;

	load_graph(loop);
	if (grid_resize(&loop->grid, ui->width, ui->height) != 0)
		return;
	ui_settle(ui, shown(loop));
	ui_draw(ui, shown(loop), &loop->grid);
}

static void
load_page(struct ui *ui)
{
	char former[MANUAL_NAME_BYTES];
	int error, top = ui->list[SCREEN_MANUAL].top;

	snprintf(former, sizeof(former), "%s", ui->manual.name);
	error = manual_load(&ui->manual, ui->want_page, ui->width,
	    ui->glyphs == GLYPH_MODE_ASCII);
	if (error == 0)
		act_page_loaded(ui, former, top);
	else if (error == -ENOEXEC)
		ui_say(ui, true, "neither mandoc nor man can be run");
	else
		ui_say(ui, true, "no manual page %s", ui->want_page);
}

static void
dump(struct loop *loop)
{
	struct ui *ui = loop->ui;
	int error;

	make_grid(loop);
	error = plain_dump(&loop->grid, ui->want_path);
	if (error != 0)
		ui_say(ui, true, "%s: %s", ui->want_path, strerror(-error));
	else
		ui_say(ui, false, "saved to %s", ui->want_path);
}

/* A request that is refused here has its answer at once. */
static void
send_request(struct loop *loop)
{
	struct flow_request request;
	int error = -ENODEV;

	if (!flow_take(loop->ui, &request))
		return;
	if (loop->asker != NULL)
		error = asker_ask(loop->asker, &(struct asker_request){
		    .number = request.number, .method = request.method,
		    .target = request.target, .body = request.body });
	if (request.body != NULL)
		explicit_bzero(request.body, strlen(request.body));
	free(request.body);
	if (error != 0)
		flow_answered(loop->ui, &(struct flow_answer){
		    .number = request.number, .problem = error == -EBUSY ?
		    "too many requests wait for their answers" :
		    strerror(-error) });
}

static void
take_answers(struct loop *loop)
{
	struct asker_answer answer;

	while (asker_take(loop->asker, &answer)) {
		flow_answered(loop->ui, &(struct flow_answer){
		    .number = answer.number, .sent = answer.sent,
		    .problem = answer.fault == CLIENT_FINE ? NULL :
		    answer.problem, .body = answer.answer.body,
		    .length = answer.answer.length });
		answer_release(&answer.answer);
		loop->stale = true;
	}
}

/* What dispatch asked for and cannot do itself. */
static void
serve_wants(struct loop *loop)
{
	struct ui *ui = loop->ui;
	unsigned int want = ui->want;

	ui->want = 0;
	if (want == 0)
		return;
	if (want & WANT_QUIT)
		loop->stop = true;
	if (want & WANT_PAGE)
		load_page(ui);
	if (want & WANT_DUMP)
		dump(loop);
	if ((want & WANT_REDRAW) && loop->term != NULL) {
		term_set_theme(loop->term, (enum theme)ui->theme);
		term_set_mouse(loop->term, ui->mouse);
		term_redraw(loop->term);
	}
	if (want & WANT_SAVE)
		settings_save(ui);
	if ((want & WANT_DROP) && loop->asker != NULL)
		asker_drop(loop->asker, ui->flow.dropped);
	if (want & WANT_ASK)
		send_request(loop);
	loop_travel(loop, want);
}

static void
resize(struct loop *loop)
{
	struct ui *ui = loop->ui;
	int width = ui->width;

	term_size(loop->term, &ui->width, &ui->height);
	term_resize(loop->term, ui->width, ui->height);
	loop->stale = true;
	/* A page is made for a width. */
	if (ui->width != width && ui->manual.name[0] != '\0' &&
	    ui->screen == SCREEN_MANUAL)
		manual_load(&ui->manual, ui->manual.name, ui->width,
		    ui->glyphs == GLYPH_MODE_ASCII);
}

static void
suspend(struct loop *loop)
{
	term_suspend(loop->term);
	raise(SIGSTOP);
	term_resume(loop->term);
	resize(loop);
}

static void
take_signals(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signals, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGWINCH:
			if (loop->term != NULL)
				resize(loop);
			break;
		case SIGTSTP:
			if (loop->term != NULL)
				suspend(loop);
			else
				raise(SIGSTOP);
			break;
		case SIGCONT:
			if (loop->term != NULL) {
				term_resume(loop->term);
				resize(loop);
			}
			break;
		default:
			loop->stop = true;
		}
	}
}

static void
tick(struct loop *loop)
{
	struct model *model = &loop->model;
	uint64_t times;
	char now[FORMAT_BYTES];

	if (read(loop->timer, &times, sizeof(times)) < 0)
		return;
	ui_tick(loop->ui);
	/* It says for how long. */
	if (flow_is_waiting(&loop->ui->flow))
		loop->stale = true;
	if (loop->ui->frozen)
		return;
	source_ask(loop->source);
	if (source_refresh(loop->source, model) && !loop->ui->past)
		loop->stale = true;
	if (loop->ui->past) {
		loop_play(loop);
		return;
	}
	format_date(now, model->now_ns);
	if (strcmp(now, loop->clock) != 0) {
		strcpy(loop->clock, now);
		loop->stale = true;
	}
}

static void
take_keys(struct loop *loop)
{
	struct term_key key;
	int got;

	while ((got = term_key(loop->term, &key)) > 0) {
		ui_settle(loop->ui, shown(loop));
		act_key(loop->ui, shown(loop), key.code, key.y, key.x);
		serve_wants(loop);
		loop->stale = true;
	}
	if (got < 0) {
		loop->stop = true;
		loop->status = EXIT_GONE;
	}
}

static void
draw(struct loop *loop)
{
	struct ui *ui = loop->ui;
	long sent;

	make_grid(loop);
	sent = term_draw(loop->term, &loop->grid, frame_prompt_column(ui));
	if (sent >= 0) {
		loop->stale = loop->dropped;
		ui->slow = loop->dropped = false;
		return;
	}
	if (sent != -EAGAIN) {
		loop->stop = true;
		loop->status = EXIT_GONE;
		return;
	}
	/* Said in the next frame that gets through. */
	ui->slow = loop->dropped = true;
}

static void
take_image(struct loop *loop)
{
	if (source_refresh(loop->source, &loop->model) && !loop->ui->past)
		loop->stale = true;
}

static void
wait_for_work(struct loop *loop, int tty)
{
	/* A descriptor of -1 is passed over. */
	struct pollfd wait[] = {{loop->signals, POLLIN, 0},
		{loop->timer, POLLIN, 0}, {tty, POLLIN, 0},
		{loop->asker != NULL ? asker_descriptor(loop->asker) : -1,
		    POLLIN, 0},
		{loop->ui->frozen ? -1 : source_descriptor(loop->source),
		    POLLIN, 0},
		{past_descriptor(&loop->past), POLLIN, 0}};

	if (poll(wait, sizeof(wait) / sizeof(wait[0]), -1) < 0)
		return;
	if (wait[2].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		loop->stop = true;
		loop->status = EXIT_GONE;
		return;
	}
	if (wait[0].revents != 0)
		take_signals(loop);
	if (wait[1].revents != 0)
		tick(loop);
	if (wait[2].revents != 0 && loop->term != NULL)
		take_keys(loop);
	if (wait[3].revents != 0)
		take_answers(loop);
	if (wait[4].revents != 0)
		take_image(loop);
	if (wait[5].revents != 0)
		loop_take_past(loop);
}

int
loop_screen(struct ui *ui, struct source *source,
    const struct loop_options *options)
{
	struct loop loop;
	int error = loop_open(&loop, ui, source, options);

	if (error == 0)
		error = term_open(&loop.term, STDIN_FILENO, NULL);
	if (error != 0) {
		const char *type = getenv("TERM");

		fprintf(stderr, "drover: terminal %s: %s\n", type != NULL ?
		    type : "without TERM", error == -ENOTTY ?
		    "not known; try --once or --plain" : strerror(-error));
		loop_close(&loop);
		return 1;
	}
	term_set_theme(loop.term, (enum theme)ui->theme);
	term_set_mouse(loop.term, ui->mouse);
	term_size(loop.term, &ui->width, &ui->height);
	open_acts(&loop, options);
	source_ask(source);
	source_refresh(source, &loop.model);
	past_fill(&loop.past, source, &loop.model);
	serve_wants(&loop);
	while (!loop.stop) {
		if (loop.stale)
			draw(&loop);
		if (!loop.stop)
			wait_for_work(&loop, STDIN_FILENO);
	}
	term_close(loop.term);
	loop_close(&loop);
	return loop.status;
}

int
loop_plain(struct ui *ui, struct source *source,
    const struct loop_options *options)
{
	struct loop loop;

	if (loop_open(&loop, ui, source, options) != 0)
		return 1;
	ui->plain = true;
	source_ask(source);
	source_refresh(source, &loop.model);
	serve_wants(&loop);
	while (!loop.stop) {
		if (loop.stale) {
			make_grid(&loop);
			/* Whoever listened has gone. */
			if (plain_write_changes(&loop.plain, &loop.grid,
			    stdout) != 0)
				break;
			loop.stale = false;
		}
		wait_for_work(&loop, -1);
	}
	loop_close(&loop);
	return 0;
}

static void
nap_ms(long ms)
{
	struct timespec nap = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&nap, NULL);
}

int
loop_once(struct ui *ui, struct source *source,
    const struct loop_options *options)
{
	struct loop loop;
	int status = 0, tries = options->wait_s * 20;

	if (loop_open(&loop, ui, source, options) != 0)
		return 1;
	source_ask(source);
	source_refresh(source, &loop.model);
	while ((source->asking || tries-- > 0) && (!loop.model.attached ||
	    loop.model.table[DROVER_TABLE_NODE].slots == 0)) {
		nap_ms(50);
		if (tries > 0)
			source_ask(source);
		source_refresh(source, &loop.model);
	}
	serve_wants(&loop);
	ui->plain = true;
	if (!loop.model.attached && ui->screen != SCREEN_MANUAL &&
	    ui->screen != SCREEN_HELP) {
		fprintf(stderr, "drover: %s: %s\n", loop.model.path,
		    loop.model.problem);
		status = 1;
	} else {
		make_grid(&loop);
		status = plain_write(&loop.grid, stdout) == 0 ? 0 : 1;
	}
	loop_close(&loop);
	return status;
}
