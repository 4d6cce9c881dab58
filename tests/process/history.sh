#!/bin/bash
# What was shown is recorded, whoever is killed meanwhile: step by step
# without a gap, and any moment comes back as it was.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

run=$segments
state=$work/daemon
. "$tests/history-library.sh"
history_conf
start droverd "$bin/droverd" -f "$work/drover.conf"
droverd=$last
# From each instance only the step before is missing, nowhere one between.
no_gap() {
	steps | awk '$1 == instance && $2 != step + 1 {
		print "after step " step " comes " $2; bad = 1 }
		{ instance = $1; step = $2 }
		END { exit bad }'
}
await 10 "steps are recorded" has_steps 20
[ "$(readlink "$run/flight")" = "$state/flight" ] ||
    fail "no link to the flight log beside the segments"

# The recorder is killed, again and again: the next one goes on where it
# was, and the core had kept what was missing.
for round in 1 2 3; do
	before=$(steps | wc -l)
	pkill -KILL -P "$droverd" -x drover-recorder ||
	    fail "no recorder to kill"
	await 20 "recording goes on after kill $round" \
	    has_steps $((before + 20))
done
no_gap || fail "steps are missing after kills of the recorder"
[ "$(steps | cut -d' ' -f1 | uniq | wc -l)" -eq 1 ] ||
    fail "the core was not the same all along"
# It stands still for longer than a step: the core goes on meanwhile.
recorder=$(pgrep -P "$droverd" -x drover-recorder)
shown=$(version)
kill -STOP "$recorder"
await 20 "the core shows on while the recorder stands still" shown_on "$shown" 20
kill -CONT "$recorder"
more=$(($(steps | wc -l) + 25))
await 20 "recording goes on" has_steps "$more"
no_gap || fail "steps are missing after a pause of the recorder"

# The core is killed: another instance, no gap in either.
pkill -KILL -P "$droverd" -x drover-core || fail "no core to kill"
two_instances() {
	[ "$(steps | cut -d' ' -f1 | uniq | wc -l)" -eq 2 ]
}
await 20 "the next core is recorded" two_instances
no_gap || fail "steps are missing after a kill of the core"

# A moment comes back bit for bit: an image taken live, and the record of
# the same version.
same_moment() {
	local version time
	"$bin/droverstat" -d "$run" -j >"$work/live.json" || return 1
	version=$(jq .segment.version "$work/live.json")
	time=$(jq .time_ns "$work/live.json")
	for back in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		"$bin/droverctl" -d "$run" api GET \
		    "image?at=$((time - back * 20000000))" \
		    >"$work/then.image" || continue
		"$bin/droverstat" -i "$work/then.image" -j \
		    >"$work/then.json"
		[ "$(jq .segment.version "$work/then.json")" = \
		    "$version" ] || continue
		jq .tables "$work/live.json" >"$work/live.tables"
		jq .tables "$work/then.json" >"$work/then.tables"
		cmp "$work/live.tables" "$work/then.tables" ||
		    fail "the record differs from what was shown"
		return 0
	done
	return 1
}
await 30 "a version that is in both" same_moment
output_has 'the flight log begins with' \
    "$bin/droverstat" -d "$run" --at 3d ||
    fail "it is not said how far the flight log goes back"

# The series: flushed on request, read by somebody else, drawn.
flushed() {
	"$bin/droverctl" -d "$run" store flush &&
	    [ "$("$DROVER_SOURCE/tests/check/rrdrows" \
	    "$run/rrd/here/node.rrd" | grep -c ' cpu_busy ')" -ge 2 ]
}
await 40 "rows of the series" flushed
# Whatever reads RRD files reads these.
if command -v rrdtool >/dev/null; then
	rrd=$run/rrd/here/node.rrd
	rrdtool info "$rrd" | grep -q '^step = 10$' || fail "rrdtool info"
	rrdtool fetch "$rrd" AVERAGE -s -2min | grep -q '[0-9]: [0-9]' ||
	    fail "rrdtool fetch"
	rrdtool xport -s -2min "DEF:a=$rrd:load1:AVERAGE" XPORT:a:load |
	    grep -q '<v>[0-9]' || fail "rrdtool xport"
	rrdtool graph "$work/b.png" -s -2min "DEF:a=$rrd:load1:MAX" \
	    LINE:a >/dev/null || fail "rrdtool graph"
fi
"$bin/drovergraph" -d "$run" -l | grep -q '^here node .*cpu_busy' ||
    fail "the series are not listed"
"$bin/drovergraph" -d "$run" -s -1min --step 10 --csv cpu_busy load1 \
    >"$work/values.csv" || fail "no values: exit $?"
head -n 1 "$work/values.csv" | grep -q '^time,"here:cpu_busy",' ||
    fail "no heading of the values"
[ "$(grep -c 'Z,[0-9]' "$work/values.csv")" -ge 2 ] || fail "no values"
"$bin/drovergraph" -d "$run" -s -1min -j load1 |
    jq -e '.curves[0].unit == "tasks" and (.curves[0].values | length) > 10
    and ([.curves[0].values[][1] | numbers] | length) > 2' >/dev/null ||
    fail "the JSON is not what it should be"
"$bin/drovergraph" -d "$run" -s -5min -o "$work/a.png" cpu_busy ||
    fail "no picture: exit $?"
[ "$(head -c 4 "$work/a.png" | tail -c 3)" = PNG ] || fail "no PNG"
"$bin/drovergraph" -d "$run" -s -5min -o "$work/a.svg" cpu_busy@1m ||
    fail "no picture: exit $?"
grep -q '<svg' "$work/a.svg" || fail "no SVG"
"$bin/droverctl" -d "$run" report here --last 2m >"$work/report" ||
    fail "no report: exit $?"
grep -q '^FAULTS' "$work/report" && grep -q 'here:cpu_busy' \
    "$work/report" || fail "the report lacks something"
for wrong in '-s yesterdayish' 'cpu' '-o a.gif load1' '-w 0 load1' \
    '--csv -l'; do
	status=0
	# shellcheck disable=SC2086
	"$bin/drovergraph" -d "$run" $wrong >"$work/out" 2>"$work/err" ||
	    status=$?
	[ "$status" -eq 64 ] && [ "$(wc -l <"$work/err")" -eq 1 ] ||
	    fail "drovergraph $wrong: exit $status: $(cat "$work/err")"
done

# On the screen: back, said so, nothing to be acted on; and a graph.
open_console 100 30
see 'LIVE'
keys '['
see 'REPLAY .*by 10s'
see 'here .*● up'
keys d
see 'this is the past'
keys g
see '\[5 Graphs\]'
see 'here:cpu_busy'
keys .
see 'LIVE'
keys b 5s Enter
see 'REPLAY'
keys q
see '^ended: 0'

kill -TERM "$droverd"
await 10 "the end of droverd" gone "$droverd"
# What was recorded can be read without any of it.
"$bin/droverstat" -d "$run" --at 1s -t process | grep -q '^core ' ||
    fail "the past needs a droverd that runs"

# A tail that was torn off is told, and recording goes on behind it.
newest=$(find "$state/flight" -name '*.flight' | sort | tail -n 1)
truncate -s -5 "$newest"
before=$(steps | wc -l)
start again "$bin/droverd" -f "$work/drover.conf"
torn_is_told() {
	"$bin/droverstat" -d "$run" -e | grep store.trouble |
	    grep -q 'damaged bytes cut off after'
}
await 20 "the torn tail is told" torn_is_told
await 20 "recording goes on" has_steps $((before + 10))
kill -TERM "$last"
await 10 "the end of droverd" gone "$last"
