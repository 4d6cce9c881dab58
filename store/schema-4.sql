-- Plans: what is done about faults, by whose leave, and how it came out.

CREATE TABLE plan (
	id		INTEGER PRIMARY KEY,
	fault		INTEGER NOT NULL,
	revision	INTEGER NOT NULL,
	class		INTEGER NOT NULL,
	target		TEXT NOT NULL,
	device		TEXT NOT NULL,
	node		TEXT NOT NULL,
	strategy	INTEGER NOT NULL,
	state		INTEGER NOT NULL CHECK (state BETWEEN 1 AND 11),
	verdict		INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 4),
	mode		INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 3),
	risk		INTEGER NOT NULL CHECK (risk BETWEEN 0 AND 100),
	cost_slot_s	INTEGER NOT NULL,
	gain_slot_s	INTEGER NOT NULL,
	priority_milli	INTEGER NOT NULL,
	blocked_by	INTEGER NOT NULL,
	blocked_have	INTEGER NOT NULL,
	blocked_need	INTEGER NOT NULL,
	successor	INTEGER NOT NULL,
	kept		INTEGER NOT NULL,
	hash		TEXT NOT NULL,
	policy		TEXT NOT NULL,
	proposer	TEXT NOT NULL,
	reason		TEXT NOT NULL,
	why		TEXT NOT NULL,
	decided_by	TEXT NOT NULL,
	end_reason	TEXT NOT NULL,
	proposed_ms	INTEGER NOT NULL,
	proposed_wall_ms INTEGER NOT NULL,
	decide_by_ms	INTEGER NOT NULL,
	veto_until_ms	INTEGER NOT NULL,
	decided_ms	INTEGER NOT NULL,
	start_ms	INTEGER NOT NULL,
	acted_ms	INTEGER NOT NULL,
	end_ms		INTEGER NOT NULL,
	end_wall_ms	INTEGER NOT NULL
) STRICT;
-- States 1 to 5 are live.
CREATE UNIQUE INDEX plan_live ON plan(fault) WHERE state <= 5;

CREATE TABLE step (
	plan		INTEGER NOT NULL,
	n		INTEGER NOT NULL CHECK (n BETWEEN 0 AND 31),
	phase		INTEGER NOT NULL,
	operation	INTEGER NOT NULL,
	node		TEXT NOT NULL,
	target		TEXT NOT NULL,
	argument	TEXT NOT NULL,
	after		INTEGER NOT NULL,
	undo_of		INTEGER NOT NULL,
	timeout_ms	INTEGER NOT NULL,
	tries		INTEGER NOT NULL,
	state		INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8),
	attempt		INTEGER NOT NULL,
	token		INTEGER NOT NULL,
	deadline_ms	INTEGER NOT NULL,
	begin_ms	INTEGER NOT NULL,
	end_ms		INTEGER NOT NULL,
	code		INTEGER NOT NULL,
	result		TEXT NOT NULL,
	PRIMARY KEY (plan, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE approval (
	plan		INTEGER NOT NULL,
	who		TEXT NOT NULL,
	hash		TEXT NOT NULL,
	at_ms		INTEGER NOT NULL,
	wall_ms		INTEGER NOT NULL,
	note		TEXT NOT NULL,
	PRIMARY KEY (plan, who)
) STRICT, WITHOUT ROWID;

CREATE TABLE lock (
	resource	TEXT PRIMARY KEY NOT NULL,
	plan		INTEGER NOT NULL,
	since_ms	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pace (
	axis		TEXT NOT NULL,
	value		TEXT NOT NULL,
	width		INTEGER NOT NULL CHECK (width >= 1),
	backoff_ms	INTEGER NOT NULL,
	ready_ms	INTEGER NOT NULL,
	failures	INTEGER NOT NULL,
	PRIMARY KEY (axis, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE flap (
	class		INTEGER NOT NULL,
	target		TEXT NOT NULL,
	device		TEXT NOT NULL,
	penalty		INTEGER NOT NULL,
	at_ms		INTEGER NOT NULL,
	suppressed	INTEGER NOT NULL,
	PRIMARY KEY (class, target, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE arm (
	class		INTEGER NOT NULL,
	strategy	INTEGER NOT NULL,
	a0_milli	INTEGER NOT NULL,
	b0_milli	INTEGER NOT NULL,
	a_milli		INTEGER NOT NULL,
	b_milli		INTEGER NOT NULL,
	tried		INTEGER NOT NULL,
	helped		INTEGER NOT NULL,
	worse		INTEGER NOT NULL,
	duration_ms	INTEGER NOT NULL,
	cost_slot_s	INTEGER NOT NULL,
	last_ms		INTEGER NOT NULL,
	PRIMARY KEY (class, strategy)
) STRICT, WITHOUT ROWID;

CREATE TABLE curb (
	target		TEXT PRIMARY KEY NOT NULL,
	quarantined	INTEGER NOT NULL,
	limit_ppm	INTEGER NOT NULL
	    CHECK (limit_ppm BETWEEN 0 AND 1000000),
	since_ms	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
