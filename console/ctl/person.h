/* Questions to the person at the terminal: asked on the standard error. */
#ifndef DROVER_CTL_PERSON_H
#define DROVER_CTL_PERSON_H

#include <stdbool.h>
#include <stddef.h>

/* Can somebody be asked? */
bool	person_is_there(void);

/* The line without its end and blanks around; false: there was none. */
bool	person_line(const char *question, char *line, size_t size);
/* No is what Enter alone, and the end of the input, say. */
bool	person_agrees(const char *question);

#endif
