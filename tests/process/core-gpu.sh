#!/bin/bash
# GPUs as operators see them, through gpu process and core, against an NVML
# library made for the tests: no real GPU is here.
. "$(dirname "$0")/library.sh"

export FAKE_NVML="$work/script"
: >"$FAKE_NVML"
cat >"$work/drover.conf" <<END
collect:
  nvml_library: $DROVER_BUILD/tests/libfake-nvml-new.so
  interval: 100ms
  gpu_timeout: 1s
END
start droverd "$bin/droverd" -r "$work/run" -s "$work/state" \
    -f "$work/drover.conf"
json() {
	"$bin/droverstat" -d "$work/run" -j | jq -e "$1"
}
events() {
	"$bin/droverstat" -d "$work/run" -e
}
gpu='.tables.device[] | select(.name == "gpu/1")'
await 10 'two GPUs' json '.tables.node[0].gpus == 2'
await 10 "values of gpu/1" json "$gpu | .temperature > 0"
json '.tables.node[0].gpu_memory_used > 0' >/dev/null ||
	fail 'no memory in use on the node'

# An error of the driver: one line among the events, and one only.
echo 'xid 1 79' >"$work/new"
mv "$work/new" "$FAKE_NVML"
await 10 'the Xid' output_has 'gpu.xid.*Xid 79' events
: >"$FAKE_NVML"

# The gpu process dies: its GPUs stay, without values, and come back.
kill -STOP "$last"
pkill -KILL -P "$last" -x drover-gpu
await 15 'the values are gone' json "$gpu | .temperature == null"
json '.tables.node[0].gpus == 0' >/dev/null || fail 'GPUs that do not answer'
kill -CONT "$last"
await 15 'the GPUs are back' json "$gpu | .temperature > 0"
if output_has 'device.gone' events; then
	fail 'a GPU was called gone'
fi

# One GPU hangs: the process is replaced and leaves that one alone.
echo 'hang nvmlDeviceGetPowerUsage/0' >"$work/new"
mv "$work/new" "$FAKE_NVML"
await 15 'the hung GPU is left alone' json '.tables.device[] |
    select(.name == "gpu/0") | .label | contains("left alone")'
await 15 'the other one is sampled' json "$gpu | .temperature > 0"
json '.tables.node[0].gpus == 1' >/dev/null || fail 'not one GPU answers'
: >"$FAKE_NVML"

# The core dies: what it told is told, and not told twice.
pkill -KILL -P "$last" -x drover-core
starts() {
	[ "$(events | grep -c core.start)" -eq 2 ]
}
await 10 'the core is back' starts
[ "$(events | grep -c 'gpu.xid')" -eq 1 ] || fail 'the Xid is told twice'
