/*
 * The detectors over simulated or recorded nodes:
 *
 *	detect-replay ROOT DETECT.csv PREDICT.csv FILE...
 *
 * reads ROOT/FILE, one node each: a line of names that begins with
 * "timestamp" and lines of numbers, empty where a value is missing, with
 * the columns of the table below.  Writes what was found in the form that
 * scorers of detectors and predictors read, one line for each row
 * (file,timestamp,score,alarm,kind and file,timestamp,kind,prob).  Prints
 * how the predictions settled by themselves, and, where ROOT/labels.csv
 * (file,start,end,kind,...) tells what happened when, how much of that was
 * found and what was found besides.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/predict.h"
#include "tests/unit/detect/virtual.h"

#define COLUMNS_MAX	64
#define LINE_MAX_BYTES	4096

enum part { PART_NODE, PART_DISK, PART_GPU, PART_BACKEND, PARTS };

static const struct {
	const char	*column;
	enum part	 part;
	size_t		 metric;
	double		 factor;
} mapped[] = {
	{ "cpu_util", PART_NODE, DETECT_NODE_cpu_busy, 1 },
	{ "mem_used_pct", PART_NODE, DETECT_NODE_memory_used, 1 },
	{ "psi_mem", PART_NODE, DETECT_NODE_psi_memory_some, 1 },
	{ "disk_used_pct", PART_DISK, DETECT_DEVICE_used_share, 1 },
	{ "gpu_util", PART_GPU, DETECT_DEVICE_busy, 1 },
	{ "gpu_mem_pct", PART_GPU, DETECT_DEVICE_used_share, 1 },
	{ "gpu_temp_c", PART_GPU, DETECT_DEVICE_temperature, 1 },
	{ "xid_count", PART_GPU, DETECT_DEVICE_xid_errors, 1 },
	{ "tokens_s", PART_BACKEND, DETECT_BACKEND_tokens, 1 },
	{ "queue_len", PART_BACKEND, DETECT_BACKEND_requests_deferred, 1 },
	{ "active_seqs", PART_BACKEND, DETECT_BACKEND_in_flight, 1 },
	{ "tpot_ms", PART_BACKEND, DETECT_BACKEND_ttft, 1 },
	{ "kv_pct", PART_BACKEND, DETECT_BACKEND_kv_used, 1 },
};
#define MAPPED	(sizeof(mapped) / sizeof(mapped[0]))

/* What the classes are called there. */
static const struct {
	enum fault_class	 number;
	const char		*kind;
} kinds[] = {
	{ FAULT_DISK_FULL, "disk_full" },
	{ FAULT_NODE_MEM, "host_oom" },
	{ FAULT_GPU_THERMAL, "thermal" },
	{ FAULT_GPU_XID, "gpu_fail" },
	{ FAULT_BACKEND_STUCK, "runner_stuck" },
	{ FAULT_BACKEND_SLOW, "slo_breach" },
	{ FAULT_CAP_SATURATED, "slo_breach" },
	{ FAULT_PREDICTED_DISK_FULL, "disk_full" },
	{ FAULT_PREDICTED_NODE_MEM, "host_oom" },
	{ FAULT_PREDICTED_GPU_MEM, "vram_oom" },
};

static const char *
kind_of(enum fault_class number)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].number == number)
			return kinds[i].kind;
	return NULL;
}

#define EVENTS_MAX	1024
/* An alarm so long before an event is of it; one in so long is counted. */
#define EARLY_S		600
#define ALARM_EVERY_S	3600

struct event {
	char	file[64];
	char	kind[32];
	int64_t	start;
	int64_t	end;
	bool	found;
	bool	named;		/* as what it is */
};

static struct event events[EVENTS_MAX];
static size_t event_count;
static int64_t rows, false_alarms;

struct node {
	const char		*file;
	FILE			*detections;
	FILE			*predictions;
	struct detect		*part[PARTS];
	double			 value[PARTS][VALUES_MAX];
	double			 tokens_total;
	enum judge_canary		 canary;
	int64_t			 canary_ms;
	struct predictor	*predictor;
	const char		*alarm;		/* of this row; NULL */
	int64_t			 timestamp;
	int64_t			 false_alarm;	/* when the last one was */
};

static bool
is_consequence(const struct event *event)
{
	return strstr(event->kind, "_secondary") != NULL ||
	    strstr(event->kind, "_near") != NULL;
}

/* Lines that are none, such as the first, are passed over. */
static void
read_events(const char *root)
{
	char path[4096], line[LINE_MAX_BYTES];
	struct event *event;
	long long start, end;
	FILE *in;

	snprintf(path, sizeof(path), "%s/labels.csv", root);
	in = fopen(path, "r");
	while (in != NULL && event_count < EVENTS_MAX &&
	    fgets(line, sizeof(line), in) != NULL) {
		event = &events[event_count];
		if (sscanf(line, "%63[^,],%lld,%lld,%31[^,]", event->file,
		    &start, &end, event->kind) != 4)
			continue;
		event->start = start;
		event->end = end;
		event_count++;
	}
	if (in != NULL)
		fclose(in);
}

