#!/bin/bash
# The console on this machine, with a droverd of its own.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

cat >"$work/drover.conf" <<END
node:
  name: here
  runtime_directory: $segments
  state_directory: $work/daemon
collect:
  interval: 200ms
backend:
  discover: false
END
start droverd "$bin/droverd" -f "$work/drover.conf"
droverd=$last
await 10 "a segment" test -e "$segments/core.seg"

open_console 80 24
see '^drover  .*1 node: 1 up'
see '^▸ here .*● up'
keys Enter
see 'CPU  *[0-9.]*%'
see 'load 1m'
keys /processes Enter
see 'core .*● up'

# The core is killed: the parent starts it again, and the console goes on.
pkill -KILL -P "$droverd" drover-core
started_twice() {
	[ "$(grep -c 'core\.start' "$work/droverd.log")" -eq 2 ]
}
await 10 "another core" started_twice
# Its segment is a new one; what happened before is still on the screen.
twice() {
	[ "$(screen | grep -c 'process/core droverd')" -eq 2 ]
}
keys 6
see 'LIVE'
await 10 "both starts on the screen" twice

kill -TERM "$droverd"
await 5 "the end of droverd" gone "$droverd"
see 'CLOSED at'
keys q
see '^ended: 0'
