# Faults and plans of a real droverd over real backends; sourced after
# library.sh.  In $work lie run, state, ledger and drover.conf.
. "$tests/real.sh"
set -o pipefail
command -v jq >/dev/null || skip "jq is not here"
real_install
ctl=$bin/droverctl
export DROVER_RUNTIME_DIRECTORY=$work/run
export DROVER_EFFECT_LEDGER=$work/ledger
mkdir -m 0700 "$work/run" "$work/state"

launch() {
	start droverd "$bin/droverd" -f "$work/drover.conf" \
	    -r "$work/run" -s "$work/state"
	droverd=$last
}

finish() {
	kill -TERM "$droverd"
	await 10 "it ends" gone "$droverd"
}

# backend NAME: $work/NAME starts a llama-server, on a port that was free
# just now and is in port_NAME.  While broken-NAME is there it ends at once;
# where that is a FIFO, once something is written to it.
backend() {
	real_start llama-server 0
	kill -KILL "$real_pid"
	eval "port_$1=$real_port"
	cat >"$work/$1" <<-END
	#!/bin/sh
	[ -p "$work/broken-$1" ] && read -r line <"$work/broken-$1"
	[ -e "$work/broken-$1" ] && exit 1
	cd "$real" && exec ./node "$DROVER_SOURCE/tests/real/server.mjs" \
	    tiny.gguf llama-server $real_port
	END
	chmod +x "$work/$1"
}

# signal_backend SIGNAL NAME
signal_backend() {
	local port
	eval "port=\$port_$2"
	pkill "-$1" -f "server.mjs tiny.gguf llama-server $port"
}

crash() {
	signal_backend KILL "$1"
}

# backend_is STATE [NAME]: of the one of that name, or the first.
backend_is() {
	"$ctl" -j backends | jq -e --arg state "$1" --arg name "${2:-}" \
	    '[.backends[] | select($name == "" or .name == $name)][0] |
	    .state == $state' >/dev/null
}

# fault CLASS FILTER [TARGET]: the one of that class is so.
fault() {
	"$ctl" -j faults | jq -e --arg class "$1" --arg target "${3:-}" \
	    "[.faults[] | select(.class == \$class and (\$target == \"\" or
	    .target == \$target))] | length == 1 and (.[0] | $2)" >/dev/null
}

# plan FILTER [CLASS [TARGET]]: the newest one is so, also if it has ended.
plan() {
	"$ctl" -j plans --ended | jq -e --arg class "${2:-}" \
	    --arg target "${3:-}" \
	    "[.plans[] | select((\$class == \"\" or .class == \$class) and
	    (\$target == \"\" or .target == \$target))][-1] | $1" >/dev/null
}

newest() {
	"$ctl" -j plans --ended | jq '.plans[-1].id'
}

# check ...: held against the invariants from outside.
check() {
	"$DROVER_SOURCE/tests/check/drovercheck" "$work/state/state.db" \
	    "$work/ledger" "$@" >"$work/check.log" ||
	    fail "$(cat "$work/check.log")"
}
