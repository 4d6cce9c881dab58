#!/bin/bash
# Faults from their first symptom to their end: a real llama-server that is
# killed and started again, a disk that fills up, over a crash of droverd.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/healing-library.sh"

real_start llama-server 0
port=$real_port
# What is done about faults is for plans-real.
cat >"$work/drover.conf" <<END
node:
  name: n1
fault_tolerance:
  self_healing:
    enabled: false
collect:
  interval: 200ms
backend:
  probe_interval: 200ms
  probe_timeout: 1s
backends:
  - name: llama
    url: $real_url
END
launch
await 30 "the backend is up" backend_is up
"$ctl" faults | grep -q 'nothing is wrong' ||
    fail "wrong from the beginning: $("$ctl" faults)"

# It dies: suspected, then open, and nothing else comes of it.
kill -KILL "$real_pid"
await 20 "it is suspected" fault backend.crash '.state == "suspected" or
    .state == "open"'
await 20 "it is believed" fault backend.crash '.state == "open" and
    .target == "n1/llama" and .node == "n1" and .severity == "critical"'
id=$("$ctl" -j faults | jq '.faults[0].id')
"$bin/droverstat" -t fault | grep -q "^ *$id  open .*backend.crash" ||
    fail "the segment does not show it: $("$bin/droverstat" -t fault)"

# An operator has seen it, and it stands over a crash of everything.
"$ctl" acknowledge "$id" -r "on my way" >/dev/null || fail "acknowledge"
left=$(cat "/proc/$droverd/task/$droverd/children")
# shellcheck disable=SC2086
kill -KILL "$droverd" $left
await 10 "it is gone" gone "$droverd"
launch
await 20 "the fault stands" fault backend.crash '.state == "open" and
    .flaps == 0 and
    .acknowledged_by != ""'
[ "$("$ctl" -j faults | jq '.faults[0].id')" = "$id" ] ||
    fail "it is another one: $("$ctl" faults)"

# It comes back: the fault is cleared by who finds it well.
real_start llama-server "$port"
await 30 "the backend is up" backend_is up
# droverd found the fault again first, or waits for its grace.
await 150 "it is cleared" fault backend.crash '.state == "cleared"'
"$ctl" audit --object "fault/$id" | grep -q 'open -> cleared' ||
    fail "the audit: $("$ctl" audit --object "fault/$id")"

# It dies again within ten minutes: the same one, which flaps.
kill -KILL "$real_pid"
await 20 "the same again" fault backend.crash '.state == "open" and
    .flaps == 1 and .id == '"$id"

# A hold silences it.
"$ctl" hold n1 --kind silence --for 1h -r "known" >/dev/null || fail "hold"
await 20 "it is silent" fault backend.crash '.state == "silenced"'
"$ctl" release "$("$ctl" -j holds | jq '.holds[0].id')" >/dev/null ||
    fail "release"
await 20 "it is open again" fault backend.crash '.state == "open"'
finish
