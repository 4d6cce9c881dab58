#!/bin/bash
# drover-gpu under droverd, against an NVML library made for the tests: no
# real GPU is here (tests/unit/gpu/fake_nvml.c).
. "$(dirname "$0")/library.sh"
. "$tests/parent-library.sh"

cp "$bin/drover-gpu" "$libexec/drover-gpu"
export FAKE_NVML="$work/script"
cat >"$work/gpu.conf" <<END
collect:
  nvml_library: $DROVER_BUILD/tests/libfake-nvml-new.so
  gpu_timeout: 1s
  interval: 100ms
END

# No driver: absent, no file, no process.
echo 'result nvmlInit_v2 9' >"$FAKE_NVML"
start_droverd -f "$work/gpu.conf"
await 10 'gpu absent' heard 'told gpu state 6 pid 0 .*not loaded'
[ ! -e "$run/gpu.seg" ] || fail 'gpu.seg without a GPU'

# The driver comes: up.
: >"$FAKE_NVML"
kill -HUP "$droverd"
await 10 'gpu up' heard 'told gpu state 2'
await 10 'the log' logged '2 GPUs, driver 550.00'
[ -s "$run/gpu.seg" ] || fail 'no gpu.seg'
[ "$(stat -c %a "$run/gpu.seg")" = 640 ] || fail 'mode of gpu.seg'

# One falls off the bus: said, and the process goes on.
old=$(pgrep -P "$droverd" -x drover-gpu)
printf 'xid 1 79\nresult nvmlDeviceGetTemperature/1 15\n' >"$work/new"
mv "$work/new" "$FAKE_NVML"
await 10 'the Xid' logged 'gpu/1: Xid 79'
await 10 'the loss' logged 'gpu/1: the driver lost it'

# A call that does not come back: noticed, named, replaced.  The core may
# hear of it only when the process has ended, if that is quick enough.
echo 'hang nvmlDeviceGetPowerUsage/0' >"$work/new"
mv "$work/new" "$FAKE_NVML"
await 15 'the hang' heard \
    'told gpu state [35] .*nvmlDeviceGetPowerUsage of gpu/0 has not come back'
await 10 'the process replaced' heard 'told gpu state 3 pid 0 .*exit 75'
ended "$old" || fail 'the stuck process is left'
: >"$work/new"
mv "$work/new" "$FAKE_NVML"
await 20 'gpu up again' logged 'gpu: up.*'
await 20 'gpu up again' heard 'told gpu state 2 pid .*has not come back'

# A stuck driver must not hold up the end either.
echo 'hang nvmlDeviceGetName' >"$work/new"
mv "$work/new" "$FAKE_NVML"
stop_in 2000
