#include "api/body.h"

#include <stdio.h>
#include <string.h>

json_t *
body_object(struct exchange *exchange)
{
	const struct request *request = &exchange->request;
	json_error_t error;
	char detail[192];
	json_t *object;

	if (request->body_bytes == 0)
		return json_object();
	if (!request->json) {
		exchange_refuse(exchange, REPLY_BAD_TYPE, "");
		return NULL;
	}
	object = json_loadb(request->body, request->body_bytes,
	    JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(object))
		return object;
	if (object != NULL)
		snprintf(detail, sizeof(detail), "it must be an object");
	else
		snprintf(detail, sizeof(detail), "line %d, column %d: %.120s",
		    error.line, error.column, error.text);
	json_decref(object);
	exchange_refuse(exchange, REPLY_BAD_JSON, detail);
	return NULL;
}
