/* Real curses without a tty: the other end of its socket is a libvterm. */
#include "term.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vterm.h>

#include "key_code.h"
#include "stage.h"
#include "text.h"
#include "tests/unit/suite.h"

/* Curses never gives back what a refused terminal took. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:new_prescr";
}

struct wire {
	struct stage	 stage;
	struct term	*term;
	VTerm		*vterm;
	VTermScreen	*screen;
	int		 far;		/* the terminal's end */
	int		 near;
};

static void
wire_open(struct wire *wire, int width, int height, const char *type)
{
	int ends[2];

	CU_ASSERT_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    ends) == 0);
	wire->near = ends[0];
	wire->far = ends[1];
	wire->vterm = vterm_new(24, 80);
	vterm_set_utf8(wire->vterm, 1);
	wire->screen = vterm_obtain_screen(wire->vterm);
	vterm_screen_enable_altscreen(wire->screen, 1);
	vterm_screen_reset(wire->screen, 1);
	stage_open(&wire->stage, width, height, GLYPH_MODE_BLOCK);
	CU_ASSERT_FATAL(term_open(&wire->term, wire->near, type) == 0);
	vterm_set_size(wire->vterm, height, width);
	term_resize(wire->term, width, height);
	term_set_mouse(wire->term, true);
}

static void
wire_close(struct wire *wire)
{
	term_close(wire->term);
	stage_close(&wire->stage);
	vterm_free(wire->vterm);
	close(wire->near);
	if (wire->far >= 0)
		close(wire->far);
}

/* What was sent reaches the terminal. */
static void
deliver(struct wire *wire)
{
	char bytes[8192];
	ssize_t n;

	while ((n = read(wire->far, bytes, sizeof(bytes))) > 0)
		vterm_input_write(wire->vterm, bytes, (size_t)n);
	vterm_screen_flush_damage(wire->screen);
}

static long
show(struct wire *wire)
{
	long sent;

	stage_draw(&wire->stage);
	sent = term_draw(wire->term, &wire->stage.grid, -1);
	deliver(wire);
	return sent;
}

/* Every cell of the terminal is the cell of the grid. */
static int
differences(struct wire *wire)
{
	const struct grid *grid = &wire->stage.grid;
	VTermScreenCell cell;
	int count = 0;
	VTermPos at;

	for (at.row = 0; at.row < grid->height; at.row++) {
		for (at.col = 0; at.col < grid->width; at.col++) {
			uint32_t code = grid->cells[at.row * grid->width +
			    at.col].code;

			vterm_screen_get_cell(wire->screen, at, &cell);
			if (code == 0)
				continue;
			if (cell.chars[0] != code &&
			    !(code == ' ' && cell.chars[0] == 0)) {
				fprintf(stderr, "%d,%d: U+%04x, not U+%04x\n",
				    at.row, at.col, cell.chars[0], code);
				count++;
			}
		}
	}
	return count;
}

static void
the_terminal_shows_the_grid(void)
{
	static const char *const walks[] = {"", "jj", "\r", "6", "7", "8", "?",
		"1C", "\033t", ":theme mono\r", "1"};
	struct wire wire = {0};
	size_t i;

	wire_open(&wire, 100, 30, "xterm-256color");
	for (i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
		stage_type(&wire.stage, walks[i]);
		show(&wire);
		CU_ASSERT_EQUAL(differences(&wire), 0);
	}
	wire_close(&wire);
}

static void
a_second_draw_sends_no_bytes(void)
{
	struct wire wire = {0};

	wire_open(&wire, 80, 24, "xterm-256color");
	CU_ASSERT(show(&wire) > 1000);
	CU_ASSERT_EQUAL(show(&wire), 0);
	CU_ASSERT_EQUAL(show(&wire), 0);
	wire_close(&wire);
}

static void
a_second_later_few_bytes_are_sent(void)
{
	struct wire wire = {0};
	long sent;

	wire_open(&wire, 80, 24, "xterm-256color");
	show(&wire);
	wire.stage.model.now_ns += 1000000000LL;
	sent = show(&wire);
	CU_ASSERT(sent > 0 && sent < 40);
	CU_ASSERT_EQUAL(differences(&wire), 0);
	wire_close(&wire);
}

