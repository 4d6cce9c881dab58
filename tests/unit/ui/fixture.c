#include "fixture.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define GIB		(1024.0 * 1024 * 1024)
#define NS_PER_S	1000000000LL

/* Every metric is missing until it is given. */
static void
no_node_metrics(struct drover_node_row *row)
{
#define METRIC(name, unit, semantics, key, title, help)	row->name = NAN;
#include <drover/tables/metrics_node.def>
#undef METRIC
}

static const struct {
	const char	*name;
	int		 state;
	int		 severity;
	const char	*model;
	double		 requests, tokens, ttft, kv, gpu, cpu, memory, heat;
} nodes[FIXTURE_NODES] = {
	{"n02", DROVER_NODE_STATE_UP, DROVER_SEVERITY_INFO, "llama3:70b",
	    5.3, 220, 360, 43, 62, 31.4, 58, 59},
	{"n03", DROVER_NODE_STATE_UP, DROVER_SEVERITY_MAJOR, "llama3:70b",
	    7.6, 260, 2410, 97, 88, 64.2, 96, 71},
	{"n05", DROVER_NODE_STATE_DRAIN, DROVER_SEVERITY_INFO,
	    "qwen2.5:32b", 12.2, 340, 510, 52, 68, 40.1, 61, 62},
	{"n10", DROVER_NODE_STATE_DOWN, DROVER_SEVERITY_CRITICAL, "",
	    NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN},
	{"\346\235\261\344\272\254-1", DROVER_NODE_STATE_SUSPECT,
	    DROVER_SEVERITY_WARNING, "mistral:7b",
	    16.8, 12420, 420, 58, 72, 4.26, 44, 64},
	{"evil\033[2J\a\xff\302\205x\342\200\256", DROVER_NODE_STATE_UP,
	    DROVER_SEVERITY_INFO, "a\nb\tc", 0, 0, NAN, NAN, NAN, 0.4, 12,
	    NAN},
};

static void
add_drain(struct drover_node_row *row, int64_t now_ns)
{
	row->drain = DROVER_NODE_DRAIN_RUNNING;
	snprintf(row->drain_who, sizeof(row->drain_who), "alice");
	snprintf(row->drain_reason, sizeof(row->drain_reason),
	    "kernel update");
	row->drain_since = now_ns - 605 * NS_PER_S;
	row->drain_deadline = now_ns + 1200 * NS_PER_S;
	row->drain_index = 41;
	row->in_flight = 3;
}

void
fixture_node(struct drover_node_row *row, int i, int64_t now_ns)
{
	memset(row, 0, sizeof(*row));
	no_node_metrics(row);
	snprintf(row->name, sizeof(row->name), "%s", nodes[i].name);
	snprintf(row->address, sizeof(row->address), "10.0.0.%d", i + 2);
	snprintf(row->system, sizeof(row->system), "Debian 12, Linux 6.1.0");
	snprintf(row->version, sizeof(row->version), "0.1.0");
	snprintf(row->model, sizeof(row->model), "%s", nodes[i].model);
	row->state = (uint8_t)nodes[i].state;
	row->severity = (uint8_t)nodes[i].severity;
	row->sampled = now_ns;
	row->requests = nodes[i].requests;
	row->tokens = nodes[i].tokens;
	row->ttft = nodes[i].ttft;
	row->kv_used = nodes[i].kv;
	row->gpu_busy = nodes[i].gpu;
	row->cpu_busy = nodes[i].cpu;
	row->memory_used = nodes[i].memory;
	row->temperature_max = nodes[i].heat;
	if (nodes[i].state == DROVER_NODE_STATE_DRAIN)
		add_drain(row, now_ns);
	if (isnan(row->cpu_busy))
		return;
	row->cpus = 32;
	row->load1 = row->cpu_busy / 3;
	row->memory_total = 251.5 * GIB;
	row->memory_available = row->memory_total * (100 - nodes[i].memory) /
	    100;
	row->psi_cpu_some = row->cpu_busy / 10;
	row->psi_memory_some = nodes[i].memory > 90 ? 23 : 0;
	row->psi_io_some = 0.25;
	row->context_switches = 123456789.0 + 4200.0 *
	    (double)((now_ns - FIXTURE_NOW_NS) / NS_PER_S);
	row->requests_deferred = nodes[i].memory > 90 ? 14 : 0;
	row->uptime = 86400 * 12 + 3600 * 5;
	row->backends = 1;
	row->backends_up = i == 4 ? 0 : 1;
	row->store_free_share = 61;
	row->net_receive = 1.25e6;
	row->net_transmit = 98304;
	row->sample_cost = 180;
}

