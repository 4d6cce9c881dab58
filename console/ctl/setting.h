/* One parameter out of the text of a configuration, in normal form. */
#ifndef DROVER_CTL_SETTING_H
#define DROVER_CTL_SETTING_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Prints what stands under name, "collect.interval": its value, with the
 * comment that says where it is from, or the lines of a section.  False:
 * there is none of that name, and nothing is printed.
 */
bool	setting_print(FILE *stream, const char *text, const char *name);

#endif
