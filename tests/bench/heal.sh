#!/bin/bash
# How long a real backend is of no use after a fault, until it generates
# sense again: with nobody who heals, with a naive watchdog (restart when
# /health has failed three times, a second apart), and with drover by
# itself.  The limit is to restart it at once.  Of a long prompt, which is
# no fault: whether it was restarted, which it must not be.
#	kill	it is killed
#	stop	it is stopped: it accepts, and answers nothing
#	babble	it answers with nonsense
#	prompt	it works for 25 s and answers nothing
# Usage: heal.sh [--smoke]; the programs are taken from PATH.  HEAL_TRIALS,
# HEAL_FAULTS and HEAL_MODES choose among it.
set -euo pipefail
trials=${HEAL_TRIALS:-10}
faults=${HEAL_FAULTS:-kill stop babble prompt}
modes=${HEAL_MODES:-off naive drover}
# That nobody heals takes a minute to see.
[ "${1:-}" != --smoke ] || { trials=1; faults="kill"; modes="naive drover"; }
cap_ms=60000
real=$("$DROVER_SOURCE/tests/real/install") || { echo "SKIP: $real"; exit 77; }
directory=$(mktemp -d)
export DROVER_RUNTIME_DIRECTORY=$directory/run
port=$((20000 + $$ % 20000))
pattern="server.mjs tiny.gguf llama-server $port"
healer=
finish() {
	kill ${healer:+"$healer"} 2>/dev/null || true
	pkill -KILL -f "$pattern" || true
	wait 2>/dev/null || true
	rm -rf "$directory"
}
trap finish EXIT

cat >"$directory/backend" <<END
#!/bin/sh
cd "$real" && exec ./node "$DROVER_SOURCE/tests/real/server.mjs" \
    tiny.gguf llama-server $port
END
chmod +x "$directory/backend"
cat >"$directory/drover.conf" <<END
node:
  name: n1
backend:
  canary_interval: 10s
backends:
  - name: llama
    url: http://127.0.0.1:$port
    command: $directory/backend
policies:
  - name: by-itself
    class: "backend.*"
    stage: auto
    allow: backend.restart
END

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}
# Eight tokens that are not all the same.
sense() {
	curl -fs -m 3 "http://127.0.0.1:$port/v1/completions" -d \
	    '{"prompt":"1 2 3","max_tokens":8}' 2>/dev/null |
	    jq -e '.choices[0].text | length > 0 and (test("^@*$") | not)' \
	    >/dev/null 2>&1
}
# until_ms COMMAND...: how long it took until it was so, at most cap_ms.
until_ms() {
	local begin
	begin=$(now_ms)
	until "$@" >/dev/null 2>&1; do
		[ $(($(now_ms) - begin)) -lt "$cap_ms" ] || break
		sleep 0.05
	done
	echo $(($(now_ms) - begin))
}
pid() {
	pgrep -f "$pattern" | head -n 1
}
inject() {
	case $1 in
	kill)	pkill -KILL -f "$pattern" ;;
	stop)	pkill -STOP -f "$pattern" ;;
	babble)	pkill -USR2 -f "$pattern" ;;
	prompt)	pkill -WINCH -f "$pattern" ;;
	esac
}
# One line: seconds away in the mean, and how many came back.
report() {
	awk -v name="$1" -v sum="$2" -v limit="$3" -v back="$4" \
	    -v trials="$trials" 'BEGIN {
		printf "{\"name\":\"heal %s, %d of %d came back\",\"value\":" \
		    "%.2f,\"unit\":\"s\",\"peer\":\"restart at once\"," \
		    "\"ratio\":%.2f}\n", name, back, trials,
		    sum / trials / 1000, sum / limit }'
}
start_backend() {
	pkill -KILL -f "$pattern" || true
	"$directory/backend" >"$directory/log" 2>&1 &
	until_ms sense >/dev/null
}

limit=0
start_backend
for _ in $(seq "$trials"); do
	pkill -KILL -f "$pattern"
	"$directory/backend" >"$directory/log" 2>&1 &
	limit=$((limit + $(until_ms sense)))
done
report "at once" "$limit" "$limit" "$trials"

healer_off() {
	:
}
# It looks once a second and waits for nothing: that is what it is.
healer_naive() {
	(
		misses=0
		while sleep 1; do
			if curl -fs -m 1 "http://127.0.0.1:$port/health" \
			    >/dev/null 2>&1; then
				misses=0
				continue
			fi
			misses=$((misses + 1))
			[ "$misses" -ge 3 ] || continue
			pkill -KILL -f "$pattern" || true
			"$directory/backend" >"$directory/log" 2>&1 &
			misses=-5
		done
	) &
	healer=$!
}
# A history of each its own: three tries within an hour are enough for it.
up() {
	droverctl -j backends | jq -e '.backends[0].state == "up"'
}
healer_drover() {
	rm -rf "$directory/run" "$directory/state"
	droverd -f "$directory/drover.conf" -r "$directory/run" \
	    -s "$directory/state" 2>"$directory/droverd.log" &
	healer=$!
	until_ms up >/dev/null
}
known() {
	droverctl -j plans --ended | jq -e '.plans[-1].state == "succeeded"'
}

trial() {
	local mode=$1 fault=$2 before

	start_backend
	"healer_$mode"
	until_ms sense >/dev/null
	before=$(pid)
	inject "$fault"
	begin=$(now_ms)
	took=$(until_ms sense)
	away=$((away + took))
	[ "$took" -ge "$cap_ms" ] || back=$((back + 1))
	[ "$mode $fault" = "drover prompt" ] || [ "$mode" != drover ] || {
		until_ms known >/dev/null
		known_ms=$((known_ms + $(now_ms) - begin))
	}
	[ "$(pid)" = "$before" ] || restarted=$((restarted + 1))
	if [ -n "$healer" ]; then
		kill "$healer" 2>/dev/null || true
		wait "$healer" 2>/dev/null || true
	fi
	healer=
}

for fault in $faults; do
	for mode in $modes; do
		away=0 back=0 known_ms=0 restarted=0
		for _ in $(seq "$trials"); do
			trial "$mode" "$fault"
		done
		report "$fault, $mode, $restarted restarted" "$away" \
		    "$limit" "$back"
		[ "$known_ms" -eq 0 ] || report \
		    "$fault, $mode, until it is known" "$known_ms" "$limit" \
		    "$back"
	done
done
