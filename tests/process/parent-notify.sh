#!/bin/bash
# What droverd says to a service manager.
. "$(dirname "$0")/library.sh"
. "$tests/parent-library.sh"

start notify "$DROVER_BUILD/tests/programs/notify-listener" "$work/socket"
await 5 'the socket' [ -S "$work/socket" ]

said() {
	grep -q -- "$1" "$work/notify.log"
}

watchdog_times() {
	[ "$(grep -c WATCHDOG=1 "$work/notify.log")" -ge "$1" ]
}

# Not ready before the core is.
does core silent
does gpu absent
export NOTIFY_SOCKET="$work/socket" WATCHDOG_USEC=400000
start_droverd
await 10 'a status' said 'STATUS=core starting, effector up, recorder up, gpu absent (.*nothing'
said READY && fail 'ready without a core'
old=$(pid_of core)
does core up
kill -KILL "$old"
await 10 'ready' said READY=1
await 10 'the status' said 'STATUS=core up, effector up, recorder up, gpu absent'
await 10 'signs of life' watchdog_times 3

# The processes must not speak for the service.
tr '\0' '\n' <"/proc/$(pid_of core)/environ" |
    grep -E 'NOTIFY_SOCKET|WATCHDOG' && fail 'inherited by the core'

kill -HUP "$droverd"
await 5 'reloading' said RELOADING=1
stop_in 2000
await 5 'stopping' said STOPPING=1
