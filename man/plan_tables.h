/* The tables of plans as mdoc; see tables.c. */
#ifndef DROVER_MAN_PLAN_TABLES_H
#define DROVER_MAN_PLAN_TABLES_H

void	table_plan_states(void);
void	table_step_states(void);
void	table_guards(void);
void	table_operations(void);
void	table_strategies(void);
void	table_remedies(void);

#endif