void
fixture_backend(struct drover_backend_row *row, int i)
{
	static const int states[FIXTURE_BACKENDS] = {
		DROVER_BACKEND_STATE_UP, DROVER_BACKEND_STATE_UP,
		DROVER_BACKEND_STATE_LOADING, DROVER_BACKEND_STATE_DOWN,
		DROVER_BACKEND_STATE_SILENT, DROVER_BACKEND_STATE_UP};

	memset(row, 0, sizeof(*row));
#define METRIC(name, unit, semantics, key, title, help)	row->name = NAN;
#include <drover/tables/metrics_backend.def>
#undef METRIC
	snprintf(row->name, sizeof(row->name), i == 1 ? "llama" : "ollama");
	snprintf(row->node, sizeof(row->node), "%s", nodes[i].name);
	snprintf(row->url, sizeof(row->url), "http://127.0.0.1:%d",
	    i == 1 ? 8080 : 11434);
	snprintf(row->version, sizeof(row->version), "0.5.4");
	row->kind = i == 1 ? DROVER_BACKEND_KIND_LLAMA_SERVER :
	    DROVER_BACKEND_KIND_OLLAMA;
	row->state = (uint8_t)states[i];
	row->probe_time = 3.2;
	row->models_loaded = 1;
	row->models_stored = 4;
	row->slots_busy = 3;
	row->slots_total = 4;
	row->tokens = nodes[i].tokens;
	row->memory = 42.5 * GIB;
	if (states[i] == DROVER_BACKEND_STATE_DOWN)
		snprintf(row->message, sizeof(row->message),
		    "connection refused");
	if (states[i] == DROVER_BACKEND_STATE_SILENT)
		snprintf(row->message, sizeof(row->message),
		    "no answer for 12 s");
	if (states[i] == DROVER_BACKEND_STATE_LOADING)
		snprintf(row->message, sizeof(row->message),
		    "loading model");
}

void
fixture_model(struct drover_model_row *row, int i, int64_t now_ns)
{
	memset(row, 0, sizeof(*row));
	snprintf(row->name, sizeof(row->name), "%s", i % 2 == 0 ?
	    "llama3:70b" : "nomic-embed-text:latest");
	snprintf(row->backend, sizeof(row->backend), i == 1 ? "llama" :
	    "ollama");
	snprintf(row->node, sizeof(row->node), "%s", nodes[i / 2].name);
	snprintf(row->quantization, sizeof(row->quantization), "Q4_K_M");
	snprintf(row->parameters, sizeof(row->parameters), "70.6B");
	row->state = i % 2 == 0 ? DROVER_MODEL_STATE_LOADED :
	    DROVER_MODEL_STATE_STORED;
	row->size = 39.6 * GIB;
	row->memory = i % 2 == 0 ? 42.5 * GIB : NAN;
	row->memory_gpu = i % 2 == 0 ? 42.5 * GIB : NAN;
	row->context = i % 2 == 0 ? 8192 : NAN;
	row->expires = i % 2 == 0 ? now_ns + 241 * NS_PER_S : 0;
}

void
fixture_device(struct drover_device_row *row, int i)
{
	static const struct {
		const char	*name;
		int		 kind;
		const char	*label;
	} devices[FIXTURE_DEVICES] = {
		{"gpu/0", DROVER_DEVICE_KIND_GPU, "H100 80GB HBM3"},
		{"gpu/1", DROVER_DEVICE_KIND_GPU, "H100 80GB HBM3"},
		{"disk/nvme0n1", DROVER_DEVICE_KIND_DISK, "SAMSUNG MZQL2"},
		{"filesystem/models", DROVER_DEVICE_KIND_FILESYSTEM,
		    "/var/lib/ollama"},
		{"filesystem/state", DROVER_DEVICE_KIND_FILESYSTEM,
		    "/var/lib/drover"},
		{"nic/eth0", DROVER_DEVICE_KIND_NIC, ""},
		{"nic/eth1", DROVER_DEVICE_KIND_NIC, ""},
		{"sensor/k10temp/Tctl", DROVER_DEVICE_KIND_SENSOR, "Tctl"},
	};

	memset(row, 0, sizeof(*row));
#define METRIC(name, unit, semantics, key, title, help)	row->name = NAN;
#include <drover/tables/metrics_device.def>
#undef METRIC
	snprintf(row->name, sizeof(row->name), "%s", devices[i].name);
	snprintf(row->node, sizeof(row->node), "n02");
	snprintf(row->label, sizeof(row->label), "%s", devices[i].label);
	row->kind = (uint8_t)devices[i].kind;
	row->temperature = devices[i].kind == DROVER_DEVICE_KIND_GPU ||
	    devices[i].kind == DROVER_DEVICE_KIND_SENSOR ? 59 : NAN;
	row->busy = i < 3 ? 62 : NAN;
	row->size = i < 5 ? 1024 * GIB : NAN;
	row->used = i < 5 ? 400 * GIB : NAN;
	row->free = i == 3 || i == 4 ? 620 * GIB : NAN;
	row->used_share = i < 5 ? 39 : NAN;
	row->in = i == 2 || i > 4 ? 1.25e6 : NAN;
	row->out = i == 2 || i > 4 ? 98304 : NAN;
	row->carrier = i == 5 ? 1 : i == 6 ? 0 : NAN;
	row->speed = i == 5 ? 1e10 : NAN;
	row->power = i < 2 ? 412 : NAN;
}

