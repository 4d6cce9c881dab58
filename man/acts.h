/* The acts of the management API and the members of their bodies, mdoc(7). */
#ifndef DROVER_MAN_ACTS_H
#define DROVER_MAN_ACTS_H

/* Every act, who may, and what is its own in the body. */
void	acts_print(void);
/* The members that every body takes. */
void	acts_print_common(void);
/* What a row of shared state has, as answers show it. */
void	acts_print_rows(void);
/* How much of it there can be, and for how long. */
void	acts_print_bounds(void);

#endif
