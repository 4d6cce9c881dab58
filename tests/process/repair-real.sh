#!/bin/bash
# Repairs that are not what they say, and one that is: a hook that lies, a
# disk of models that is full, a long prompt that is left alone.  Needs root
# for a small disk.

# In mounts of its own, before anything is made that would be left.
[ "$(id -u)" -eq 0 ] || { echo "SKIP: needs root, to mount a small disk"
    exit 77; }
[ -n "${DROVER_MOUNTS:-}" ] || exec env DROVER_MOUNTS=1 unshare -m "$0" "$@"
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/healing-library.sh"
mkdir -m 0700 "$work/hooks"

# A store of models: one that is referred to, and rubbish of long ago.
mkdir "$work/models"
mount -t tmpfs -o size=32m none "$work/models" || skip "cannot mount"
cleanup_test() {
	umount -l "$work/models" || true
}
mkdir -p "$work/models/blobs" "$work/models/manifests/host/tiny"
used=$(printf 'a%.0s' $(seq 64))
rubbish=$(printf 'b%.0s' $(seq 64))
printf '{"config":{"digest":"sha256:%s"},"layers":[]}' "$used" \
    >"$work/models/manifests/host/tiny/latest"
head -c 1000000 /dev/zero >"$work/models/blobs/sha256-$used"
touch -d '3 days ago' "$work/models/blobs/sha256-$used"

# The hook says that it restarted it, and has not.
cat >"$work/hooks/backend.restart" <<END
#!/bin/sh
echo restarted
END
chmod 0755 "$work/hooks" "$work/hooks/backend.restart"

real_start llama-server 0
echo "$real_port" >"$work/port"
cat >"$work/drover.conf" <<END
node:
  name: n1
collect:
  interval: 200ms
  model_store: $work/models
backend:
  probe_interval: 200ms
  probe_timeout: 1s
  canary_timeout: 2s
backends:
  - name: llama
    url: $real_url
healing:
  hooks: $work/hooks
policies:
  - name: by-itself
    stage: auto
    allow: backend.restart disk.clean
END
launch
await 60 "the backend is up" backend_is up

# A long prompt: it works, and answers nobody.  It is no fault to mend.
kill -WINCH "$real_pid"
await 30 "it is silent" backend_is silent
await 60 "it goes on by itself" backend_is up
"$ctl" -j plans --ended | jq -e '[.plans[] |
    select(.strategy != "watch")] | length == 0' >/dev/null ||
    fail "a long prompt was treated: $("$ctl" plans --ended)"

# The lie is found out: it did not help, and a person is called.
kill -KILL "$real_pid"
await 60 "the hook was believed for now" plan \
    '.state == "verifying"' backend.crash
await 150 "it did not help" plan \
    '.verdict == "no-effect" and .state == "rolled-back"' backend.crash
await 30 "a person is called" fault backend.crash '.state == "escalated"'

# The disk runs full: what nothing refers to goes.
head -c 31000000 /dev/zero >"$work/models/blobs/sha256-$rubbish"
touch -d '3 days ago' "$work/models/blobs/sha256-$rubbish"
await 90 "the disk is cleaned" plan '.state == "succeeded"' disk.full
await 10 "and well" fault disk.full '.state == "resolved"'
[ ! -e "$work/models/blobs/sha256-$rubbish" ] || fail "the rubbish is there"
[ -e "$work/models/blobs/sha256-$used" ] || fail "a model is gone"

check
finish
