#include "term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#define NCURSES_WIDECHAR	1
#include <curses.h>

#include "key_code.h"

#define ESCAPE_MS	25
#define FAREWELL_MS	200	/* for the last bytes on a slow link */

struct term {
	int		 fd;
	int		 frame;		/* file in memory */
	bool		 own_fd;
	bool		 tty;
	bool		 mouse;
	struct termios	 before;
	SCREEN		*screen;
	FILE		*output;
	FILE		*input;
	WINDOW		*keys;		/* a pad: reading draws nothing */
	char		*pending;	/* taken from the frame, not sent */
	size_t		 pending_bytes;
	size_t		 pending_sent;
	enum theme	 theme;
	attr_t		 attributes[ROLES];
	short		 pairs[ROLES];
};

/*
 * A description of the terminal of our own: O_NONBLOCK on the inherited one
 * would be set for the shell too.
 */
static int
own_description(int fd)
{
	char path[64];
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return own;
}

static void
take_over(struct term *term)
{
	struct termios raw = term->before;

	if (!term->tty)
		return;
	raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
	raw.c_oflag &= ~(tcflag_t)ONLCR;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(term->fd, TCSADRAIN, &raw);
}

static void
give_back(struct term *term)
{
	if (term->tty)
		tcsetattr(term->fd, TCSADRAIN, &term->before);
}

