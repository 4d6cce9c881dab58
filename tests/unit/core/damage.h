/* Harm to the files of a node that nobody has open. */
#ifndef DROVER_TESTS_CORE_DAMAGE_H
#define DROVER_TESTS_CORE_DAMAGE_H

#include "tests/unit/core/node.h"

#define DAMAGE_TEXT	4096

/* A node that was stopped, with these notes, "note 1" and so on. */
void	damage_fill(struct node *node, int notes);
/* Are they these notes in that order, with a sound audit? */
void	damage_expect_notes(struct node *node, int notes);
/* Acts of this verb in the audit; what they say in text, newest first. */
int	damage_audit(struct node *node, const char *verb,
	    char text[DAMAGE_TEXT]);

void	damage_scribble_state(const struct node *node);
void	damage_remove_state(const struct node *node);
/* Each copy of what the log says of itself. */
void	damage_scribble_log(const struct node *node);
/* The last segment, in its middle. */
void	damage_cut_log(const struct node *node);
/* A bit of an entry in it. */
void	damage_flip_in_log(const struct node *node);
void	damage_remove_log(const struct node *node);

#endif
