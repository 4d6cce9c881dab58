#!/bin/bash
# How long a backend that is killed is away, in the mean of some trials:
# healed by drover by itself, by a naive watchdog (restart after three
# checks of /health, a second apart, that fail), and restarted at once,
# which is the limit.  And until drover knows that it is healed.
# Usage: heal.sh [--smoke]; the programs are taken from PATH.
set -eu
trials=10
[ "${1:-}" != --smoke ] || trials=1
real=$("$DROVER_SOURCE/tests/real/install") || { echo "SKIP: $real"; exit 77; }
directory=$(mktemp -d)
export DROVER_RUNTIME_DIRECTORY=$directory/run
port=$((20000 + $$ % 20000))
pattern="server.mjs tiny.gguf llama-server $port"
droverd=
watchdog=
finish() {
	kill ${droverd:+"$droverd"} ${watchdog:+"$watchdog"} 2>/dev/null || true
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
backends:
  - name: llama
    url: http://127.0.0.1:$port
    command: $directory/backend
policies:
  - name: crashes
    stage: auto
    allow: backend.restart
END

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}
healthy() {
	curl -fs -m 1 "http://127.0.0.1:$port/health" >/dev/null 2>&1
}
# until_ms COMMAND...: how long it took until it was so.
until_ms() {
	local begin
	begin=$(now_ms)
	until "$@" >/dev/null 2>&1; do
		[ $(($(now_ms) - begin)) -lt 90000 ] || exit 1
		sleep 0.05
	done
	echo $(($(now_ms) - begin))
}
report() {
	awk -v name="$1" -v sum="$2" -v limit="$3" -v trials="$trials" 'BEGIN {
		printf "{\"name\":\"heal, %s\",\"value\":%.2f,\"unit\":\"s\"," \
		    "\"peer\":\"restart at once\",\"ratio\":%.2f}\n", name,
		    sum / trials / 1000, sum / limit }'
}
crash() {
	pkill -KILL -f "$pattern"
}

# The limit.
limit=0
"$directory/backend" >"$directory/log" 2>&1 &
until_ms healthy >/dev/null
for _ in $(seq "$trials"); do
	crash
	"$directory/backend" >"$directory/log" 2>&1 &
	limit=$((limit + $(until_ms healthy)))
done
report "restarted at once" "$limit" "$limit"

# The naive watchdog.
(
	misses=0
	while sleep 1; do
		if healthy; then
			misses=0
			continue
		fi
		misses=$((misses + 1))
		if [ "$misses" -ge 3 ]; then
			"$directory/backend" >"$directory/log" 2>&1 &
			misses=-5
		fi
	done
) &
watchdog=$!
naive=0
for _ in $(seq "$trials"); do
	crash
	naive=$((naive + $(until_ms healthy)))
done
kill "$watchdog"
watchdog=
crash
report "naive watchdog" "$naive" "$limit"

# drover, by itself.  A history of each its own: three tries within an hour
# are enough for it.
up() {
	droverctl -j backends | jq -e '.backends[0].state == "up"'
}
healed() {
	droverctl -j plans --ended | jq -e '.plans[-1].state == "succeeded"'
}
away=0
known=0
for _ in $(seq "$trials"); do
	rm -rf "$directory/run" "$directory/state"
	droverd -f "$directory/drover.conf" -r "$directory/run" \
	    -s "$directory/state" 2>"$directory/droverd.log" &
	droverd=$!
	until_ms up >/dev/null
	crash
	begin=$(now_ms)
	away=$((away + $(until_ms healthy)))
	until_ms healed >/dev/null
	known=$((known + $(now_ms) - begin))
	kill "$droverd"
	wait "$droverd" || true
	droverd=
	crash || true
done
report "drover, until it serves" "$away" "$limit"
report "drover, until it is known to be healed" "$known" "$limit"
