/*
 * The past on the screens: an image of the flight log in the place of the
 * live segment, with the curves that led to it.
 */
#ifndef DROVER_UI_PAST_H
#define DROVER_UI_PAST_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "model.h"
#include "source.h"
#include "ui.h"

struct flight_reader;

struct past {
	struct flight_reader	*reader;	/* NULL: not opened yet */
	char			 directory[PATH_MAX];
	struct source		 source;
	struct model		 model;
	bool			 shown;		/* source and model are there */
	/* Of another host: who asks it, and what it was asked for. */
	struct asker		*asker;
	uint32_t		 asked;
	int64_t			 asked_ns;
};

/*
 * The moment wall_ns of what source shows.  0, or a negative error with one
 * line for the operator; then the past is as it was.
 */
int	past_go(struct past *past, const struct source *source,
	    int64_t wall_ns, char *complaint, size_t size);
/*
 * The same of a droverd over its API, in two parts, so that nobody waits:
 * ask, and when the descriptor (-1: nothing was asked) becomes readable,
 * take.  past_take() returns 1 when the moment *wall_ns is there, 0 when it
 * is not, or a negative error with a complaint.
 */
int	past_ask(struct past *past, const struct client_place *place,
	    int64_t wall_ns, int64_t later_ns);
int	past_descriptor(const struct past *past);
int	past_take(struct past *past, const struct source *source,
	    int64_t *wall_ns, char *complaint, size_t size);

/* The curves that led to what the model shows, as far as they are kept. */
void	past_fill(struct past *past, const struct source *source,
	    struct model *model);
void	past_release(struct past *past);

/*
 * The last change of a fault or plan before wall_ns, or the first after
 * it, that the models know of; 0: there is none.
 */
int64_t	past_change(const struct model *live, const struct model *past,
	    int64_t wall_ns, bool before);

/*
 * What the keys ask for: another step of so many, from what is shown; the
 * moment goes to ui->want_ns.
 */
void	past_step(struct ui *ui, const struct model *model, int steps);
/* Shorter or longer steps: 1 s, 10 s, 1 min, 10 min, 1 h. */
void	past_pace(struct ui *ui, int longer);
/* "10s" */
const char *past_pace_name(const struct ui *ui);

#endif