static void
match_alarm(struct node *node)
{
	bool explained = false;
	size_t i;

	for (i = 0; i < event_count; i++) {
		if (strcmp(events[i].file, node->file) != 0 ||
		    node->timestamp < events[i].start - EARLY_S ||
		    node->timestamp > events[i].end)
			continue;
		explained = true;
		events[i].found = true;
		events[i].named |= strcmp(events[i].kind, node->alarm) == 0;
	}
	if (explained || node->timestamp - node->false_alarm < ALARM_EVERY_S)
		return;
	node->false_alarm = node->timestamp;
	false_alarms++;
}

static void
print_events(void)
{
	size_t i, k, all, found, named;

	for (i = 0; i < event_count; i++) {
		all = found = named = 0;
		for (k = 0; k < event_count; k++) {
			if (strcmp(events[k].kind, events[i].kind) != 0)
				continue;
			if (k < i)
				break;
			all++;
			found += events[k].found;
			named += events[k].named;
		}
		if (all > 0 && !is_consequence(&events[i]))
			printf("%-22s found %zu of %zu, as such %zu\n",
			    events[i].kind, found, all, named);
	}
	printf("%lld rows, %lld false alarms\n", (long long)rows,
	    (long long)false_alarms);
}

static void
take(void *user, const struct finding *finding)
{
	struct node *node = user;
	const char *kind = kind_of(finding->number);

	if (predict_finding(node->predictor, finding) != 0)
		fprintf(stderr, "%s: too many predictions\n", node->file);
	if (finding->horizon_ms > 0) {
		if (finding->edge == FINDING_STANDS && kind != NULL)
			fprintf(node->predictions, "%s,%lld,%s,%.3f\n",
			    node->file, (long long)node->timestamp, kind,
			    finding->probability_ppm / 1e6);
		/* Reached with no class of its own. */
		if (finding->edge == FINDING_REACHED &&
		    finding->foreseen == FAULT_NONE)
			node->alarm = kind;
	} else if (finding->edge == FINDING_RAISED && kind != NULL)
		node->alarm = kind;
}

static void
begin(struct node *node, const char *file, struct predictor *predictor)
{
	static const struct {
		enum drover_metric_scope	scope;
		enum drover_device_kind		kind;
	} subjects[PARTS] = {
		{ DROVER_METRIC_SCOPE_NODE, DROVER_DEVICE_KIND_UNKNOWN },
		{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_FILESYSTEM },
		{ DROVER_METRIC_SCOPE_DEVICE, DROVER_DEVICE_KIND_GPU },
		{ DROVER_METRIC_SCOPE_BACKEND, DROVER_DEVICE_KIND_UNKNOWN },
	};
	int i;

	for (i = 0; i < PARTS; i++)
		node->part[i] = make_detect(subjects[i].scope,
		    subjects[i].kind);
	node->file = file;
	node->predictor = predictor;
	node->tokens_total = 0;
	node->canary = CANARY_NONE;
	node->false_alarm = INT64_MIN / 2;
	memset(predictor->list, 0, sizeof(predictor->list));
	predictor->at_ms = 0;
}

/* Slots are what it takes to generate so much at that pace. */
static void
backend_row(struct node *node, const struct finding_sink *sink,
    int64_t at_ms)
{
	double *value = node->value[PART_BACKEND];
	double tokens = value[DETECT_BACKEND_tokens];
	double tpot_ms = value[DETECT_BACKEND_ttft];
	double active = value[DETECT_BACKEND_in_flight];
	struct judge_row row = { at_ms, DROVER_BACKEND_STATE_UP, value, NAN,
	    5, node->canary, node->canary_ms, NULL, 0 };
	struct detect_row plain = { at_ms, value, NAN };

	value[DETECT_BACKEND_ttft] = NAN;
	value[DETECT_BACKEND_slots_busy] = tokens > 0 ?
	    fmax(1, tokens * tpot_ms / 1000) : active;
	if (isfinite(tokens))
		node->tokens_total += 10 * tokens;
	value[DETECT_BACKEND_tokens_total] = node->tokens_total;
	if (isnan(tokens) && isnan(active))
		row.state = DROVER_BACKEND_STATE_UNKNOWN;
	detect_step(node->part[PART_BACKEND], &plain, sink);
	if (detect_wants_canary(node->part[PART_BACKEND], &row)) {
		/* It shares the fate of everybody else. */
		node->canary = tokens > 0 ? CANARY_GOOD : CANARY_FAILED;
		node->canary_ms = at_ms;
	}
	detect_judge(node->part[PART_BACKEND], &row, sink);
}

