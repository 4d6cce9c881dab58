/* A list with a cursor that stays on its object while others come and go. */
#ifndef DROVER_UI_LIST_H
#define DROVER_UI_LIST_H

#include "ui.h"

void	list_release(struct list *list);
void	list_clear(struct list *list);
/* An item that finds no memory is left out. */
void	list_add(struct list *list, uint32_t kind, uint32_t index,
	    uint64_t key);
const struct item *list_here(const struct list *list);

/* Remember this order, and the place of a key in it (or a large number). */
void	list_keep_order(struct list *list);
int	list_rank(const struct list *list, uint64_t key);

/* After the items were made: cursor, top and page fit again. */
void	list_settle(struct list *list, bool scrolls);
/* By so many lines; rows then keep their order for a while. */
void	list_move(struct list *list, int lines, bool scrolls);
void	list_go(struct list *list, int line, bool scrolls);

#endif
