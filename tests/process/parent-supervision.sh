#!/bin/bash
# Processes that die are started again, and the core hears about it.
. "$(dirname "$0")/library.sh"
. "$tests/parent-library.sh"

start_droverd
await 10 'the processes up' all_up
heard "told parent state 2 pid $droverd" || fail 'parent not told'

# Each process, killed, comes back and says how it ended.
for name in gpu core; do
	old=$(pid_of $name)
	kill -KILL "$old"
	await 10 "$name started again" runs_anew $name "$old"
	await 10 "the core told about $name" \
	    heard "told $name state 2 pid .* restarts 1 .*signal 9 (SIGKILL)"
done

# A core that comes back is told about everything again.
await 10 'gpu told to the new core' heard_times 2 \
    'told gpu state 2 pid .* restarts 1'
await 10 'the parent told to the new core' heard_times 2 'told parent'

# SIGHUP reaches every process.
kill -HUP "$droverd"
for name in core gpu; do
	await 5 "$name to hear SIGHUP" grep -q 'signal 1' "$run/$name.heard"
done

# A process that refuses its configuration is not started again fast ...
does gpu exit 78
kill -KILL "$(pid_of gpu)"
await 10 'the refusal' heard 'told gpu state 3 .*exit 78: configuration'
logged 'gpu: exit 78.*again in [23][0-9]\.' ||
    fail 'not the longest back-off'
# ... but at once after a SIGHUP.
does gpu up
kill -HUP "$droverd"
await 5 'gpu up after SIGHUP' heard 'told gpu state 2 pid .*exit 78'

# Nothing to do on this machine is no fault, and said once.
does gpu absent
kill -KILL "$(pid_of gpu)"
await 10 'gpu absent' heard 'told gpu state 6 pid 0 .*nothing here'
kill -HUP "$droverd"
await 5 'a second look' heard_times 2 'told gpu state 6'
[ "$(grep -c 'gpu: absent' "$work/droverd.log")" -eq 1 ] ||
    fail 'absent was said more than once'

# A process that cannot be run says so.
does gpu up
rm "$libexec/drover-gpu"
kill -HUP "$droverd"
await 10 'the program missed' logged \
    'cannot run .*/drover-gpu: No such file or directory'

stop_in 2000
