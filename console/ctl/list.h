/*
 * Rows of shared state for people: holds, notes, settings, accounts, and
 * the acts of the audit.
 */
#ifndef DROVER_CTL_LIST_H
#define DROVER_CTL_LIST_H

#include <stdio.h>

#include <jansson.h>

void	list_holds(FILE *stream, const json_t *answer);
void	list_notes(FILE *stream, const json_t *answer);
void	list_settings(FILE *stream, const json_t *answer);
void	list_accounts(FILE *stream, const json_t *answer);
void	list_faults(FILE *stream, const json_t *answer);
void	list_predictions(FILE *stream, const json_t *answer);
void	list_accuracy(FILE *stream, const json_t *answer);
void	list_plans(FILE *stream, const json_t *answer);
void	list_arms(FILE *stream, const json_t *answer);
void	list_cluster(FILE *stream, const json_t *answer);
/* Of a preview; "flight" and "ready" of the rows are words for a person. */
void	list_targets(FILE *stream, const json_t *rows);
void	list_moved(FILE *stream, const json_t *rows);
/* One act: who did what to what, how it ended, and why. */
void	list_act(FILE *stream, const json_t *row);

#endif
