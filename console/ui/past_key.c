#include "past_key.h"

#include "past.h"
#include "prompt.h"

bool
past_key(struct ui *ui, const struct model *model, enum key key)
{
	switch (key) {
	case KEY_FREEZE:
		/* In the present the screen stands still. */
		if (!ui->past)
			return false;
		ui->playing = !ui->playing;
		break;
	case KEY_EARLIER:
	case KEY_LATER:
		past_step(ui, model, key == KEY_LATER ? 1 : -1);
		break;
	case KEY_CHANGE_BEFORE:
	case KEY_CHANGE_AFTER:
		ui->want |= key == KEY_CHANGE_BEFORE ? WANT_BEFORE :
		    WANT_AFTER;
		break;
	case KEY_LONGER:
	case KEY_SHORTER:
		past_pace(ui, key == KEY_LONGER ? 1 : -1);
		break;
	case KEY_TIME:
		prompt_open(ui, PROMPT_TIME);
		break;
	case KEY_NOW:
		ui->graph.end_s = 0;
		ui->want |= WANT_NOW;
		break;
	default:
		return false;
	}
	return true;
}
