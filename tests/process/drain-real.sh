#!/bin/bash
# A drain of a node with a real llama-server and a real Ollama: what is in
# flight is known from its slots and its connections, and the drain ends
# when that is zero and not before.
. "$(dirname "$0")/library.sh"
. "$tests/real.sh"

command -v jq >/dev/null || skip "jq is not installed"
real_install
export HOME="$work" DROVER_RUNTIME_DIRECTORY="$work/run" LC_ALL=C.UTF-8
unset XDG_RUNTIME_DIR XDG_STATE_HOME XDG_CONFIG_HOME || true
mkdir -m 0700 "$work/run" "$work/state"

# shows TABLE NAME CONDITION: of its row in the segment, as jq has it.
shows() {
	"$bin/droverstat" -j | jq -e ".tables.$1[] |
	    select(.name == \"$2\") | $3" | grep -q true
}

happened() {
	"$bin/droverstat" -e | grep -q -- "$1"
}

# post URL PATH JSON: in the background.
post() {
	real_url=$1
	real_post "$2" "$3" >>"$work/generated.log" 2>&1 &
	started="$started $!"
	posted="$posted $!"
}

# One request more than it has slots, and one to who tells nothing.
generate() {
	local text='{"prompt":"on we go","max_tokens":1500}'

	posted=
	post "$llama_url" /completion "$text"
	post "$llama_url" /completion "$text"
	post "$llama_url" /completion "$text"
	post "$ollama_url" /api/generate '{"prompt":"on we go",
	    "stream":false,"options":{"num_predict":2500}}'
}

real_start llama-server 0
llama_url=$real_url
real_start ollama 0
ollama_url=$real_url
cat >"$work/drover.conf" <<END
node:
  name: n1
collect:
  interval: 250ms
backend:
  discover: false
  probe_interval: 200ms
  probe_timeout: 5s
backends:
  - name: big
    url: $llama_url
  - name: small
    url: $ollama_url
END
start droverd "$bin/droverd" -f "$work/drover.conf" -r "$work/run" \
    -s "$work/state"
droverd=$last

await 60 "the llama-server" shows backend big \
    '.state == "up" and .slots_total == 2 and .in_flight == 0'
await 20 "the Ollama" shows backend small \
    '.state == "up" and .in_flight == 0 and .slots_total == null'
await 20 "nothing in flight on the node" shows node n1 '.in_flight == 0'

# The last copy of a model goes only when the name is typed out.
drain_at_terminal() {
	printf '%s\n' "$1" | script -qec \
	    "$bin/droverctl drain n1 -r 'new memory'" /dev/null \
	    >"$work/terminal.log" 2>&1
}
if command -v script >/dev/null; then
	status=0
	drain_at_terminal n2 || status=$?
	[ "$status" -eq 3 ] || fail "another name: status $status"
	for words in 'none: the last copy goes' '3001 LAST_COPY' \
	    'type its name (n1):' 'not its name; nothing was done'; do
		grep -q -- "$words" "$work/terminal.log" ||
		    fail "no '$words': $(cat "$work/terminal.log")"
	done
	shows node n1 '.drain == "in service"' || fail "drained as n2"
	drain_at_terminal n1 || fail "its name is not taken"
	grep -q "node n1 drains: 'new memory'" "$work/terminal.log" ||
	    fail "no word of it: $(cat "$work/terminal.log")"
	shows node n1 '.drain != "in service"' || fail "not drained"
	"$bin/droverctl" undrain n1 >"$work/undrain.log" 2>&1 ||
	    fail "not undrained"
fi

generate
await 60 "two slots busy and one request waiting" shows backend big \
    '.slots_busy == 2 and .requests_deferred == 1 and .in_flight == 3'
await 60 "one connection to the Ollama" shows backend small \
    '.slots_busy == null and .connections == 1 and .in_flight == 1'
await 20 "four of them on the node" shows node n1 '.in_flight == 4'

"$bin/droverctl" -j drain n1 -r "new memory" -p >"$work/preview.log" ||
    fail "no preview"
jq -e '.preview.targets[0] | .in_flight > 0 and .in_flight_bound' \
    "$work/preview.log" >/dev/null || fail "the preview has no bound"
"$bin/droverctl" drain n1 -r "new memory" --force n1 >"$work/drain.log" 2>&1 ||
    fail "not drained"
shows node n1 '.drain == "draining" and .in_flight > 0' ||
    fail "not draining with something in flight"

for pid in $posted; do
	happened node.drained && fail "drained with something in flight"
	wait "$pid" || fail "a request was not answered"
done
await 20 "the drain to end" shows node n1 '.drain == "drained"'
shows node n1 '.in_flight == 0' || fail "drained with something in flight"
happened 'node.drained.*nothing in flight' || fail "no event"

"$bin/droverctl" undrain n1 >"$work/undrain.log" 2>&1 || fail "not undrained"
shows node n1 '.drain == "in service"' || fail "not in service"
kill -TERM "$droverd"
wait "$droverd" || fail "droverd ended with status $?"
