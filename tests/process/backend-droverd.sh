#!/bin/bash
# droverd watches a real llama-server and a real Ollama at once: what
# droverstat shows of them follows what happens to them.
. "$(dirname "$0")/library.sh"
. "$tests/real.sh"

command -v jq >/dev/null || skip "jq is not installed"
real_install
export DROVER_RUNTIME_DIRECTORY=$work/run
mkdir -m 0700 "$work/run" "$work/state"

# shows BACKEND CONDITION: of its row in the segment, as jq has it.
shows() {
	"$bin/droverstat" -j | jq -e ".tables.backend[] |
	    select(.name == \"$1\") | $2" | grep -q true
}

# loaded MODEL: the segment has it as loaded.
loaded() {
	"$bin/droverstat" -j | jq -e ".tables.model[] |
	    select(.name == \"$1\") | .state == \"loaded\"" | grep -q true
}

happened() {
	"$bin/droverstat" -e | grep -q -- "$1.*$2"
}

core_pid() {
	"$bin/droverstat" -j | jq '.tables.process[] |
	    select(.name == "core") | .pid'
}

# stop_and_go_on NAME PID: a process of its own that hangs for a while.
stop_and_go_on() {
	kill -STOP "$2"
	await 20 "$1 to be silent" shows "$1" '.state == "silent"'
	shows "$1" '.message | startswith("accepts connections")' ||
	    fail "no reason for the silence of $1"
	await 20 "the time of its silence" shows "$1" '.silent_time > 1'
	await 20 "the event" happened backend.silent "$1"
	kill -CONT "$2"
	await 20 "$1 to be up again" shows "$1" '.state == "up"'
}

real_start llama-server 0
llama_pid=$real_pid llama_url=$real_url
real_start ollama 0
ollama_pid=$real_pid ollama_url=$real_url
cat >"$work/drover.conf" <<END
backend:
  probe_interval: 200ms
  probe_timeout: 1s
backends:
  - name: big
    url: $llama_url
  - name: small
    url: $ollama_url
END
start droverd "$bin/droverd" -f "$work/drover.conf" -r "$work/run" \
    -s "$work/state"
droverd=$last

await 60 "the llama-server" shows big \
    '.state == "up" and .kind == "llama-server" and .slots_total == 2'
await 20 "the Ollama" shows small \
    '.state == "up" and .kind == "ollama" and .models_stored == 1'

real_url=$llama_url
real_post /completion '{"prompt":"on we go","max_tokens":1000}' \
    >"$work/generated.log" 2>&1 &
generate_pid=$!
await 60 "tokens per second" shows big '.tokens > 0 and .slots_busy == 1'
wait "$generate_pid"
await 20 "all its tokens" shows big '.tokens_total == 1000 and .tokens == 0'

real_url=$ollama_url
real_post /api/generate '{"prompt":"on we go","stream":false}' \
    >"$work/generated.log" 2>&1
await 20 "the model of Ollama to be loaded" loaded tiny:latest

stop_and_go_on big "$llama_pid"
stop_and_go_on small "$ollama_pid"
shows big '.state == "up"' || fail "the other one is not up any more"

kill -KILL "$llama_pid"
await 20 "a killed server to be down" shows big '.state == "down"'
await 20 "the event" happened backend.down big
shows small '.state == "up"' || fail "the other one is not up any more"

# A write to a server that has just closed its connection must not end it.
core=$(core_pid)
kill -PIPE "$core"
real_port=${llama_url##*:}
real_start llama-server "$real_port"
await 60 "the new server to be up" shows big '.state == "up"'
[ "$(core_pid)" = "$core" ] || fail "SIGPIPE ended the core"
kill -TERM "$droverd"
wait "$droverd" || fail "droverd ended with status $?"