void
fixture_process(struct drover_process_row *row, int i, int64_t now_ns)
{
	static const char *const names[FIXTURE_PROCESSES] = {"parent",
		"core", "gpu"};

	memset(row, 0, sizeof(*row));
	snprintf(row->name, sizeof(row->name), "%s", names[i]);
	snprintf(row->node, sizeof(row->node), "n02");
	row->state = i == 2 ? DROVER_PROCESS_STATE_BACKOFF :
	    DROVER_PROCESS_STATE_UP;
	row->pid = i == 2 ? 0 : 4100 + i;
	row->started = i == 2 ? 0 : now_ns - 7384 * NS_PER_S;
	row->restarts = i == 2 ? 3 : 0;
	row->cpu = i == 2 ? NAN : 0.1;
	row->memory = i == 2 ? NAN : (2.0 + i) * 1024 * 1024;
	if (i == 2)
		snprintf(row->message, sizeof(row->message),
		    "killed by signal 9");
}

void
fixture_member(struct drover_member_row *row)
{
	memset(row, 0, sizeof(*row));
	snprintf(row->name, sizeof(row->name), "n02");
	snprintf(row->address, sizeof(row->address), "127.0.0.1:7777");
	snprintf(row->leader, sizeof(row->leader), "n02");
	snprintf(row->chain, sizeof(row->chain), "9f1c3a5b7d2e4f60");
	row->kind = DROVER_MEMBER_KIND_VOTER;
	row->role = DROVER_MEMBER_ROLE_LEADER;
	row->term = 3;
	row->last_index = 43;
	row->commit_index = 43;
	row->applied_index = 43;
	row->snapshot_index = 32;
	row->feature_level = 1;
	row->voters = 1;
	row->outstanding = 0;
	row->appends = 57;
	row->append_last = 0.6;
	row->append_mean = 0.84;
	row->append_longest = 12.5;
	row->log_size = 8.2 * 1024 * 1024;
	row->state_size = 92 * 1024.0;
}

void
fixture_fault(struct drover_fault_row *row, int i, int64_t now_ns)
{
	static const struct {
		const char	*class, *target, *device, *page, *text, *by;
		int		 state, severity;
	} faults[FIXTURE_FAULTS] = {
		{"backend.crash", "n02/ollama", "", "drover-backend-down",
		    "nobody listens", "alice", DROVER_FAULT_STATE_OPEN,
		    DROVER_SEVERITY_MAJOR},
		{"predicted.disk.full", "n03", "filesystem/models",
		    "drover-disk-full", "94 % likely full in 40 min", "",
		    DROVER_FAULT_STATE_OPEN, DROVER_SEVERITY_MINOR},
		{"gpu.lost", "n05", "gpu/\0332", "", "a\nb", "",
		    DROVER_FAULT_STATE_CLEARED, DROVER_SEVERITY_CRITICAL},
	};

	memset(row, 0, sizeof(*row));
	row->id = 400 + i;
	row->state = (uint8_t)faults[i].state;
	row->severity = (uint8_t)faults[i].severity;
	row->confidence = 90;
	row->flaps = i;
	row->impact = i == 0 ? 66.7 : NAN;
	row->priority = i == 2 ? NAN : 84.2 - 40 * i;
	row->plan = i == 0 ? 7 : 0;
	row->cause = i == 1 ? 399 : 0;
	row->since = now_ns - 900 * NS_PER_S;
	if (faults[i].state == DROVER_FAULT_STATE_CLEARED)
		row->ended = now_ns - 60 * NS_PER_S;
	snprintf(row->class, sizeof(row->class), "%s", faults[i].class);
	snprintf(row->target, sizeof(row->target), "%s", faults[i].target);
	snprintf(row->device, sizeof(row->device), "%s", faults[i].device);
	snprintf(row->node, sizeof(row->node), "%.3s", faults[i].target);
	snprintf(row->page, sizeof(row->page), "%s", faults[i].page);
	snprintf(row->text, sizeof(row->text), "%s", faults[i].text);
	snprintf(row->acknowledged_by, sizeof(row->acknowledged_by), "%s",
	    faults[i].by);
}

