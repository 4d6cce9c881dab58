/*
 * The terminal: the only room that knows curses.  Curses writes into a
 * file in memory; a frame then goes to the terminal in one write.  When the
 * terminal takes no more, frames are left out until it does.
 */
#ifndef DROVER_UI_TERM_H
#define DROVER_UI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grid.h"
#include "theme.h"

struct term;

struct term_key {
	uint32_t	code;
	int		y;
	int		x;
};

/*
 * Take over the terminal on fd, a tty or, in tests, a socket; type may be
 * NULL for $TERM.  Returns 0 or a negative error; -ENOTTY: curses does not
 * know the type.
 */
int	term_open(struct term **term, int fd, const char *type);
/* Leave it as it was. */
void	term_close(struct term *term);
/* Leave it for a while and come back; the next frame is drawn whole. */
void	term_suspend(struct term *term);
void	term_resume(struct term *term);

void	term_set_theme(struct term *term, enum theme theme);
void	term_set_mouse(struct term *term, bool on);
/* The terminal's own size, and what curses is to believe. */
void	term_size(const struct term *term, int *width, int *height);
void	term_resize(struct term *term, int width, int height);
void	term_redraw(struct term *term);

/*
 * Show the grid; the cursor is shown in column of the last row unless it
 * is negative.  Returns the bytes sent, -EAGAIN when the frame was left
 * out, or the error of the terminal.
 */
long	term_draw(struct term *term, const struct grid *grid, int column);
/* The next key, if there is one: 1, 0, or a negative error (gone). */
int	term_key(struct term *term, struct term_key *key);

#endif
