/* Through time: the loop's part of it. */
#include <stdio.h>
#include <string.h>

#include "loop_parts.h"
#include "when.h"

static void
leave_past(struct loop *loop)
{
	struct ui *ui = loop->ui;

	if (!ui->past)
		return;
	ui->past = ui->playing = false;
	ui->no_acts = loop->no_acts;
	ui->seen = loop->model.event_count;
	loop->stale = true;
}

static void
enter_past(struct loop *loop, int64_t wall_ns)
{
	struct ui *ui = loop->ui;

	if (!ui->past) {
		loop->no_acts = ui->no_acts;
		ui->no_acts = "this is the past: nothing in it can be acted "
		    "on; . shows what is";
	}
	ui->past = true;
	ui->past_ns = wall_ns;
	loop->stale = true;
}

static void
ask_past(struct loop *loop, int64_t wall_ns, int64_t later_ns)
{
	int error = past_ask(&loop->past, loop->place, wall_ns, later_ns);

	if (error != 0)
		ui_say(loop->ui, true, "%s", strerror(-error));
	else
		ui_say(loop->ui, false, "asking for that time ...");
}

void
loop_take_past(struct loop *loop)
{
	char complaint[UI_LINE_BYTES];
	int64_t wall_ns;
	int result = past_take(&loop->past, loop->source, &wall_ns,
	    complaint, sizeof(complaint));

	loop->stale = true;
	if (result == 0)
		return;
	loop->ui->message[0] = '\0';
	if (result > 0)
		enter_past(loop, wall_ns);
	else
		ui_say(loop->ui, true, "%s", complaint);
}

/* later_ns: how much later than the moment is shown what came of it. */
static void
go_to(struct loop *loop, int64_t wall_ns, int64_t later_ns)
{
	struct ui *ui = loop->ui;
	char complaint[UI_LINE_BYTES];

	if (wall_ns >= loop->model.now_ns) {
		leave_past(loop);
		return;
	}
	if (loop->source->asker != NULL && loop->place != NULL) {
		ask_past(loop, wall_ns, later_ns);
		return;
	}
	if (past_go(&loop->past, loop->source, wall_ns + later_ns,
	    complaint, sizeof(complaint)) != 0) {
		ui_say(ui, true, "%s", complaint);
		ui->playing = false;
		return;
	}
	enter_past(loop, wall_ns);
}

static void
go_to_change(struct loop *loop, bool before)
{
	struct ui *ui = loop->ui;
	int64_t from_ns = ui->past ? ui->past_ns : loop->model.now_ns;
	int64_t found = past_change(&loop->model, ui->past ?
	    &loop->past.model : NULL, from_ns, before);

	/* A change is seen once it was shown, within the second. */
	if (found != 0)
		go_to(loop, found, 1000000000);
	else
		ui_say(ui, false, "no fault or plan is known to have changed "
		    "%s", before ? "before" : "after");
}

static void
go_to_time(struct loop *loop, const char *text)
{
	int64_t wall_ns;

	if (when_parse(text, shown(loop)->now_ns, &wall_ns) != 0)
		ui_say(loop->ui, true, "at: no time: %.40s; give "
		    WHEN_ALLOWED, text);
	else
		go_to(loop, wall_ns, 0);
}

void
loop_travel(struct loop *loop, unsigned int want)
{
	if (want & WANT_PAST)
		go_to(loop, loop->ui->want_ns, 0);
	if (want & WANT_TIME)
		go_to_time(loop, loop->ui->want_path);
	if (want & WANT_BEFORE)
		go_to_change(loop, true);
	if (want & WANT_AFTER)
		go_to_change(loop, false);
	if (want & WANT_NOW)
		leave_past(loop);
}

void
loop_play(struct loop *loop)
{
	if (!loop->ui->playing)
		return;
	past_step(loop->ui, &loop->past.model, 1);
	loop->ui->want &= ~WANT_PAST;
	loop_travel(loop, WANT_PAST);
}
