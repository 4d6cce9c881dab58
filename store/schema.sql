-- Shared state on disk: what rules_apply() returned, row by row; a node's
-- copy is a function of the log.  The columns are those of
-- daemon/rules/rows.def, in that order, and the tests hold the two
-- together.
--
--   * ids are indexes of the log; times are cluster time in ms, wall time
--     beside it for people
--   * no clock, no random numbers, no floats, no AUTOINCREMENT
--   * STRICT tables; WITHOUT ROWID where the key is natural
--
-- What later rules own (fault, evidence, prediction, episode, plan, step,
-- dep, attempt, approval, lock, fence, pace, arm) comes as migrations.

CREATE TABLE meta (
	one		INTEGER PRIMARY KEY CHECK (one = 1),
	applied_index	INTEGER NOT NULL,
	applied_term	INTEGER NOT NULL,
	cluster_ms	INTEGER NOT NULL,
	wall_ms		INTEGER NOT NULL,
	feature_level	INTEGER NOT NULL,
	serving_index	INTEGER NOT NULL,
	log_base	INTEGER NOT NULL,
	log_base_ms	INTEGER NOT NULL,
	chain		BLOB NOT NULL CHECK (length(chain) = 32),
	audit_hash	BLOB NOT NULL CHECK (length(audit_hash) = 32),
	sum		BLOB NOT NULL CHECK (length(sum) = 32)
) STRICT;

CREATE TABLE node (
	name		TEXT PRIMARY KEY,
	address		TEXT NOT NULL,
	version		TEXT NOT NULL,
	member		INTEGER NOT NULL CHECK (member BETWEEN 0 AND 2),
	state		INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
	state_reason	TEXT NOT NULL,
	state_ms	INTEGER NOT NULL,
	registered_ms	INTEGER NOT NULL,
	drain		INTEGER NOT NULL CHECK (drain BETWEEN 0 AND 3),
	drain_index	INTEGER NOT NULL,
	drain_who	TEXT NOT NULL,
	drain_reason	TEXT NOT NULL CHECK (drain = 0 OR drain_reason <> ''),
	drain_ms	INTEGER NOT NULL,
	drain_wall_ms	INTEGER NOT NULL,
	drain_deadline_ms INTEGER NOT NULL,
	drain_end_ms	INTEGER NOT NULL,
	drain_in_flight	INTEGER NOT NULL,
	drain_forced	INTEGER NOT NULL CHECK (drain_forced IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (				-- always ends
	id		INTEGER PRIMARY KEY,
	kind		INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
	scope		TEXT NOT NULL,
	who		TEXT NOT NULL,
	reason		TEXT NOT NULL CHECK (length(reason) >= 3),
	from_ms		INTEGER NOT NULL,
	from_wall_ms	INTEGER NOT NULL,
	until_ms	INTEGER NOT NULL CHECK (until_ms > from_ms)
) STRICT;

CREATE TABLE note (
	id		INTEGER PRIMARY KEY,
	object		TEXT NOT NULL,
	who		TEXT NOT NULL,
	text		TEXT NOT NULL CHECK (text <> ''),
	at_ms		INTEGER NOT NULL,
	wall_ms		INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
	name		TEXT PRIMARY KEY,
	value		TEXT NOT NULL,
	who		TEXT NOT NULL,
	reason		TEXT NOT NULL,
	at_ms		INTEGER NOT NULL,
	wall_ms		INTEGER NOT NULL,
	revision	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
	name		TEXT PRIMARY KEY,
	role		INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
	full_name	TEXT NOT NULL,
	who		TEXT NOT NULL,
	at_ms		INTEGER NOT NULL,
	wall_ms		INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE token (				-- hashes only
	id		TEXT PRIMARY KEY,
	account		TEXT NOT NULL REFERENCES account(name),
	hash		TEXT NOT NULL CHECK (length(hash) = 64),
	who		TEXT NOT NULL,
	made_ms		INTEGER NOT NULL,
	made_wall_ms	INTEGER NOT NULL,
	expires_ms	INTEGER NOT NULL,
	expires_wall_ms	INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX token_account ON token(account);

CREATE TABLE request (				-- first results
	caller		TEXT NOT NULL,
	id		TEXT NOT NULL,
	entry_index	INTEGER NOT NULL,
	at_ms		INTEGER NOT NULL,
	asked		TEXT NOT NULL,
	reply		INTEGER NOT NULL,
	have		INTEGER NOT NULL,
	need		INTEGER NOT NULL,
	subject		TEXT NOT NULL,
	PRIMARY KEY (caller, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (				-- append only, hash chained
	id		INTEGER NOT NULL,
	n		INTEGER NOT NULL,
	term		INTEGER NOT NULL,
	at_ms		INTEGER NOT NULL,
	wall_ms		INTEGER NOT NULL,
	actor		TEXT NOT NULL,
	role		INTEGER NOT NULL,
	via		INTEGER NOT NULL,
	origin		TEXT NOT NULL,
	verb		TEXT NOT NULL,
	object		TEXT NOT NULL,
	reply		INTEGER NOT NULL,	-- 3000 and above: refused
	have		INTEGER NOT NULL,
	need		INTEGER NOT NULL,
	old		TEXT NOT NULL,
	new		TEXT NOT NULL,
	note		TEXT NOT NULL,
	request		TEXT NOT NULL,
	hash		TEXT NOT NULL CHECK (length(hash) = 64),
	PRIMARY KEY (id, n)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_is_never_updated BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