/* Send what is left of the last frame; 0 when nothing is left. */
static int
send_pending(struct term *term)
{
	ssize_t n;

	while (term->pending_sent < term->pending_bytes) {
		n = write(term->fd, term->pending + term->pending_sent,
		    term->pending_bytes - term->pending_sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		term->pending_sent += (size_t)n;
	}
	term->pending_bytes = term->pending_sent = 0;
	return 0;
}

/* What curses wrote, in one piece; returns its bytes or an error. */
static long
forward(struct term *term)
{
	off_t length;
	char *bytes;
	int error;

	fflush(term->output);
	length = lseek(term->frame, 0, SEEK_CUR);
	if (length <= 0)
		return 0;
	bytes = realloc(term->pending, term->pending_bytes + (size_t)length);
	if (bytes == NULL)
		return -ENOMEM;
	term->pending = bytes;
	if (pread(term->frame, bytes + term->pending_bytes, (size_t)length,
	    0) != length)
		return -EIO;
	term->pending_bytes += (size_t)length;
	lseek(term->frame, 0, SEEK_SET);
	error = send_pending(term);
	return error == 0 || error == -EAGAIN ? (long)length : error;
}

/* At the end, wait a little for a terminal that is slow, not for long. */
static void
forward_all(struct term *term)
{
	struct pollfd wait = {term->fd, POLLOUT, 0};
	long sent = forward(term);

	while (sent >= 0 && term->pending_bytes > 0 &&
	    poll(&wait, 1, FAREWELL_MS) == 1 &&
	    (wait.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0)
		if (send_pending(term) != -EAGAIN)
			return;
}

static int
open_files(struct term *term)
{
	int in;

	term->frame = memfd_create("drover-frame", MFD_CLOEXEC);
	if (term->frame < 0)
		return -errno;
	term->output = fdopen(dup(term->frame), "w");
	in = fcntl(term->fd, F_DUPFD_CLOEXEC, 3);
	term->input = in < 0 ? NULL : fdopen(in, "r");
	return term->output == NULL || term->input == NULL ? -ENOMEM : 0;
}

/*
 * Curses asks its output for the size, and a file in memory has none: told
 * nothing it would confine the terminal to a scroll region of 24 lines.
 */
static SCREEN *
new_screen(struct term *term, const char *type)
{
	char columns[16], lines[16];
	int height, width;
	SCREEN *screen;

	term_size(term, &width, &height);
	snprintf(columns, sizeof(columns), "%d", width);
	snprintf(lines, sizeof(lines), "%d", height);
	setenv("COLUMNS", columns, 1);
	setenv("LINES", lines, 1);
	screen = newterm(type, term->output, term->input);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	return screen;
}

static int
start_curses(struct term *term, const char *type)
{
	term->screen = new_screen(term, type);
	if (term->screen == NULL)
		return -ENOTTY;
	set_term(term->screen);
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	curs_set(0);
	term->keys = newpad(1, 1);
	if (term->keys == NULL)
		return -ENOMEM;
	keypad(term->keys, TRUE);
	nodelay(term->keys, TRUE);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	return 0;
}

int
term_open(struct term **opened, int fd, const char *type)
{
	struct term *term = calloc(1, sizeof(*term));
	int error, height, width;

	*opened = NULL;
	if (term == NULL)
		return -ENOMEM;
	term->fd = own_description(fd);
	term->own_fd = term->fd >= 0;
	if (!term->own_fd)
		term->fd = fd;
	term->tty = tcgetattr(term->fd, &term->before) == 0;
	error = open_files(term);
	if (error == 0)
		error = start_curses(term, type);
	if (error != 0) {
		term_close(term);
		return error;
	}
	take_over(term);
	term_set_theme(term, THEME_DEFAULT);
	term_size(term, &width, &height);
	term_resize(term, width, height);
	*opened = term;
	return 0;
}

void
term_close(struct term *term)
{
	if (term == NULL)
		return;
	if (term->screen != NULL) {
		mousemask(0, NULL);
		curs_set(1);
		endwin();
		forward_all(term);
		give_back(term);
		if (term->keys != NULL)
			delwin(term->keys);
		delscreen(term->screen);
	}
	if (term->output != NULL)
		fclose(term->output);
	if (term->input != NULL)
		fclose(term->input);
	if (term->frame > 0)
		close(term->frame);
	if (term->own_fd)
		close(term->fd);
	free(term->pending);
	free(term);
}

void
term_suspend(struct term *term)
{
	mousemask(0, NULL);
	endwin();
	forward_all(term);
	give_back(term);
}

void
term_resume(struct term *term)
{
	if (term->tty)
		tcgetattr(term->fd, &term->before);
	take_over(term);
	term_set_mouse(term, term->mouse);
	curs_set(0);
	term_redraw(term);
}

static attr_t
attributes_of(unsigned int look)
{
	attr_t attributes = A_NORMAL;

	if (look & LOOK_BOLD)
		attributes |= A_BOLD;
	if (look & LOOK_DIM)
		attributes |= A_DIM;
	if (look & LOOK_REVERSE)
		attributes |= A_REVERSE;
	if (look & LOOK_UNDERLINE)
		attributes |= A_UNDERLINE;
	return attributes;
}

/* The nearest of the colours there are; grey becomes dim. */
static short
colour(short wanted)
{
	static const short basic[] = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4,
		5, 6, 7};

	if (wanted < COLORS)
		return wanted;
	return wanted < 16 ? basic[wanted] : 3;
}

void
term_set_theme(struct term *term, enum theme theme)
{
	const struct look *look;
	int role;

	set_term(term->screen);
	if (!has_colors())
		theme = THEME_MONO;
	term->theme = theme;
	for (role = 0; role < ROLES; role++) {
		look = &theme_looks[theme][role];
		term->attributes[role] = attributes_of(look->attributes);
		term->pairs[role] = 0;
		if (look->fg < 0 && look->bg < 0)
			continue;
		if (look->fg == 8 && COLORS <= 8) {
			term->attributes[role] |= A_DIM;
			continue;
		}
		if (init_pair((short)(role + 1), colour(look->fg),
		    look->bg < 0 ? -1 : colour(look->bg)) == OK)
			term->pairs[role] = (short)(role + 1);
	}
}

void
term_set_mouse(struct term *term, bool on)
{
	set_term(term->screen);
	term->mouse = on;
	mouseinterval(0);
	mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED :
	    0, NULL);
}

