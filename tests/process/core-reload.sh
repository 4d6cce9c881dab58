#!/bin/bash
# SIGHUP: live parameters are taken over, what needs a restart is said, and
# a file with errors changes nothing.
. "$(dirname "$0")/library.sh"

configure() {
	printf '%s\n' "$@" >"$work/drover.conf"
}
told() {
	grep -q -- "$1" "$work/core.log"
}

configure 'collect:' '  interval: 1m'
mkdir "$work/run" "$work/state"
start core "$bin/drover-core" -r "$work/run" -s "$work/state" \
    -f "$work/drover.conf"
core=$last
await 10 "the core publishes" "$bin/droverstat" -d "$work/run" -1
sampled() {
	"$bin/droverstat" -d "$work/run" -j |
	    jq -r '.tables.node[0].sampled'
}
moved() {
	[ "$(sampled)" != "$before" ]
}

configure 'collect:' '  interval: 200ms' 'node:' '  name: other'
kill -HUP "$core"
await 10 "the change is told" told 'collect.interval was .*1m.*200ms'
told 'node.name.*from the next restart on' ||
	fail "a change that waits for a restart is not told"
before=$(sampled)
await 5 "the new interval is in force" moved

configure 'collect:' '  interval: soon'
kill -HUP "$core"
await 10 "the file is refused" told 'config.refused.*drover.conf:2:'
before=$(sampled)
await 5 "the former configuration stays in force" moved

kill -TERM "$core"
await 5 "the core ends" gone "$core"
output_has CLOSED "$bin/droverstat" -d "$work/run" -1 ||
	fail "the segment of a core that ended is not called closed"
