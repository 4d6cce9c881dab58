/*
 * A man page as lines with styles and links, made by mandoc(1), or man(1)
 * where there is none.
 */
#ifndef DROVER_UI_MANUAL_H
#define DROVER_UI_MANUAL_H

#include <stdbool.h>
#include <stdint.h>

#define MANUAL_NAME_BYTES	80

/* bold and underlined: one bit a byte of the text */
struct manual_line {
	char		*text;		/* UTF-8 */
	unsigned char	*style;		/* one for each byte of text */
};

#define MANUAL_BOLD		1
#define MANUAL_UNDERLINE	2

struct manual_link {
	int	line;
	int	column;			/* cells, from 0 */
	int	columns;
	char	name[MANUAL_NAME_BYTES];	/* page(section) */
};

struct manual {
	char			 name[MANUAL_NAME_BYTES];
	int			 width;		/* it was made for */
	struct manual_line	*lines;
	int			 line_count;
	struct manual_link	*links;
	int			 link_count;
};

/*
 * Where pages are looked for: directories separated by colons, before
 * $DROVER_MAN_PATH, the man directories beside the running program, and
 * those of the system.
 */
void	manual_set_path(const char *path);

/*
 * Load name, "page(section)" or "page".  Returns 0 or a negative error, and
 * then leaves *manual as it was; -ENOENT: there is no such page.
 */
int	manual_load(struct manual *manual, const char *name, int width,
	    bool ascii);
void	manual_release(struct manual *manual);

/* Lines and links of a formatted page of length bytes; for tests too. */
int	manual_parse(struct manual *manual, const char *text, int length);

#endif
