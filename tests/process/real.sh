# A real model server for a test script; sourced after library.sh.

# Fetch it, or skip the test with the reason.
real_install() {
	real=$("$DROVER_SOURCE/tests/real/install") || skip "$real"
}

# real_start ollama|llama-server PORT: sets real_pid, real_port, real_url.
real_start() {
	rm -f "$work/server.log"
	(cd "$real" && exec ./node "$DROVER_SOURCE/tests/real/server.mjs" \
	    tiny.gguf "$1" "$2") >"$work/server.log" 2>&1 &
	real_pid=$!
	started="$started $real_pid"
	await 60 "the server to listen" grep -q ^listening "$work/server.log"
	real_port=$(sed -n 's/^listening //p' "$work/server.log")
	real_url=http://127.0.0.1:$real_port
}

# real_post PATH JSON: the answer.
real_post() {
	(cd "$real" && exec ./node -e 'fetch(process.argv[1], { method: "POST",
	    body: process.argv[2] }).then((r) => r.text()).then(console.log)' \
	    "$real_url$1" "$2")
}
