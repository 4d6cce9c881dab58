#!/bin/bash
# The disk of the state fills up: acts are refused with a number, nothing
# that was acknowledged is lost, the node is still shown, and acts go on
# when there is room again; also when the core is killed meanwhile.
. "$(dirname "$0")/library.sh"

# A file system of its own needs a name space, or root.
if [ "${DROVER_UNSHARED:-}" != yes ]; then
	if unshare -rm true 2>/dev/null; then
		exec env DROVER_UNSHARED=yes unshare -rm bash "$0" "$@"
	fi
	skip "no name space for a small file system here"
fi
. "$tests/door-library.sh"

mkdir -m 0700 "$state"
mount -t tmpfs -o size=64m,mode=0700 none "$state" ||
    skip "no tmpfs can be mounted here"
cleanup_test() {
	umount -l "$state" 2>/dev/null || true
}
start_droverd
await 15 "the API answers" ready
await 15 "the node is registered" registered
start_client() {
	client "$work/$1.acked" "$1" 2>"$work/$1.log" &
	started="$started $!"
	client=$!
}
acked() {
	cat "$work"/?.acked 2>/dev/null | wc -l
}
more_acked() {
	[ "$(acked)" -ge $((before + 20)) ]
}
# Notes of a kilobyte until no more is taken.
big=$(head -c 900 /dev/zero | tr '\0' x)
refused() {
	fill
	answer=$(act POST notes "{\"object\":\"disk\",\"text\":\"$big\"}")
	[ "$(number_of "$answer")" = 5005 ]
}
# What a restart gives back is taken again.
fill() {
	dd if=/dev/zero of="$state/ballast" bs=4k oflag=append conv=notrunc \
	    2>/dev/null || true
}

before=0
start_client a
await 30 "acts are acknowledged" more_acked
fill
await 60 "acts are refused for want of room" refused
jq -e '.reply.name == "NO_ROOM"' <<<"$answer" >/dev/null ||
    fail "another name: $answer"
await 10 "it is told" has_event log.full
has nodes '.nodes | length == 1' || fail "the node is not shown any more"
at_full=$(acked)

# Killed while it is full: it starts, shows the node, and tells why not.
kill_everything
await 30 "it answers again" has health '.reply.number == 1000'
has nodes '.nodes | length == 1' || fail "no node after a start"

# It could not be opened, or has no room: what has told of neither before
# there is room has nothing to take back.
await 30 "it finds no room again" has cluster/status \
    '.state == null or .members[0].disk_full == "yes"'
rm "$state/ballast"
before=$(acked)
await 60 "acts go on" more_acked
await 20 "that is told" has_event log.relieved
touch "$work/stop"
wait "$client" || fail "the client was refused: $(cat "$work/a.log")"
cat "$work"/?.acked >"$work/acked"
check_acknowledged "$work/acked"
stop_droverd
ls "$state"/*.damaged* "$state"/cluster/*damaged* 2>/dev/null &&
    fail "something was set aside"
echo "$(wc -l <"$work/acked") acts acknowledged, $at_full before it was full"
