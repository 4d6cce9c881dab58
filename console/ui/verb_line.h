/*
 * The verbs of droverctl(8) on the ':' line, and the keys that stand for
 * some: what a screen shows is switched to, other answers are shown as
 * they come, and acts go through the flow of flow.h.
 */
#ifndef DROVER_UI_VERB_LINE_H
#define DROVER_UI_VERB_LINE_H

#include "model.h"
#include "ui.h"
#include "verb.h"

/* Is the verb for the console? */
bool	verb_line_has(const struct verb *verb);
/* Is the first word of the name a command of commands.def? */
bool	verb_line_is_command(const char *name);
/*
 * Does the first word of a verb begin so that is not a command too?
 * *whole: it is the first word of any.
 */
bool	verb_line_begins(const char *word, bool *whole);

/*
 * Words as of a command line, words[0] of the verb.  Returns 0, or -EINVAL
 * with a message for the operator in ui.
 */
int	verb_line_run(struct ui *ui, int count, char **words);

/* Drain the marked nodes, or the one under the cursor or on the screen. */
void	verb_line_drain(struct ui *ui, const struct model *model);
/* Undrain them; of a hold under the cursor: end that. */
void	verb_line_undrain(struct ui *ui, const struct model *model);
/* Approve, reject or roll back the plan under the cursor, or shown. */
void	verb_line_plan(struct ui *ui, const struct model *model,
	    enum verb_id verb);
/* Opens the ':' line with what a hold on that node takes. */
void	verb_line_hold(struct ui *ui, const struct model *model);

/* Asks for the acts before the entry of that number. */
void	verb_line_audit(struct ui *ui, int64_t before);

#endif