void
term_size(const struct term *term, int *width, int *height)
{
	struct winsize size;

	*width = 80;
	*height = 24;
	if (ioctl(term->fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
	    size.ws_row == 0)
		return;
	*width = size.ws_col;
	*height = size.ws_row;
}

/*
 * Some terminals keep their scroll region when they grow, and then leave
 * lines outside it alone when they should shift them.
 */
static void
set_region(struct term *term, int height)
{
	const char *region = tigetstr("csr");

	if (region == NULL || region == (const char *)-1)
		return;
	region = tiparm(region, 0, height - 1);
	if (write(term->frame, region, strlen(region)) < 0)
		term_redraw(term);
}

void
term_resize(struct term *term, int width, int height)
{
	set_term(term->screen);
	if (resizeterm(height, width) == OK)
		set_region(term, height);
	term_redraw(term);
}

void
term_redraw(struct term *term)
{
	set_term(term->screen);
	clearok(curscr, TRUE);
}

static void
blit_cell(const struct term *term, const struct cell *cell, int y, int x)
{
	wchar_t text[2] = {(wchar_t)cell->code, L'\0'};
	attr_t attributes = term->attributes[cell->role];
	cchar_t out;

	if (cell->selected)
		attributes ^= A_REVERSE;
	setcchar(&out, text, attributes, term->pairs[cell->role], NULL);
	mvadd_wch(y, x, &out);
}

static void
blit(const struct term *term, const struct grid *grid)
{
	int x, y;

	for (y = 0; y < grid->height; y++) {
		for (x = 0; x < grid->width; x++) {
			const struct cell *cell =
			    &grid->cells[y * grid->width + x];

			if (cell->code != 0)
				blit_cell(term, cell, y, x);
		}
	}
}

long
term_draw(struct term *term, const struct grid *grid, int column)
{
	struct pollfd wait = {term->fd, POLLOUT, 0};
	int error;

	set_term(term->screen);
	if (poll(&wait, 1, 0) != 1)
		return -EAGAIN;
	error = send_pending(term);
	if (error != 0)
		return error;
	blit(term, grid);
	curs_set(column >= 0 ? 1 : 0);
	move(column >= 0 ? grid->height - 1 : 0, column >= 0 ? column : 0);
	refresh();
	return forward(term);
}

static uint32_t
key_code(wint_t key)
{
	static const struct {
		wint_t		curses;
		uint32_t	code;
	} codes[] = {
		{KEY_UP, KEY_CODE_UP},
		{KEY_DOWN, KEY_CODE_DOWN},
		{KEY_LEFT, KEY_CODE_LEFT},
		{KEY_RIGHT, KEY_CODE_RIGHT},
		{KEY_PPAGE, KEY_CODE_PAGE_UP},
		{KEY_NPAGE, KEY_CODE_PAGE_DOWN},
		{KEY_HOME, KEY_CODE_HOME},
		{KEY_END, KEY_CODE_END},
		{KEY_BACKSPACE, KEY_CODE_BACKSPACE},
		{KEY_DC, KEY_CODE_DELETE},
		{KEY_F(1), KEY_CODE_F1},
		{KEY_ENTER, '\r'},
	};
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].curses == key)
			return codes[i].code;
	return 0;
}

static uint32_t
mouse_code(struct term_key *key)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return 0;
	key->y = event.y;
	key->x = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		return KEY_CODE_WHEEL_UP;
	if (event.bstate & BUTTON5_PRESSED)
		return KEY_CODE_WHEEL_DOWN;
	return event.bstate & BUTTON1_PRESSED ? KEY_CODE_CLICK : 0;
}

static int
gone(const struct term *term)
{
	struct pollfd wait = {term->fd, POLLIN, 0};

	if (poll(&wait, 1, 0) < 1)
		return 0;
	return wait.revents & (POLLHUP | POLLERR | POLLNVAL) ? -EIO : 0;
}

int
term_key(struct term *term, struct term_key *key)
{
	wint_t code;
	int kind;

	set_term(term->screen);
	for (;;) {
		kind = wget_wch(term->keys, &code);
		if (kind == ERR)
			return gone(term);
		*key = (struct term_key){0, 0, 0};
		if (kind != KEY_CODE_YES)
			key->code = (uint32_t)code;
		else if (code == KEY_MOUSE)
			key->code = mouse_code(key);
		else
			key->code = key_code(code);
		if (key->code != 0)
			return 1;
	}
}
