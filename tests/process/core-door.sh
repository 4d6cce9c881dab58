#!/bin/bash
# What was acknowledged stands: droverd, its core, or all of it is killed
# again and again while acts come in, and after each start every one of
# them is there, none twice, the drain and the holds as they were.
# With --service the processes run as another user, under root.
. "$(dirname "$0")/library.sh"
. "$tests/door-library.sh"

if [ "${2:-}" = --service ]; then
	[ "$(id -u)" -eq 0 ] || skip 'service mode needs root'
	id -u nobody >/dev/null 2>&1 || skip 'no user nobody here'
	chmod 0755 "$work"
	mkdir -m 0755 "$work/libexec"
	cp "$bin/drover-core" "$bin/drover-gpu" "$work/libexec"
	# start_droverd takes them.
	# shellcheck disable=SC2034
	options="--service --user nobody --libexec-directory $work/libexec"
fi

start_droverd
await 15 "the API answers" ready
await 15 "the node is registered" registered
node=$(ask nodes | jq -r '.nodes[0].name')

must 1000 POST holds \
    '{"scope":"cluster","for_seconds":7200,"reason":"kernel update"}'
hold=$(index_of "$answer")
drain='{"reason":"kernel update","deadline_seconds":3600,"request":"drain-1"}'
must 1000 POST "nodes/$node/drain" "$drain"
drained=$(index_of "$answer")
deadline=$(ask "nodes/$node" | jq .node.drain_deadline)
begin=$(date +%s)

start_client() {
	client "$work/$1.acked" "$1" 2>"$work/$1.log" &
	clients="$clients $!"
	started="$started $!"
}
clients=
start_client a
start_client b

# The drain as it was given: who, why, until when.  Cluster time stands
# still while nobody keeps it, so the deadline may only move by that.
drain_stands() {
	local slack=$((($(date +%s) - begin + 2) * 1000000000))
	has "nodes/$node" ".node | .state == \"drain\" and
	    (.drain == \"draining\" or .drain == \"drained\") and
	    .drain_who == \"$(id -un)\" and
	    .drain_reason == \"kernel update\" and
	    .drain_index == $drained and
	    .drain_deadline >= $deadline - 2000000000 and
	    .drain_deadline <= $deadline + $slack"
}
hold_stands() {
	has holds "[.holds[] | select(.id == $hold)] | length == 1 and
	    .[0].scope == \"cluster\" and .[0].reason == \"kernel update\""
}
acked() {
	cat "$work"/?.acked 2>/dev/null | wc -l
}
more_acked() {
	[ "$(acked)" -ge $((before + 20)) ]
}

round=0
for how in core everything core parent in_order everything core parent; do
	round=$((round + 1))
	before=$(acked)
	await 60 "acts are acknowledged" more_acked
	case $how in
	in_order)	restart_in_order ;;
	*)		kill_$how ;;
	esac
	await 30 "the core is ready after the end of $how" ready
	await 10 "the node is still in its drain" drain_stands
	hold_stands || fail "the hold is gone: $(ask holds)"
done
before=$(acked)
await 60 "acts are acknowledged after all that" more_acked
touch "$work/stop"
for pid in $clients; do
	wait "$pid" || fail "a client was refused"
done
cat "$work"/?.acked >"$work/acked"
check_acknowledged "$work/acked"
[ "$(ask notes | jq '.notes | length')" -eq \
    "$(grep -c note.put "$work/audit.tsv")" ] || fail "other notes than said"

# The audit says who and why; the segment what is.
act=$(ask 'audit?limit=1000' |
    jq -c ".audit[] | select(.request == \"drain-1\")")
[ -n "$act" ] || act=$(ask "audit?object=node/$node" |
    jq -c ".audit[] | select(.request == \"drain-1\")")
echo "$act" | jq -e ".actor == \"$(id -un)\" and
    .note == \"kernel update\" and .verb == \"node.drain\" and
    .id == $drained" >/dev/null || fail "the drain in the audit: $act"
must 1000 POST "nodes/$node/drain" "$drain"
[[ $answer == *'"repeated":true'* ]] && [ "$(index_of "$answer")" = \
    "$drained" ] || fail "the drain was done twice: $answer"
"$bin/droverstat" -d "$run" -t node -a >"$work/node"
grep -q 'kernel update' "$work/node" ||
    fail "the segment does not show the drain: $(cat "$work/node")"

# Nothing is in flight here: the drain ends by itself, and is told once.
node_drained() {
	has "nodes/$node" '.node | .drain == "drained" and .drain_ended > 0'
}
await 20 "the drain ends" node_drained
[ "$(events node.drain)" -le 1 ] || fail "the drain is told again"

# Back in service, for good.
must 1000 POST "nodes/$node/undrain" '{"reason":"done"}'
must 1000 DELETE "holds/$hold" '{"reason":"done"}'
kill_everything
await 30 "the core is ready" ready
in_service() {
	has "nodes/$node" '.node | .drain == "in service" and .state == "up"'
}
await 10 "the node is in service" in_service
has holds "[.holds[] | select(.id == $hold)] == []" ||
    fail "the hold is back"
take_audit "$work/audit.tsv"
[ "$(grep -c 'node.drain' "$work/audit.tsv")" -eq 1 ] ||
    fail "drains in the audit: $(grep node.drain "$work/audit.tsv")"
stop_droverd
ls "$state"/*.damaged* "$state"/cluster/*damaged* 2>/dev/null &&
    fail "something was set aside"
echo "$(wc -l <"$work/acked") acts acknowledged over $round ends"