static void
a_new_size_is_drawn_whole(void)
{
	static const int sizes[][2] = {{200, 50}, {40, 10}, {10, 3},
		{80, 24}};
	struct wire wire = {0};
	size_t i;

	wire_open(&wire, 80, 24, "xterm-256color");
	show(&wire);
	for (i = 0; i < 4; i++) {
		wire.stage.ui.width = sizes[i][0];
		wire.stage.ui.height = sizes[i][1];
		vterm_set_size(wire.vterm, sizes[i][1], sizes[i][0]);
		term_resize(wire.term, sizes[i][0], sizes[i][1]);
		show(&wire);
		CU_ASSERT_EQUAL(differences(&wire), 0);
	}
	wire_close(&wire);
}

static void
send_keys(struct wire *wire, const char *bytes)
{
	CU_ASSERT_EQUAL(write(wire->far, bytes, strlen(bytes)),
	    (ssize_t)strlen(bytes));
}

static void
keys_arrive_as_what_they_are(void)
{
	static const struct {
		const char	*bytes;
		uint32_t	 code;
	} cases[] = {
		{"q", 'q'}, {"\033OA", KEY_CODE_UP}, {"\033OB", KEY_CODE_DOWN},
		{"\033[5~", KEY_CODE_PAGE_UP}, {"\033[6~", KEY_CODE_PAGE_DOWN},
		{"\033OH", KEY_CODE_HOME}, {"\033OF", KEY_CODE_END},
		{"\033OP", KEY_CODE_F1}, {"\r", '\r'}, {"\033", 27},
		{"\346\235\261", 0x6771}, {"\177", KEY_CODE_BACKSPACE},
	};
	struct term_key key;
	struct wire wire = {0};
	size_t i;

	wire_open(&wire, 80, 24, "xterm-256color");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		send_keys(&wire, cases[i].bytes);
		CU_ASSERT_EQUAL(term_key(wire.term, &key), 1);
		CU_ASSERT(key.code == cases[i].code ||
		    (key.code == 0x7f && i == 11));
		CU_ASSERT_EQUAL(term_key(wire.term, &key), 0);
	}
	wire_close(&wire);
}

static void
the_mouse_clicks_and_turns(void)
{
	struct term_key key;
	struct wire wire = {0};

	wire_open(&wire, 80, 24, "xterm-256color");
	show(&wire);
	send_keys(&wire, "\033[<0;12;7M");
	CU_ASSERT_EQUAL(term_key(wire.term, &key), 1);
	CU_ASSERT_EQUAL(key.code, KEY_CODE_CLICK);
	CU_ASSERT_EQUAL(key.y, 6);
	CU_ASSERT_EQUAL(key.x, 11);
	send_keys(&wire, "\033[<65;12;7M");
	CU_ASSERT_EQUAL(term_key(wire.term, &key), 1);
	CU_ASSERT_EQUAL(key.code, KEY_CODE_WHEEL_DOWN);
	send_keys(&wire, "\033[<64;12;7M");
	CU_ASSERT_EQUAL(term_key(wire.term, &key), 1);
	CU_ASSERT_EQUAL(key.code, KEY_CODE_WHEEL_UP);
	wire_close(&wire);
}