void
fixture_prediction(struct drover_prediction_row *row, int i, int64_t now_ns)
{
	static const struct {
		const char	*target, *text;
		int		 outcome, probability, minutes;
	} predictions[FIXTURE_PREDICTIONS] = {
		{"n03", "full in 40 min", DROVER_OUTCOME_OPEN, 94, 110},
		{"n01", "full in 90 min", DROVER_OUTCOME_OPEN, 71, 100},
		{"n04", "full in 20 min", DROVER_OUTCOME_HIT, 88, -30},
		{"n\033[2J", "a\nb", DROVER_OUTCOME_AVERTED, 75, -90},
	};

	memset(row, 0, sizeof(*row));
	row->id = 410 + i;
	row->outcome = (uint8_t)predictions[i].outcome;
	row->probability = row->latest = predictions[i].probability;
	row->due = now_ns + predictions[i].minutes * 60 * NS_PER_S;
	row->made = row->due - 7200 * NS_PER_S;
	if (row->outcome != DROVER_OUTCOME_OPEN)
		row->settled = row->due;
	snprintf(row->class, sizeof(row->class), "predicted.disk.full");
	snprintf(row->device, sizeof(row->device), "filesystem/models");
	snprintf(row->page, sizeof(row->page), "drover-disk-full");
	snprintf(row->target, sizeof(row->target), "%s",
	    predictions[i].target);
	snprintf(row->node, sizeof(row->node), "%s", predictions[i].target);
	snprintf(row->text, sizeof(row->text), "%s", predictions[i].text);
}

void
fixture_accuracy(struct drover_accuracy_row *row)
{
	memset(row, 0, sizeof(*row));
	snprintf(row->class, sizeof(row->class), "predicted.disk.full");
	row->hits = 8;
	row->misses = 2;
	row->averted = 3;
	row->voids = 1;
	row->unforeseen = 1;
	row->precision = 80;
	row->recall = 89;
	row->brier = 0.12;
	row->reference = 0.16;
	row->lead = 2520;
}

