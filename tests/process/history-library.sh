# What the tests of the history share; sourced after library.sh, with the
# directories in $run and $state.

# history_conf [LINE...]: a fast node without a backend, and these lines.
history_conf() {
	cat >"$work/drover.conf" <<-END
	node:
	  name: here
	  runtime_directory: $run
	  state_directory: $state
	collect:
	  interval: 100ms
	backend:
	  discover: false
	END
	printf '%s\n' "$@" >>"$work/drover.conf"
}
# A line for each step that is recorded.
steps() {
	"$DROVER_BUILD/tests/flight-steps" "$state/flight"
}
# has_steps COUNT: and has as many in the end.
has_steps() {
	[ "$(steps | wc -l)" -ge "$1" ]
}
version() {
	"$bin/droverstat" -d "$run" -j | jq .segment.version
}
# shown_on VERSION COUNT: so many more than that version.
shown_on() {
	[ "$(version)" -ge $(($1 + $2)) ]
}
