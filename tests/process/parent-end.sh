#!/bin/bash
# Nothing is left when droverd ends, however it ends.
. "$(dirname "$0")/library.sh"
. "$tests/parent-library.sh"

start_droverd
await 10 'the processes up' all_up
core=$(pid_of core) gpu=$(pid_of gpu)
stop_in 2000
ended "$core" || fail 'core left'
ended "$gpu" || fail 'gpu left'
grep -q 'signal 15' "$run/core.heard" || fail 'core was not asked'
rm -f "$run"/*

# A process that ignores SIGTERM is killed, still within two seconds.
does gpu stubborn
start_droverd
await 10 'the processes up' all_up
gpu=$(pid_of gpu)
stop_in 2000
ended "$gpu" || fail 'the stubborn one is left'
logged 'gpu: does not end, killing' || fail 'not said'
rm -f "$run"/*

# A stopped one as well.
start_droverd
await 10 'the processes up' all_up
core=$(pid_of core)
kill -STOP "$core"
stop_in 2000
ended "$core" || fail 'the stopped one is left'
rm -f "$run"/*

# What a process leaves behind goes with it, even in another session.
does gpu leaver
start_droverd
await 10 'the processes up' all_up
await 5 'a process left behind' [ -s "$run/gpu.left" ]
left=$(cat "$run/gpu.left")
ended "$left" && fail 'nothing was left behind'
stop_in 2000
ended "$left" || fail 'what gpu left behind is left'
rm -f "$run"/*

# Ctrl-C twice does not wait.
does core stubborn
start_droverd
await 10 'the processes up' all_up
kill -INT "$droverd"
await 5 'the first' logged 'SIGINT from process .*, ending'
kill -INT "$droverd"
begin=$(date +%s%N)
wait "$droverd" || fail "ended with status $?"
[ $((($(date +%s%N) - begin) / 1000000)) -lt 1000 ] || fail 'it waited'
rm -f "$run"/*

# kill -9 of the parent: no orphans, not even a stopped or stubborn one.
does gpu stubborn
start_droverd
await 10 'the processes up' all_up
core=$(pid_of core) gpu=$(pid_of gpu)
kill -STOP "$core"
kill -KILL "$droverd"
await 5 'the core gone with its parent' ended "$core"
await 5 'gpu gone with its parent' ended "$gpu"

# And the directory is free for the next one.
rm -f "$run"/*.do "$run"/*.heard
start_droverd
await 10 'the next droverd' all_up
stop_in 2000