void
fixture_plan(struct drover_plan_row *row, int i, int64_t now_ns)
{
	static const struct {
		const char	*strategy, *target, *reason, *end, *guard;
		int		 state, mode, risk;
	} plans[FIXTURE_PLANS] = {
		{"backend.restart", "n02/ollama", "backend.crash of "
		    "n02/ollama: stop the backend and start it again; it "
		    "heals about 70 of 100 and costs 20 slot-seconds", "", "",
		    DROVER_PLAN_STATE_PROPOSED, DROVER_PLAN_MODE_MANUAL, 16},
		{"disk.clean", "n03", "a disk fills up", "", "",
		    DROVER_PLAN_STATE_PROPOSED, DROVER_PLAN_MODE_VETO, 6},
		{"drain", "n04", "it is hot", "", "G3 pace",
		    DROVER_PLAN_STATE_APPROVED, DROVER_PLAN_MODE_TWO, 64},
		{"backend.restart", "n05/llama", "it was stuck",
		    "it is as it was", "", DROVER_PLAN_STATE_ROLLED_BACK,
		    DROVER_PLAN_MODE_AUTO, 16},
		{"gpu.reset", "n\033[2J", "a\nb", "what it did could not be "
		    "undone", "", DROVER_PLAN_STATE_FAILED,
		    DROVER_PLAN_MODE_TWO, 60},
	};

	memset(row, 0, sizeof(*row));
	row->id = 500 + i;
	row->fault = 400 + i;
	row->state = (uint8_t)plans[i].state;
	row->mode = (uint8_t)plans[i].mode;
	row->risk = plans[i].risk;
	row->kept = plans[i].state == DROVER_PLAN_STATE_FAILED;
	row->cost = 20;
	row->gain = 600;
	row->approvals_needed = plans[i].mode == DROVER_PLAN_MODE_TWO ? 2 :
	    1;
	row->blocked_need = 29000;
	row->proposed = now_ns - 60 * NS_PER_S;
	row->decide_by = now_ns + 840 * NS_PER_S;
	if (plans[i].mode == DROVER_PLAN_MODE_VETO)
		row->veto_until = now_ns + 37 * NS_PER_S;
	snprintf(row->strategy, sizeof(row->strategy), "%s",
	    plans[i].strategy);
	snprintf(row->class, sizeof(row->class), "backend.crash");
	snprintf(row->target, sizeof(row->target), "%s", plans[i].target);
	snprintf(row->node, sizeof(row->node), "%.3s", plans[i].target);
	snprintf(row->policy, sizeof(row->policy), "default");
	snprintf(row->blocked_by, sizeof(row->blocked_by), "%s",
	    plans[i].guard);
	snprintf(row->reason, sizeof(row->reason), "%s", plans[i].reason);
	snprintf(row->end_reason, sizeof(row->end_reason), "%s",
	    plans[i].end);
	snprintf(row->hash, sizeof(row->hash), "%064d", i);
	row->slots_before = row->slots_while = -1;
	if (i > 2)
		return;
	row->slots_before = 2;
	row->slots_while = i == 0 ? 1 : 2;
	row->slots_needed = 2;
	snprintf(row->risk_parts, sizeof(row->risk_parts),
	    "10 x 1.62 novelty");
	snprintf(row->guards, sizeof(row->guards), "%s", i == 0 ?
	    "G1 min-ready: have 1, need 2; G11 fresh: have 31000, "
	    "need 30000" : "all let it");
}

void
fixture_step(struct drover_step_row *row, int i)
{
	static const struct {
		const char	*operation, *result;
		int		 state, undo_of;
	} steps[FIXTURE_STEPS] = {
		{"quarantine", "no new requests", DROVER_STEP_STATE_DONE, 0},
		{"backend.restart", "", DROVER_STEP_STATE_RUNNING, 0},
		{"release", "", DROVER_STEP_STATE_WAITING, 0},
		{"release", "", DROVER_STEP_STATE_WAITING, 1},
	};

	memset(row, 0, sizeof(*row));
	row->plan = 500;
	row->n = i;
	row->state = (uint8_t)steps[i].state;
	row->undo_of = steps[i].undo_of;
	snprintf(row->operation, sizeof(row->operation), "%s",
	    steps[i].operation);
	snprintf(row->target, sizeof(row->target), "n02/ollama");
	snprintf(row->result, sizeof(row->result), "%s", steps[i].result);
}

void
fixture_arm(struct drover_arm_row *row, int i)
{
	memset(row, 0, sizeof(*row));
	snprintf(row->class, sizeof(row->class), "backend.crash");
	snprintf(row->strategy, sizeof(row->strategy), "%s", i == 0 ?
	    "watch" : "backend.restart");
	row->tried = 6 + 13 * i;
	row->helped = 1 + 7 * i;
	row->low = 4 + 23 * i;
	row->high = 45 + 13 * i;
	row->cost = 15 + 5 * i;
}

void
fixture_hold(struct drover_hold_row *row, int i, int64_t now_ns)
{
	static const struct {
		const char	*scope, *who, *reason;
		int		 kind;
		int		 hours;
	} holds[FIXTURE_HOLDS] = {
		{"cluster", "alice", "the cooling is being repaired",
		    DROVER_HOLD_KIND_MAINTENANCE, 30},
		{"n05", "bob", "new kernel, do not restart its backends",
		    DROVER_HOLD_KIND_PAUSE, 2},
		{"n03", "evil\033[2J", "a\nb", DROVER_HOLD_KIND_VETO, 1},
	};

	memset(row, 0, sizeof(*row));
	row->id = 17 + i;
	row->kind = (uint8_t)holds[i].kind;
	snprintf(row->scope, sizeof(row->scope), "%s", holds[i].scope);
	snprintf(row->who, sizeof(row->who), "%s", holds[i].who);
	snprintf(row->reason, sizeof(row->reason), "%s", holds[i].reason);
	row->since = now_ns - 600 * NS_PER_S;
	row->until = now_ns + holds[i].hours * 3600 * NS_PER_S;
}

