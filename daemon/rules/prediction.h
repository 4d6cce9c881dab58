/*
 * How often predictions came true, as the model keeps it.  Pure; any
 * thread.
 */
#ifndef DROVER_RULES_PREDICTION_H
#define DROVER_RULES_PREDICTION_H

#include "detect/predict.h"
#include "rules/row.h"

/* Without the counts by tenths, which no row has. */
struct accuracy prediction_accuracy(const struct row_accuracy *row);

#endif
