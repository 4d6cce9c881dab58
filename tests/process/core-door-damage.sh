#!/bin/bash
# Files of the state that are torn, scribbled on or gone at a start: what
# the others have is given back, what was damaged is kept under another
# name, and the events and the audit say so.
. "$(dirname "$0")/library.sh"
. "$tests/door-library.sh"

note() {
	must 1000 POST notes "{\"object\":\"n\",\"text\":\"$1\"}"
}
has_note() {
	has notes "[.notes[] | select(.text == \"$1\")] | length == 1"
}
begin() {
	start_droverd
	await 20 "the state is there" registered
}
# In the audit, by droverd itself.
mended() {
	has 'audit?limit=100' "[.audit[] | select(.verb == \"state.mended\" and
	    (.note | contains(\"$1\")))] | length == 1"
}
log_file() {
	ls "$state"/cluster/log/open-* | head -n 1
}

begin
note first

# The database, scribbled on in the middle: the log gives it back.
stop_droverd
printf 'scribble scribble scribble' |
    dd of="$state/state.db" bs=1 seek=8192 conv=notrunc 2>/dev/null
printf 'scribble' | dd of="$state/state.db" bs=1 seek=4100 \
    conv=notrunc 2>/dev/null
begin
has_note first || fail "the log did not give the state back"
await 10 "the damage is told" has_event state.damaged
await 10 "the audit has it" mended "state.db was damaged"
ls "$state"/state.db.damaged* >/dev/null || fail "the file is not kept"
note second

# The database, gone.
stop_droverd
rm "$state"/state.db*
begin
has_note first && has_note second || fail "a state that is gone"
await 10 "the audit has it" mended "state.db was gone"

# The end of the log, torn off in the middle of an entry: that entry was
# not acknowledged by a log that ends there, or the state has it.
note third
stop_droverd
file=$(ls "$state"/cluster/log/0* "$state"/cluster/log/open-* 2>/dev/null |
    tail -n 1)
size=$(stat -c %s "$file")
truncate -s $((size - 5)) "$file"
start_droverd
await 20 "the state is there" registered
for text in first second third; do
	has_note $text || fail "$text is lost with the end of the log"
done
note fourth

# The log, gone: another begins behind the state.
stop_droverd
rm -r "$state/cluster/log"
begin
for text in first second third fourth; do
	has_note $text || fail "$text is lost with the log"
done
await 10 "the damage is told" has_event log.damaged
note fifth
kill_everything
await 20 "the state is there" registered
has_note fifth || fail "fifth is lost"

# Both: nothing is made up, acts are refused, the node is shown.
stop_droverd
printf 'scribble' | dd of="$state/state.db" bs=1 seek=4100 \
    conv=notrunc 2>/dev/null
dd if=/dev/zero of="$state/state.db" bs=1 count=100 conv=notrunc 2>/dev/null
rm -r "$state/cluster/log"
start_droverd
refused() {
	replies 5007 POST notes '{"object":"n","text":"sixth"}'
}
await 20 "acts are refused" refused
has nodes '.nodes | length == 1' || fail "the node is not shown"
await 10 "that is told" has_event log.unavailable
stop_droverd
