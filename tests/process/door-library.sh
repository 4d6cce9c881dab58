# What the tests of the one door for state share, after library.sh: a
# droverd of their own on the directories $run and $state, acts on its
# socket, and ways to kill it.

command -v curl >/dev/null || skip "curl is not here"
command -v jq >/dev/null || skip "jq is not here"

run=$work/run
state=$work/state
conf=$work/drover.conf
export LC_ALL=C.UTF-8
printf 'collect:\n  interval: 100ms\nlog:\n  level: info\n' >"$conf"
printf 'backend:\n  probe_interval: 200ms\n' >>"$conf"

# Options of droverd beside those; its output goes on in droverd.log from
# start to start.
options=
start_droverd() {
	# shellcheck disable=SC2086
	"$bin/droverd" -r "$run" -s "$state" -f "$conf" $options \
	    >>"$work/droverd.log" 2>&1 &
	droverd=$!
	started="$started $droverd"
}

# ask PATH [CURL OPTION...]: the answer; fails without one.
ask() {
	local path=$1
	shift
	curl -sS --max-time 70 --unix-socket "$run/core.sock" "$@" \
	    "http://drover/api/v1/$path"
}

# act METHOD PATH BODY
act() {
	ask "$2" -X "$1" -H 'Content-Type: application/json' -d "$3"
}

# number_of ANSWER, index_of ANSWER: without a program for each.
number_of() {
	[[ $1 =~ \"reply\":\{\"number\":([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}
index_of() {
	[[ $1 =~ \"index\":([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# replies NUMBER METHOD PATH BODY: it does; the answer is left in $answer.
replies() {
	local wanted=$1
	shift
	answer=$(act "$@" 2>&1) || return 1
	[ "$(number_of "$answer")" = "$wanted" ]
}

# must NUMBER METHOD PATH BODY
must() {
	replies "$@" || fail "$2 $3 $4: wanted $1, got $answer"
}

# has PATH FILTER: the answer is so that jq says true.
has() {
	local shown
	shown=$(ask "$1") && jq -e "$2" >/dev/null <<<"$shown"
}

ready() {
	has cluster/status '.state != null'
}

# Of the first node, once it is registered.
registered() {
	has cluster/status '.state.nodes == 1'
}

pid_of() {
	"$bin/droverstat" -d "$run" -j | jq -r --arg name "$1" \
	    '.tables.process[] | select(.name == $name) | .pid'
}

# ended PID: nothing of it runs; a zombie is not running.
ended() {
	local line
	line=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' \
	    "/proc/$1/status" 2>/dev/null) || true
	[ -z "$line" ] || [ "$line" = Z ]
}

# The processes below droverd, and itself.
family() {
	echo "$droverd"
	cat "/proc/$droverd/task/$droverd/children" 2>/dev/null || true
}

kill_core() {
	local core
	core=$(pgrep -P "$droverd" -x drover-core) || return 0
	kill -KILL "$core"
	await 5 "the core is gone" ended "$core"
}

# The parent alone; what it left behind has to end by itself.
kill_parent() {
	local pid left
	left=$(family)
	kill -KILL "$droverd"
	for pid in $left; do
		await 5 "$pid is gone with its parent" ended "$pid"
	done
	start_droverd
}

kill_everything() {
	local pid left
	left=$(family)
	# shellcheck disable=SC2086
	kill -KILL $left 2>/dev/null || true
	for pid in $left; do
		await 5 "$pid is gone" ended "$pid"
	done
	start_droverd
}

stop_droverd() {
	kill -TERM "$droverd"
	await 10 "droverd ends" ended "$droverd"
}

restart_in_order() {
	stop_droverd
	start_droverd
}

# events KIND: how many are kept.
events() {
	ask 'events?limit=1000' |
	    jq --arg kind "$1" '[.events[] | select(.kind == $kind)] | length'
}
has_event() {
	[ "$(events "$1")" -gt 0 ]
}

# The whole audit into the file, out of a backup that is checked.
take_audit() {
	ask backup -o "$work/backup.db"
	"$DROVER_BUILD/tests/state-audit" "$work/backup.db" >"$1" ||
	    fail "the backup is not sound"
	rm -f "$work/backup.db"*
}

# client FILE NAME: notes and holds, one after the other, each asked for
# with the same request id until it is acknowledged, until the file
# $work/stop is there.  FILE gets "request index" of each; a refusal ends
# it with 1.
client() {
	local i=0 request body path answer number
	while [ ! -e "$work/stop" ]; do
		i=$((i + 1))
		request=$2-$i
		path=notes
		body="{\"object\":\"$2\",\"text\":\"note $i\""
		if [ $((i % 8)) -eq 0 ]; then
			path=holds
			body="{\"scope\":\"$2-$i\",\"for_seconds\":3600"
			body+=",\"reason\":\"hold $i\""
		fi
		body+=",\"request\":\"$request\"}"
		while :; do
			answer=$(act POST $path "$body" 2>/dev/null) || answer=
			number=$(number_of "$answer") || number=
			case $number in
			1000)	break ;;
			''|500[123456]|5010) sleep 0.01 ;;
			*)	echo "$request refused: $answer" >&2
				return 1 ;;
			esac
		done
		echo "$request $(index_of "$answer")" >>"$1"
	done
}

# check_acknowledged FILE: each act in it stands in the audit, at its
# index, and once; asked for again it is repeated, and nothing comes of it.
check_acknowledged() {
	local request index again body
	take_audit "$work/audit.tsv"
	awk -F '\t' '
		FNR == NR { if ($4 == 1000 && $7 != "") {
			at[$7] = $1; times[$7]++ } next }
		{ split($0, given, " ")
		if (times[given[1]] != 1 || at[given[1]] != given[2]) {
			print given[1], "acknowledged at", given[2],
			    "stands", times[given[1]] + 0, "times, at",
			    at[given[1]]
			bad = 1 } }
		END { exit bad }' "$work/audit.tsv" "$1" ||
	    fail "not what was acknowledged"
	# The newest are still remembered by their id.
	tail -n 60 "$1" >"$work/newest"
	while read -r request index; do
		body="{\"object\":\"${request%-*}\""
		body+=",\"text\":\"note ${request##*-}\""
		[ $((${request##*-} % 8)) -eq 0 ] && continue
		again=$(act POST notes "$body,\"request\":\"$request\"}")
		[[ $again == *'"repeated":true'* ]] &&
		    [ "$(index_of "$again")" = "$index" ] ||
		    fail "$request at $index asked for again: $again"
	done <"$work/newest"
}
