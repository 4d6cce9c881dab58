-- Predictions: what detectors foresee, and how it came out.

CREATE TABLE prediction (
	id		INTEGER PRIMARY KEY,
	class		INTEGER NOT NULL,
	target		TEXT NOT NULL,
	device		TEXT NOT NULL,
	node		TEXT NOT NULL,
	outcome		INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 5),
	probability_ppm	INTEGER NOT NULL
	    CHECK (probability_ppm BETWEEN 0 AND 1000000),
	latest_ppm	INTEGER NOT NULL
	    CHECK (latest_ppm BETWEEN 0 AND 1000000),
	horizon_ms	INTEGER NOT NULL,
	made_ms		INTEGER NOT NULL,
	made_wall_ms	INTEGER NOT NULL,
	settled_ms	INTEGER NOT NULL,
	settled_wall_ms	INTEGER NOT NULL,
	text		TEXT NOT NULL
) STRICT;
-- Outcome 1: pending.
CREATE UNIQUE INDEX prediction_open ON prediction(class, target, device)
    WHERE outcome = 1;

CREATE TABLE accuracy (
	class		INTEGER PRIMARY KEY,
	hits		INTEGER NOT NULL,
	misses		INTEGER NOT NULL,
	averted		INTEGER NOT NULL,
	voids		INTEGER NOT NULL,
	unforeseen	INTEGER NOT NULL,
	lead_ms		INTEGER NOT NULL,
	hits_milli	INTEGER NOT NULL,
	misses_milli	INTEGER NOT NULL,
	unforeseen_milli INTEGER NOT NULL,
	brier_milli_ppm	INTEGER NOT NULL
) STRICT;
