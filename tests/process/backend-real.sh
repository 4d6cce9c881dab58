#!/bin/bash
# A real model server (llama.cpp in process, a tiny model of random
# weights) is seen up, generating, silent while it is stopped, up again,
# and down when it was killed; as llama-server and as Ollama.
. "$(dirname "$0")/library.sh"
. "$tests/real.sh"

real_install

# The last line is what is so now.
shows() {
	tail -n 1 "$work/watch.log" | grep -q -- "$1"
}

was_seen() {
	grep -q -- "$1" "$work/watch.log"
}

watch() {
	start watch "$DROVER_BUILD/tests/real-watch" "$real_url"
	watch_pid=$last
}

# generate PATH JSON: in the background.
generate() {
	real_post "$1" "$2" >"$work/generated.log" 2>&1 &
	generate_pid=$!
}

stop_and_go_on() {
	kill -STOP "$real_pid"
	await 20 "a stopped server to be silent" shows "state=silent"
	shows "accepts connections, no answer to" || fail "no reason given"
	kill -CONT "$real_pid"
	await 20 "the server to be up again" shows "state=up"
}

kill_and_restart() {
	kill -KILL "$real_pid"
	await 20 "a killed server to be down" shows "state=down"
	# The first question after the end may still be reset.
	await 20 "the reason" shows "refuses connections"
	real_start "$1" "$real_port"
	await 60 "the new server to be up" shows "state=up kind=$1"
	kill -KILL "$real_pid" "$watch_pid"
}

watch_llama_server() {
	real_start llama-server 0
	watch
	await 60 "a llama-server" \
	    shows "state=up kind=llama-server version=b0-test"
	await 20 "its model" shows "models=1 busy=0 slots=2 .* tiny=loaded"
	generate /completion '{"prompt":"on we go","max_tokens":1500}'
	await 60 "tokens per second while a slot is busy" \
	    was_seen "busy=1 .*tokens_per_s=[1-9]"
	wait "$generate_pid"
	grep -q '"completion_tokens":1500' "$work/generated.log" ||
	    fail "1500 tokens were asked for"
	await 20 "the slot to be free and the total to be right" \
	    shows "busy=0 .*tokens_per_s=0 tokens_total=1500"
	stop_and_go_on
	kill_and_restart llama-server
}

watch_ollama() {
	real_start ollama 0
	watch
	await 60 "an Ollama" shows "state=up kind=ollama version=0.0.0-test"
	await 20 "a stored model" shows "models=0 .* tiny:latest=stored"
	generate /api/generate '{"prompt":"on we go","stream":false}'
	await 60 "the model to be loaded" \
	    shows "models=1 .* tiny:latest=loaded"
	wait "$generate_pid"
	grep -q '"eval_count":128' "$work/generated.log" ||
	    fail "128 tokens were asked for"
	stop_and_go_on
	kill_and_restart ollama
}

watch_llama_server
watch_ollama
