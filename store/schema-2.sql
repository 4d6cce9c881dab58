-- Faults: what detectors found, as the rules have it.

CREATE TABLE fault (
	id		INTEGER PRIMARY KEY,
	class		INTEGER NOT NULL,
	target		TEXT NOT NULL,
	device		TEXT NOT NULL,
	node		TEXT NOT NULL,
	state		INTEGER NOT NULL CHECK (state BETWEEN 1 AND 10),
	severity	INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
	confidence_ppm	INTEGER NOT NULL
	    CHECK (confidence_ppm BETWEEN 0 AND 1000000),
	revision	INTEGER NOT NULL,
	flaps		INTEGER NOT NULL,
	first_ms	INTEGER NOT NULL,
	first_wall_ms	INTEGER NOT NULL,
	since_ms	INTEGER NOT NULL,
	open_ms		INTEGER NOT NULL,
	last_ms		INTEGER NOT NULL,
	end_ms		INTEGER NOT NULL,
	end_wall_ms	INTEGER NOT NULL,
	measured_milli	INTEGER NOT NULL,
	threshold_milli	INTEGER NOT NULL,
	acknowledged_by	TEXT NOT NULL,
	text		TEXT NOT NULL
) STRICT;
-- State 7: closed.
CREATE UNIQUE INDEX fault_live ON fault(class, target, device)
    WHERE state <> 7;
