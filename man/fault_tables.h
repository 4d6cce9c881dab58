/* The tables of faults and predictions as mdoc; see tables.c. */
#ifndef DROVER_MAN_FAULT_TABLES_H
#define DROVER_MAN_FAULT_TABLES_H

void	table_fault_states(void);
void	table_fault_classes(void);
void	table_fault_causes(void);
void	table_outcomes(void);

/* "backend.crash" of "BACKEND_CRASH" */
const char *fault_class_name(const char *constant);

#endif