void
fixture_note(struct drover_note_row *row, int i, int64_t now_ns)
{
	static const struct {
		const char	*object, *text;
	} notes[FIXTURE_NOTES] = {
		{"n02", "GPU 1 was swapped on Tuesday; the old one ran hot "
		    "from 70 % on and had its fan replaced twice before. "
		    "Serial number 1653121004417, ticket 4711, ask carol "
		    "before moving it."},
		{"qwen2.5:32b", "needs 20 GiB free"},
	};

	memset(row, 0, sizeof(*row));
	row->id = 21 + i;
	snprintf(row->object, sizeof(row->object), "%s", notes[i].object);
	snprintf(row->who, sizeof(row->who), "carol");
	snprintf(row->text, sizeof(row->text), "%s", notes[i].text);
	row->time = now_ns - (i + 1) * 86400 * NS_PER_S;
}

void
fixture_audit(struct drover_audit_row *row, int i, int64_t now_ns)
{
	static const struct {
		const char	*actor, *origin, *verb, *object, *before,
				*after, *note;
		int		 reply;
	} acts[FIXTURE_AUDITS] = {
		{"system", "", "node.register", "node/n02", "",
		    "voter at 127.0.0.1:7777, version 0.1.0", "", 1000},
		{"alice", "uid 1000", "hold.put", "hold/17", "",
		    "maintenance of cluster by alice until 1795327927000 "
		    "ms: the cooling is being repaired",
		    "the cooling is being repaired", 1000},
		{"bob", "uid 1001", "node.drain", "n03", "", "",
		    "llama3:70b", 3001},
		{"alice", "192.0.2.7", "node.drain", "node/n05",
		    "in service", "draining by alice: kernel update",
		    "kernel update", 1000},
		{"evil\033[2J", "x", "note.put", "n02", "a\tb", "",
		    "\342\200\256", 1000},
		{"carol", "uid 1002", "node.undrain", "node/n10", "",
		    "", "", 1001},
	};

	memset(row, 0, sizeof(*row));
	row->id = 38 + i;
	row->time = now_ns - (FIXTURE_AUDITS - i) * 301 * NS_PER_S;
	row->reply = acts[i].reply;
	row->need = acts[i].reply == 3001;
	snprintf(row->actor, sizeof(row->actor), "%s", acts[i].actor);
	snprintf(row->origin, sizeof(row->origin), "%s", acts[i].origin);
	snprintf(row->verb, sizeof(row->verb), "%s", acts[i].verb);
	snprintf(row->object, sizeof(row->object), "%s", acts[i].object);
	snprintf(row->before, sizeof(row->before), "%s", acts[i].before);
	snprintf(row->after, sizeof(row->after), "%s", acts[i].after);
	snprintf(row->note, sizeof(row->note), "%s", acts[i].note);
}

void
fixture_event(struct drover_event *event, int i, int64_t now_ns)
{
	static const struct {
		const char	*node, *kind, *object, *text;
		int		 severity;
	} events[] = {
		{"n02", "core.start", "core", "began to publish",
		    DROVER_SEVERITY_INFO},
		{"n02", "backend.up", "backend/ollama", "answers, 0.5.4",
		    DROVER_SEVERITY_INFO},
		{"n03", "memory.pressure", "memory",
		    "tasks wait for memory 23 % of the time",
		    DROVER_SEVERITY_MINOR},
		{"n10", "backend.down", "backend/ollama",
		    "connection refused", DROVER_SEVERITY_MAJOR},
		{"n05", "clock.jump", "clock", "moved by 3600 s",
		    DROVER_SEVERITY_WARNING},
		{"n02", "model.loaded", "model/llama3:70b", "42.5 GiB",
		    DROVER_SEVERITY_INFO},
	};
	const int kinds = (int)(sizeof(events) / sizeof(events[0]));

	memset(event, 0, sizeof(*event));
	event->sequence = (uint64_t)i;
	event->time_ns = now_ns - (FIXTURE_EVENTS - i) * 61 * NS_PER_S;
	event->severity = (enum drover_severity)events[i % kinds].severity;
	snprintf(event->node, sizeof(event->node), "%s",
	    events[i % kinds].node);
	snprintf(event->kind, sizeof(event->kind), "%s",
	    events[i % kinds].kind);
	snprintf(event->object, sizeof(event->object), "%s",
	    events[i % kinds].object);
	snprintf(event->text, sizeof(event->text), "%s",
	    events[i % kinds].text);
}
