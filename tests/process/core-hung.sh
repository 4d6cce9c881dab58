#!/bin/bash
# A core that is stopped shows as HUNG to its readers, is killed by the
# parent when it has given no sign of life for half a minute, and the next
# one says so.
. "$(dirname "$0")/library.sh"

start droverd "$bin/droverd" -r "$work/run" -s "$work/state"
droverd=$last
shown() {
	"$bin/droverstat" -d "$work/run" -1
}
core() {
	pgrep -P "$droverd" -x drover-core
}
told() {
	grep -q -- "$1" "$work/droverd.log"
}
await 10 "the core publishes" shown
first=$(core)

# Only a core that gave a sign of life is expected to give more.
uptime() {
	[ "$(ps -o etimes= -p "$first")" -ge 7 ]
}
await 15 "a sign of life" uptime
kill -STOP "$first"
await 15 "readers say HUNG" output_has HUNG shown
await 45 "the parent says so" told 'core: hung.*no sign of life for 30 s'
await 10 "the stopped core is gone" gone "$first"
await 10 "another core publishes" output_has 'core.start' \
    "$bin/droverstat" -d "$work/run" -e
alive() {
	! output_has HUNG shown && ! output_has DEAD shown
}
await 10 "the segment is alive" alive
kill -TERM "$droverd"
await 5 "all end" gone "$droverd"
