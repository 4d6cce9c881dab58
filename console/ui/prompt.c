#include "prompt.h"

#include <stdio.h>
#include <string.h>

#include "act.h"
#include "command.h"
#include "text.h"
#include "when.h"

#define CTRL(letter)	((letter) & 0x1f)

void
prompt_open(struct ui *ui, enum prompt_mode mode)
{
	struct prompt *prompt = &ui->prompt;

	prompt->mode = mode;
	prompt->text[0] = '\0';
	if (mode == PROMPT_FILTER)
		snprintf(prompt->text, sizeof(prompt->text), "%s",
		    ui->filter[ui->screen]);
	prompt->cursor = (int)strlen(prompt->text);
	prompt->history_at = prompt->history_count;
	ui->message[0] = '\0';
}

static void
insert(struct prompt *prompt, uint32_t code)
{
	char bytes[4];
	size_t length = text_encode(code, bytes);
	size_t used = strlen(prompt->text);

	if (used + length >= sizeof(prompt->text))
		return;
	memmove(prompt->text + prompt->cursor + length,
	    prompt->text + prompt->cursor, used - (size_t)prompt->cursor + 1);
	memcpy(prompt->text + prompt->cursor, bytes, length);
	prompt->cursor += (int)length;
}

static int
step_left(const struct prompt *prompt)
{
	int at = prompt->cursor;

	while (at > 0 && ((unsigned char)prompt->text[--at] & 0xc0) == 0x80)
		;
	return at;
}

static int
step_right(const struct prompt *prompt)
{
	int at = prompt->cursor;

	if (prompt->text[at] == '\0')
		return at;
	while (((unsigned char)prompt->text[++at] & 0xc0) == 0x80)
		;
	return at;
}

static void
cut(struct prompt *prompt, int from, int to)
{
	memmove(prompt->text + from, prompt->text + to,
	    strlen(prompt->text + to) + 1);
	prompt->cursor = from;
}

static int
word_start(const struct prompt *prompt)
{
	int at = prompt->cursor;

	while (at > 0 && prompt->text[at - 1] == ' ')
		at--;
	while (at > 0 && prompt->text[at - 1] != ' ')
		at--;
	return at;
}

static void
recall(struct prompt *prompt, int step)
{
	int at = prompt->history_at + step;

	if (prompt->mode != PROMPT_COMMAND || at < 0 ||
	    at > prompt->history_count)
		return;
	prompt->history_at = at;
	snprintf(prompt->text, sizeof(prompt->text), "%s",
	    at < prompt->history_count ? prompt->history[at] : "");
	prompt->cursor = (int)strlen(prompt->text);
}

static void
remember(struct prompt *prompt)
{
	int last = prompt->history_count - 1;

	if (prompt->text[0] == '\0' || (last >= 0 &&
	    strcmp(prompt->history[last], prompt->text) == 0))
		return;
	if (prompt->history_count == UI_HISTORY)
		memmove(prompt->history, prompt->history + 1,
		    sizeof(prompt->history[0]) *
		    (size_t)--prompt->history_count);
	memcpy(prompt->history[prompt->history_count++], prompt->text,
	    sizeof(prompt->text));
}

static void
leave(struct ui *ui)
{
	enum prompt_mode mode = ui->prompt.mode;

	ui->prompt.mode = PROMPT_NONE;
	if (mode >= PROMPT_REASON)
		flow_escape(ui);
}

/* Counted from what is shown: in the past, 10m is ten minutes before. */
static void
go_to(struct ui *ui, const struct model *model, const char *text)
{
	if (*text == '\0')
		return;
	if (when_parse(text, model->now_ns, &ui->want_ns) != 0)
		ui_say(ui, true, "no time: %.40s; give " WHEN_ALLOWED, text);
	else
		ui->want |= WANT_PAST;
}

static void
finish(struct ui *ui, const struct model *model)
{
	struct prompt *prompt = &ui->prompt;
	enum prompt_mode mode = prompt->mode;
	char line[UI_LINE_BYTES];

	prompt->mode = PROMPT_NONE;
	if (mode == PROMPT_COMMAND) {
		remember(prompt);
		command_run(ui, prompt->text);
	} else if (mode >= PROMPT_REASON) {
		/* Another prompt may be opened over this one. */
		memcpy(line, prompt->text, sizeof(line));
		flow_typed(ui, line);
	} else if (mode == PROMPT_TIME) {
		go_to(ui, model, prompt->text);
	} else if (mode == PROMPT_FILTER) {
		memcpy(ui->filter[ui->screen], prompt->text,
		    sizeof(prompt->text));
	} else {
		memcpy(ui->search, prompt->text, sizeof(prompt->text));
		if (ui->search[0] != '\0')
			act_find(ui, model, true);
	}
}

void
prompt_key(struct ui *ui, const struct model *model, uint32_t code)
{
	struct prompt *prompt = &ui->prompt;

	ui->message[0] = '\0';
	switch (code) {
	case '\r':
		finish(ui, model);
		break;
	case 27:
	case CTRL('C'):
		leave(ui);
		break;
	case KEY_CODE_BACKSPACE:
		/* One too many gives up no act. */
		if (prompt->text[0] == '\0' &&
		    prompt->mode < PROMPT_REASON)
			leave(ui);
		cut(prompt, step_left(prompt), prompt->cursor);
		break;
	case KEY_CODE_DELETE:
		cut(prompt, prompt->cursor, step_right(prompt));
		break;
	case CTRL('U'):
		cut(prompt, 0, prompt->cursor);
		break;
	case CTRL('W'):
		cut(prompt, word_start(prompt), prompt->cursor);
		break;
	case KEY_CODE_LEFT:
		prompt->cursor = step_left(prompt);
		break;
	case KEY_CODE_RIGHT:
		prompt->cursor = step_right(prompt);
		break;
	case KEY_CODE_HOME:
	case CTRL('A'):
		prompt->cursor = 0;
		break;
	case KEY_CODE_END:
	case CTRL('E'):
		prompt->cursor = (int)strlen(prompt->text);
		break;
	case KEY_CODE_UP:
	case KEY_CODE_DOWN:
		recall(prompt, code == KEY_CODE_UP ? -1 : 1);
		break;
	case '\t':
		if (prompt->mode == PROMPT_COMMAND)
			command_complete(ui, model, prompt->text,
			    sizeof(prompt->text));
		prompt->cursor = (int)strlen(prompt->text);
		break;
	default:
		if (code >= ' ' && code != 0x7f && code < KEY_CODE_UP)
			insert(prompt, code);
	}
}
