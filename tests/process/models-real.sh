#!/bin/bash
# What only a model server's own words tell: a model that should be in the
# memory of a real Ollama and is not, and nonsense instead of tokens.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/healing-library.sh"

real_start ollama 0
cat >"$work/drover.conf" <<END
node:
  name: n1
collect:
  interval: 200ms
backend:
  probe_interval: 200ms
  canary_interval: 1s
backends:
  - name: ollama
    url: $real_url
    models: tiny:latest
END
launch

# Ollama has it on disk and loads it for the first who asks.
await 60 "the model is missing" fault model.missing '.state == "planned" and
    .target == "n1/ollama" and .device == "tiny:latest"'
await 10 "it is proposed to load it" plan '.state == "proposed" and
    .strategy == "model.load"'
"$ctl" approve "$("$ctl" -j plans | jq '.plans[0].id')" -r "load it" \
    >/dev/null || fail "approve"
await 60 "it is loaded" plan '.state == "succeeded"'
fault model.missing '.state == "resolved"' || fail "$("$ctl" faults)"

# Good canaries first, then two that are not.
kill -USR2 "$real_pid"
await 60 "nonsense is found" fault backend.badoutput '.state == "planned" and
    .target == "n1/ollama"'
"$ctl" reject "$("$ctl" -j plans | jq '.plans[0].id')" -r "I look first" \
    >/dev/null || fail "reject"
kill -USR2 "$real_pid"
await 60 "it talks sense again" fault backend.badoutput \
    '.state == "cleared"'
! fault backend.stuck 'true' || fail "stuck: $("$ctl" faults)"
finish
