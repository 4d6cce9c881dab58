#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "config/defaults.h"
#include "config/rules.h"
#include "config/text.h"
#include "config/value.h"

#define NUMBER_BYTES	64

/* One side of a rule. */
struct side {
	const struct config_parameter	*parameter;
	uint64_t			 number;
	char				 text[NUMBER_BYTES];
	bool				 is_default;
};

static const struct mark *
mark_of(const struct origin *origin, const char *path)
{
	int index = config_parameter_find(path);

	assert(index >= 0);
	return &origin->parameters[index];
}

static struct side
side_of(const struct config *config, const char *path)
{
	int index = config_parameter_find(path);
	struct side side;
	const void *field;

	assert(index >= 0);
	side.parameter = &config_parameters[index];
	field = config_field_of(config, side.parameter);
	side.number = value_number(side.parameter, field);
	side.is_default = defaults_equal(side.parameter, field);
	value_number_write(side.parameter->type, side.number, side.text,
	    sizeof(side.text));
	return side;
}

static bool
holds(const struct config_rule *rule, const struct side *left,
    const struct side *right)
{
	uint64_t limit = rule->factor * right->number;

	return rule->at_least ? left->number >= limit : left->number <= limit;
}

bool
rules_broken(const struct config *config, const struct config_rule *rule,
    char *why, size_t size)
{
	struct side left = side_of(config, rule->left);
	struct side right = side_of(config, rule->right);
	char times[32] = "", bound[NUMBER_BYTES];

	if ((left.is_default && right.is_default) ||
	    holds(rule, &left, &right))
		return false;
	if (rule->factor != 1)
		snprintf(times, sizeof(times), "%ju times ",
		    (uintmax_t)rule->factor);
	value_number_write(left.parameter->type, rule->factor * right.number,
	    bound, sizeof(bound));
	snprintf(why, size,
	    "%s: %s is %s than %s%s, which is %s; allowed: %s %s, because %s",
	    rule->left, left.text, rule->at_least ? "less" : "more", times,
	    rule->right, right.text, rule->at_least ? "at least" : "at most",
	    bound, rule->why);
	return true;
}

static void
check_rule(const struct config *config, const struct origin *origin,
    struct complaints *complaints, const struct config_rule *rule)
{
	const struct mark *left = mark_of(origin, rule->left);
	const struct mark *right = mark_of(origin, rule->right);
	char why[CONFIG_ERROR_BYTES];

	if (!left->refused && !right->refused &&
	    rules_broken(config, rule, why, sizeof(why)))
		complain(complaints, left->line != 0 ? left : right, "%s",
		    why);
}

/* Names and addresses tell the items of a list apart. */
static void
check_unique(const struct config *config, const struct origin *origin,
    struct complaints *complaints, size_t list, size_t member)
{
	const struct config_list *schema = &config_lists[list];
	const struct config_parameter *parameter =
	    &config_members[schema->first + member];
	const struct mark *mark, *other;
	const char *items, *left, *right;
	size_t count, i, j;

	items = config_list_items(config, schema, &count);
	for (i = 1; i < count; i++) {
		mark = origin_member(origin, list, i, member);
		memcpy(&left, items + i * schema->item_bytes +
		    parameter->offset, sizeof(left));
		for (j = 0; j < i; j++) {
			other = origin_member(origin, list, j, member);
			memcpy(&right, items + j * schema->item_bytes +
			    parameter->offset, sizeof(right));
			if (mark->line != 0 && !mark->refused &&
			    other->line != 0 && !other->refused &&
			    strcasecmp(left, right) == 0)
				break;
		}
		if (j < i)
			complain(complaints, mark,
			    "%s[%zu].%s: \"%s\" is that of %s[%zu] too, line "
			    "%u; allowed: one that no other has",
			    schema->name, i, parameter->name, left,
			    schema->name, j, other->line);
	}
}

/* dlopen(3) takes a name from its path, or a path as it is. */
static void
check_library(const struct config *config, const struct origin *origin,
    struct complaints *complaints)
{
	const char *library = config->collect.nvml_library;

	if (strchr(library, '/') != NULL && library[0] != '/')
		complain(complaints,
		    mark_of(origin, "collect.nvml_library"),
		    "collect.nvml_library: \"%.200s\" is a relative path; "
		    "allowed: a name or an absolute path", library);
}

/* No name: a look-up could take as long as it likes. */
static void
check_listen(const struct config *config, const struct origin *origin,
    struct complaints *complaints)
{
	const struct mark *mark = mark_of(origin, "api.listen");
	const char *listen = config->api.listen;
	char quoted[192];
	const char *why;

	if (mark->refused || listen[0] == '\0')
		return;
	why = text_check_listen(listen, strlen(listen));
	if (why != NULL)
		complain(complaints, mark, "api.listen: %s %s; allowed: "
		    "ADDRESS:PORT or [ADDRESS]:PORT, as 0.0.0.0:8443",
		    text_quote(listen, strlen(listen), quoted,
		    sizeof(quoted)), why);
}

static void
check_certificate(const struct config *config, const struct origin *origin,
    struct complaints *complaints)
{
	const struct mark *certificate = mark_of(origin, "api.certificate");
	const struct mark *key = mark_of(origin, "api.key");
	bool have_certificate = config->api.certificate[0] != '\0';
	bool have_key = config->api.key[0] != '\0';

	if (certificate->refused || key->refused ||
	    have_certificate == have_key)
		return;
	complain(complaints, have_key ? key : certificate,
	    "api.%s: api.%s is not given; allowed: both or neither",
	    have_key ? "key" : "certificate",
	    have_key ? "certificate" : "key");
}

void
rules_check(const struct config *config, const struct origin *origin,
    struct complaints *complaints)
{
	const struct config_list *list;
	enum config_type type;
	size_t i, j;

	for (i = 0; i < CONFIG_RULES; i++)
		check_rule(config, origin, complaints, &config_rules[i]);
	for (i = 0; i < CONFIG_LISTS; i++) {
		list = &config_lists[i];
		for (j = 0; j < list->members; j++) {
			type = config_members[list->first + j].type;
			if (type == CONFIG_NAME || type == CONFIG_URL)
				check_unique(config, origin, complaints, i, j);
		}
	}
	check_library(config, origin, complaints);
	check_listen(config, origin, complaints);
	check_certificate(config, origin, complaints);
}