static void
step(struct node *node, int64_t timestamp)
{
	const struct finding_sink sink = { take, node };
	struct detect_row row = { timestamp * 1000, NULL, NAN };
	int i;

	node->alarm = NULL;
	node->timestamp = timestamp;
	for (i = 0; i < PART_BACKEND; i++) {
		row.value = node->value[i];
		detect_step(node->part[i], &row, &sink);
	}
	backend_row(node, &sink, row.at_ms);
	predict_step(node->predictor, row.at_ms);
	for (i = 0; i < PARTS; i++)
		detect_standing(node->part[i], &sink);
	rows++;
	if (node->alarm != NULL)
		match_alarm(node);
	fprintf(node->detections, "%s,%lld,%d,%d,%s\n", node->file,
	    (long long)timestamp, node->alarm != NULL, node->alarm != NULL,
	    node->alarm != NULL ? node->alarm : "");
}

/* Where each column goes: an index of mapped[], or -1. */
static size_t
read_head(char *line, int column[COLUMNS_MAX])
{
	size_t count = 0, i;
	char *name;

	line[strcspn(line, "\r\n")] = '\0';
	while ((name = strsep(&line, ",")) != NULL && count < COLUMNS_MAX) {
		column[count] = -1;
		for (i = 0; i < MAPPED; i++)
			if (strcmp(mapped[i].column, name) == 0)
				column[count] = (int)i;
		count++;
	}
	return count;
}

static void
read_row(struct node *node, char *line, const int column[COLUMNS_MAX],
    size_t columns)
{
	int64_t timestamp = 0;
	size_t i;
	char *text;
	int to;

	for (i = 0; i < PARTS; i++)
		values_unknown(node->value[i]);
	line[strcspn(line, "\r\n")] = '\0';
	for (i = 0; (text = strsep(&line, ",")) != NULL && i < columns; i++) {
		if (i == 0)
			timestamp = strtoll(text, NULL, 10);
		to = column[i];
		if (to >= 0 && text[0] != '\0')
			node->value[mapped[to].part][mapped[to].metric] =
			    mapped[to].factor * strtod(text, NULL);
	}
	step(node, timestamp);
}

static int
replay(struct node *node, const char *root, const char *file,
    struct predictor *predictor)
{
	char path[4096], line[LINE_MAX_BYTES];
	int column[COLUMNS_MAX], i;
	size_t columns = 0;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", root, file);
	in = fopen(path, "r");
	if (in == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 1;
	}
	begin(node, file, predictor);
	while (fgets(line, sizeof(line), in) != NULL)
		if (columns == 0)
			columns = read_head(line, column);
		else
			read_row(node, line, column, columns);
	fclose(in);
	for (i = 0; i < PARTS; i++)
		detect_free(node->part[i]);
	return 0;
}

static void
print_accuracy(const struct predictor *predictor)
{
	const struct accuracy *accuracy;
	const struct fault_kind *kind;
	size_t i;

	for (i = 0; (kind = fault_kind_at(i)) != NULL; i++) {
		accuracy = predict_accuracy(predictor, kind->number);
		if (accuracy->hits + accuracy->misses +
		    accuracy->unforeseen == 0)
			continue;
		printf("%-22s hit %lld miss %lld void %lld unforeseen %lld "
		    "precision %.3f recall %.3f brier %.3f reference %.3f "
		    "lead %lld s\n", kind->name, (long long)accuracy->hits,
		    (long long)accuracy->misses, (long long)accuracy->voids,
		    (long long)accuracy->unforeseen,
		    accuracy_precision_ppm(accuracy) / 1e6,
		    accuracy_recall_ppm(accuracy) / 1e6,
		    accuracy_brier_ppm(accuracy) / 1e6,
		    accuracy_reference_ppm(accuracy) / 1e6,
		    (long long)(accuracy->hits > 0 ? accuracy->lead_ms /
		    accuracy->hits / 1000 : 0));
	}
}

int
main(int argc, char **argv)
{
	static struct predictor predictor;
	static struct node node;
	int i, failed = 0;

	if (argc < 5) {
		fprintf(stderr, "usage: %s ROOT DETECT.csv PREDICT.csv "
		    "FILE...\n", argv[0]);
		return 2;
	}
	node.detections = fopen(argv[2], "w");
	node.predictions = fopen(argv[3], "w");
	if (node.detections == NULL || node.predictions == NULL) {
		fprintf(stderr, "%s or %s: %s\n", argv[2], argv[3],
		    strerror(errno));
		return 1;
	}
	fputs("file,timestamp,score,alarm,kind\n", node.detections);
	fputs("file,timestamp,kind,prob\n", node.predictions);
	read_events(argv[1]);
	for (i = 4; i < argc; i++)
		failed |= replay(&node, argv[1], argv[i], &predictor);
	fclose(node.detections);
	fclose(node.predictions);
	print_accuracy(&predictor);
	print_events();
	return failed;
}
