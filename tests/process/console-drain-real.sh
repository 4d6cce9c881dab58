#!/bin/bash
# Draining, from the console, the node of the last ready copy of a model on
# a real llama-server: the preview shows the model, its slots and what is
# in flight, it is refused unless the name is typed, and what is left is
# counted down on the screen.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"
. "$tests/real.sh"

command -v jq >/dev/null || skip "jq is not installed"
real_install
mkdir -m 700 "$work/daemon"
ctl() {
	"$bin/droverctl" -d "$segments" "$@"
}
# shows CONDITION: of the backend, as jq has it.
shows() {
	ctl -j backends | jq "first(.backends[] | $1)" | grep -q true
}
drain_is() {
	[ "$(ctl -j node n1 | jq -r .node.drain)" = "$1" ]
}

real_start llama-server 0
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
    url: $real_url
END
start droverd "$bin/droverd" -f "$work/drover.conf" -r "$segments" \
    -s "$work/daemon"
await 60 "the llama-server" shows \
    '.state == "up" and .slots_total == 2 and .in_flight == 0'

open_console 80 24
see '^▸ n1 .*● up'
real_post /completion '{"prompt":"on we go","max_tokens":3000}' \
    >"$work/generated.log" 2>&1 &
posted=$!
started="$started $posted"
await 60 "a busy slot" shows '.slots_busy == 1 and .in_flight == 1'

keys d
see '^ would be  *! refused: 3001 the last ready copy of a model would go'
see '^ breaks  *! last copy of .*: has 0, needs 1'
see '^ nodes  *n1  up, in service, at most 1 in flight\|n1  up, in service, 1 in flight'
see '^ models  *! .* 1 here (1 loaded), 0 ready elsewhere'
see '^ slots  *2 with 1 free -> none'
keys Enter
see '^reason:'
keys 'more memory' Enter
see 'To do it all the same, type n1'
drain_is "in service" || fail "drained without its name"
keys n1 Enter
see '^n1 drains: 1000 done'
see '^draining, forced, by .*: more memory - in flight 1'
kill -0 "$posted" 2>/dev/null || fail "the request was cut off"
wait "$posted" || fail "the request was not answered"
await 20 "the drain to end" drain_is drained
see '^drained, forced, by .*: more memory - in flight 0'
keys q
see '^ended: 0'