static void
a_terminal_that_blocks_loses_frames_and_then_is_right(void)
{
	struct wire wire = {0};
	int dropped = 0, i, small = 1;
	char noise[64];

	wire_open(&wire, 80, 24, "xterm-256color");
	setsockopt(wire.near, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	for (i = 0; i < 200 && dropped == 0; i++) {
		term_redraw(wire.term);
		stage_draw(&wire.stage);
		if (term_draw(wire.term, &wire.stage.grid, -1) == -EAGAIN)
			dropped++;
	}
	CU_ASSERT(dropped > 0);
	/* While it blocks, much happens that is never seen. */
	snprintf(noise, sizeof(noise), "6jjj");
	stage_type(&wire.stage, noise);
	CU_ASSERT_EQUAL(term_draw(wire.term, &wire.stage.grid, -1), -EAGAIN);
	for (i = 0; i < 100; i++) {
		deliver(&wire);
		show(&wire);
	}
	deliver(&wire);
	CU_ASSERT_EQUAL(differences(&wire), 0);
	wire_close(&wire);
}

static void
a_terminal_that_went_away_is_an_error(void)
{
	struct term_key key;
	struct wire wire = {0};
	long sent;

	wire_open(&wire, 80, 24, "xterm-256color");
	show(&wire);
	close(wire.far);
	wire.far = -1;
	CU_ASSERT(term_key(wire.term, &key) < 0);
	stage_type(&wire.stage, "6");
	sent = term_draw(wire.term, &wire.stage.grid, -1);
	CU_ASSERT(sent < 0 && sent != -EAGAIN);
	wire_close(&wire);
}

/* Bytes from ESC [ to m that name a colour. */
static bool
has_colour(const char *bytes, ssize_t length)
{
	ssize_t i;

	for (i = 0; i + 4 < length; i++)
		if (memcmp(bytes + i, "\033[3", 3) == 0 &&
		    bytes[i + 3] != '9' && bytes[i + 4] == 'm')
			return true;
	return false;
}

static void
the_mono_theme_sends_no_colour(void)
{
	static char bytes[65536];
	struct wire wire = {0};
	ssize_t length;
	int theme;

	for (theme = 0; theme < THEMES; theme++) {
		wire_open(&wire, 80, 24, "xterm-256color");
		term_set_theme(wire.term, (enum theme)theme);
		term_draw(wire.term, &wire.stage.grid, -1);
		length = read(wire.far, bytes, sizeof(bytes));
		CU_ASSERT_EQUAL(has_colour(bytes, length),
		    theme != THEME_MONO);
		wire_close(&wire);
	}
}

static void
plain_terminals_are_served(void)
{
	static const char *const types[] = {"vt100", "linux", "screen",
		"tmux-256color"};
	struct wire wire = {0};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		wire_open(&wire, 80, 24, types[i]);
		CU_ASSERT(show(&wire) > 500);
		wire_close(&wire);
	}
}

static void
an_unknown_terminal_is_refused(void)
{
	struct term *term;
	int ends[2];

	CU_ASSERT_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	CU_ASSERT_EQUAL(term_open(&term, ends[0], "no-such-terminal"),
	    -ENOTTY);
	CU_ASSERT_PTR_NULL(term);
	close(ends[0]);
	close(ends[1]);
}

static void
the_terminal_is_left_as_it_was(void)
{
	static char bytes[65536];
	struct wire wire = {0};
	ssize_t length;

	wire_open(&wire, 80, 24, "xterm-256color");
	show(&wire);
	term_suspend(wire.term);
	length = read(wire.far, bytes, sizeof(bytes) - 1);
	bytes[length > 0 ? length : 0] = '\0';
	CU_ASSERT(strstr(bytes, "\033[?1049l") != NULL);
	CU_ASSERT(strstr(bytes, "\033[?1000l") != NULL ||
	    strstr(bytes, "1006;1000l") != NULL);
	term_resume(wire.term);
	CU_ASSERT(show(&wire) > 1000);
	CU_ASSERT_EQUAL(differences(&wire), 0);
	wire_close(&wire);
}

static const struct suite_test tests[] = {
	{"the terminal shows the grid", the_terminal_shows_the_grid},
	{"a second draw sends no bytes", a_second_draw_sends_no_bytes},
	{"a second later few bytes are sent",
	    a_second_later_few_bytes_are_sent},
	{"a new size is drawn whole", a_new_size_is_drawn_whole},
	{"keys arrive as what they are", keys_arrive_as_what_they_are},
	{"the mouse clicks and turns", the_mouse_clicks_and_turns},
	{"a terminal that blocks loses frames and then is right",
	    a_terminal_that_blocks_loses_frames_and_then_is_right},
	{"a terminal that went away is an error",
	    a_terminal_that_went_away_is_an_error},
	{"the mono theme sends no colour", the_mono_theme_sends_no_colour},
	{"plain terminals are served", plain_terminals_are_served},
	{"an unknown terminal is refused", an_unknown_terminal_is_refused},
	{"the terminal is left as it was", the_terminal_is_left_as_it_was},
};

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	return suite_run("ui-term", tests, sizeof(tests) / sizeof(tests[0]),
	    argc, argv);
}
