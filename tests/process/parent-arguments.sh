#!/bin/bash
# The arguments of droverd, -n and -nv, and a configuration that is wrong.
. "$(dirname "$0")/library.sh"
. "$tests/parent-library.sh"

# expect STATUS PATTERN ARGUMENT...
expect() {
	local status=$1 pattern=$2 got=0
	shift 2
	timeout 10 "$bin/droverd" "$@" >"$work/out.log" 2>&1 || got=$?
	[ "$got" -eq "$status" ] || fail "status $got, not $status: $*"
	grep -q -- "$pattern" "$work/out.log" || fail "no '$pattern': $*"
}

expect 0 '^usage: droverd' -h
expect 0 '^droverd [0-9]' -V
expect 64 'unrecognized option' --no-such
expect 64 'unexpected argument "more"' more
expect 64 'only together with --service' --user nobody

cat >"$work/good.conf" <<'END'
collect:
  interval: 2s
END
cat >"$work/bad.conf" <<'END'
collect:
  interval: soon
  no_such: 1
END
expect 0 '' -n
expect 0 '' -n -f "$work/good.conf"
expect 1 'bad.conf:2:' -n -f "$work/bad.conf"
expect 1 'bad.conf:3:' -n -f "$work/bad.conf"
expect 1 'No such file' -n -f "$work/none.conf"

# The normal form is its own normal form.
"$bin/droverd" -nv -f "$work/good.conf" >"$work/normal.conf"
grep -q 'interval: 2s' "$work/normal.conf" || fail 'the value is lost'
"$bin/droverd" -nv -f "$work/normal.conf" >"$work/again.conf"
# Which values are defaults is all that may differ: a comment.
diff <(sed 's/ *#.*//' "$work/normal.conf") \
    <(sed 's/ *#.*//' "$work/again.conf") || fail 'the round trip'

# A wrong configuration at the start, and at SIGHUP.
expect 78 'bad.conf:2:' -f "$work/bad.conf" -r "$run" -s "$work/state"
cp "$work/good.conf" "$work/live.conf"
start_droverd -f "$work/live.conf"
await 10 'the processes up' all_up
cp "$work/bad.conf" "$work/live.conf"
kill -HUP "$droverd"
await 5 'the refusal' logged 'refused, the former one stays in force'
logged 'live.conf:2:' || fail 'not said why'
await 5 'SIGHUP passed on' heard 'signal 1'
cp "$work/good.conf" "$work/live.conf"
kill -HUP "$droverd"
await 5 'the new reading' logged 'configuration read again'

# gpu: off means no gpu process.
stop_in 2000
printf 'collect:\n  gpu: off\n' >"$work/live.conf"
rm -f "$run"/*
start_droverd -f "$work/live.conf"
await 10 'gpu switched off' heard 'told gpu state 4 .*switched off'
[ ! -e "$run/gpu.pid" ] || fail 'gpu was started'
stop_in 2000
