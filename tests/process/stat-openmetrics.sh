# The OpenMetrics text is sound by the rules of openmetrics.awk, which
# refuses what is not; promtool must agree where it is there.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/stat-library.sh"

sound() {
	awk -f "$tests/openmetrics.awk" "$1" >"$work/awk.log"
}

start_writer
ends 0 "$stat" -o
cp "$work/out" "$work/om"
sound "$work/om" || fail "not sound"
has '^# TYPE drover_node_cpu_busy_ratio gauge$'
has '^# UNIT drover_node_cpu_busy_ratio ratio$'
has '^drover_node_cpu_busy_ratio{node="n01"} 0\.125$'
has '^drover_node_context_switches_total{node="n01"} 123456789012$'
has '^drover_node_memory_total_bytes{node="n01"} 68719476736$'
has '^drover_node_sample_cost_seconds{node="n01"} 0\.00025$'
has '^drover_node_state{node="n01",drover_node_state="up"} 1$'
has 'system="Linux \\"test\\" \\\\ 6\.1"'
has '^drover_device_busy_ratio{device="disk/sdc",node="n01"} 0\.99$'
[ "$(tail -n 1 "$work/om")" = "# EOF" ] || fail "no # EOF"
if grep -q -e 'cpu_user' -e 'device="disk/sda".*busy' -e NaN "$work/om"; then
	fail "a sample of what is absent"
fi

# The checker itself fails on what is wrong.
broken() {
	sed "$1" "$work/om" >"$work/broken"
	cmp -s "$work/om" "$work/broken" && fail "$1 changes nothing"
	if sound "$work/broken"; then
		fail "the checker lets '$1' pass"
	fi
}
broken '$d'
broken 's/^drover_node_context_switches_total/drover_node_context_switches/'
broken 's/^\(# UNIT drover_node_cpu_busy_ratio\) .*/\1 percent/'
broken 's/^\(drover_node_load1{.*}\) .*/\1 NULL/'
broken 's/\\"test/"test/'
broken 's/device="disk\/sdc",node/device="disk\/sdb",node/'
broken '/^# TYPE drover_node_load1 /d'

if command -v promtool >/dev/null; then
	promtool check metrics <"$work/om" || fail "promtool"
fi
