#!/bin/bash
# A real droverd over TLS, as curl and droverctl of another host see it.
. "$(dirname "$0")/library.sh"
command -v curl >/dev/null || skip "curl is not here"
command -v jq >/dev/null || skip "jq is not here"
command -v openssl >/dev/null || skip "openssl is not here"
command -v python3 >/dev/null || skip "python3 is not here"

port=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
local_ask() {
	local path=$1
	shift
	curl -sS --max-time 30 --unix-socket "$work/run/core.sock" "$@" \
	    "http://drover/api/v1/$path"
}
# ask TOKEN PATH CURL-ARGUMENTS...
ask() {
	local token=$1 path=$2
	shift 2
	curl -sS --max-time 30 --cacert "$ca" \
	    ${token:+-H "Authorization: Bearer $token"} "$@" \
	    "https://localhost:$port/api/v1/$path"
}
number() {
	ask "$@" | jq -r .reply.number
}
json='Content-Type: application/json'
# token ACCOUNT SECONDS: a new token of it.
token() {
	local_ask "accounts/$1/tokens" -X POST -H "$json" -d \
	    '{"reason":"the test needs it","expires_seconds":'"$2"'}' |
	    jq -re .token
}
is() {
	local wanted=$1
	shift
	[ "$("$@" 2>/dev/null)" = "$wanted" ]
}
configure() {
	printf 'api:\n  listen: "127.0.0.1:%s"\n%s' "$port" "$1" \
	    >"$work/drover.conf"
}

mkdir -m 0700 "$work/run" "$work/state"
configure ""
start droverd "$bin/droverd" -r "$work/run" -s "$work/state" \
    -f "$work/drover.conf"
droverd=$last
ca=$work/state/api.crt
await 15 "the API answers over TLS" is 1000 number "" health
[ "$(stat -c %a "$work/state/api.key")" = 600 ] ||
    fail "others can read the key"
await 15 "the state is there" \
    bash -c "curl -sS --unix-socket $work/run/core.sock \
	http://d/api/v1/cluster/status | jq -e '.state.nodes == 1'"

# Without a token: what anybody may see, and no more.
[ "$(number "" version)" = 1000 ] || fail "version without a token"
[ "$(number "" nodes)" = 4040 ] || fail "the nodes without a token"
[ "$(number drover-none-none nodes)" = 4041 ] || fail "a made-up token"
! curl -sS --max-time 5 "https://localhost:$port/api/v1/health" \
    2>/dev/null || fail "a stranger's certificate is trusted"
! curl -sS --max-time 5 "http://localhost:$port/api/v1/health" \
    2>/dev/null || fail "it speaks without TLS"

for role in viewer operator admin; do
	local_ask "accounts/$role-one" -X PUT -H "$json" -d \
	    '{"role":"'$role'","reason":"the test needs it"}' |
	    jq -e '.reply.number < 2000' >/dev/null || fail "account $role"
done
viewer=$(token viewer-one 3600)
operator=$(token operator-one 3600)
admin=$(token admin-one 3600)
short=$(token viewer-one 1)
name=$(ask "$viewer" nodes | jq -re '.nodes[0].name')

# A role does what it may, under its own name, and no more.
drain='{"reason":"a look at its fans","preview":true}'
[ "$(number "$viewer" "nodes/$name/drain" -X POST -H "$json" \
    -d "$drain")" = 4043 ] || fail "a viewer drains"
[ "$(number "$operator" "nodes/$name/drain" -X POST -H "$json" \
    -d "$drain")" = 1003 ] || fail "an operator does not see a preview"
[ "$(number "$operator" accounts)" = 4043 ] ||
    fail "an operator sees the accounts"
[ "$(number "$admin" accounts)" = 1000 ] ||
    fail "an admin does not see the accounts"
ask "$operator" holds -X POST -H "$json" -d '{"kind":"maintenance",
    "scope":"'"$name"'","for_seconds":600,"reason":"cables"}' |
    jq -e '.reply.number == 1000' >/dev/null || fail "hold over TLS"
ask "$viewer" "audit?limit=5" | jq -e '.audit[0] | .actor ==
    "operator-one" and .via == "token" and .origin == "127.0.0.1" and
    .note == "cables"' >/dev/null || fail "the audit: $(ask "$viewer" \
    "audit?limit=1")"
! ask "$admin" accounts | grep -q "${admin##*-}" ||
    fail "a secret is shown"

# Time and revocation end a token, at once.
await 10 "a token expires" is 4042 number "$short" nodes
id=$(echo "$viewer" | cut -d- -f2)
ask "$admin" "tokens/$id" -X DELETE -H "$json" \
    -d '{"reason":"it was lost"}' | jq -e '.reply.number == 1000' \
    >/dev/null || fail "the token is not revoked"
[ "$(number "$viewer" nodes)" = 4041 ] || fail "a revoked token"
ask "$admin" "accounts/operator-one" -X PUT -H "$json" -d \
    '{"role":"viewer","reason":"moved on"}' >/dev/null
[ "$(number "$operator" "nodes/$name/drain" -X POST -H "$json" \
    -d "$drain")" = 4043 ] || fail "a role that was taken away"

# The same over droverctl, with the token in a file.
(umask 077 && echo "$admin" >"$work/token")
"$bin/droverctl" --connect "localhost:$port" --ca "$ca" \
    --token-file "$work/token" nodes >"$work/out" ||
    fail "droverctl over TLS"
grep -q "$name" "$work/out" || fail "no $name in: $(cat "$work/out")"

# Guessing is told, and slows down who does it.
for i in 1 2 3 4 5 6; do
	[ "$(number "drover-x-$i" nodes)" = 4041 ] || fail "guess $i"
done
await 10 "the guesses are told" bash -c "curl -sS --unix-socket \
    $work/run/core.sock http://d/api/v1/events?limit=1000 |
    jq -e '.events[] | select(.kind == \"api.guesses\")'"

# A certificate that was replaced is shown to who comes next.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -days 2 -subj /CN=replaced -addext subjectAltName=DNS:localhost \
    -keyout "$work/new.key" -out "$work/new.crt" 2>"$work/openssl.log"
configure "  certificate: $work/new.crt
  key: $work/new.key
"
kill -HUP "$droverd"
shown() {
	openssl s_client -connect "localhost:$port" </dev/null 2>/dev/null |
	    openssl x509 -noout -subject
}
await 10 "the new certificate" output_has replaced shown
ca=$work/new.crt
[ "$(number "$admin" nodes)" = 1000 ] || fail "under the new certificate"
# One that is broken is not taken, and said so.
echo broken >"$work/new.crt.broken"
configure "  certificate: $work/new.crt.broken
  key: $work/new.key
"
kill -HUP "$droverd"
await 10 "the broken certificate is told" bash -c "curl -sS --unix-socket \
    $work/run/core.sock http://d/api/v1/events?limit=1000 |
    jq -e '.events[] | select(.kind == \"api.unavailable\")'"
[ "$(number "$admin" nodes)" = 1000 ] || fail "after a broken certificate"

# Who says nothing does not keep others out.
exec 3<>"/dev/tcp/127.0.0.1/$port"
[ "$(number "$admin" nodes)" = 1000 ] || fail "beside a silent one"
read -r -t 10 -u 3 line && fail "a silent one heard: $line"
[ $? -lt 128 ] || fail "a silent one is not ended"
exec 3>&-

# A bound port is told in one line, and the node goes on without TLS.
mkdir -m 0700 "$work/run2" "$work/state2"
configure ""
start second "$bin/droverd" -r "$work/run2" -s "$work/state2" \
    -f "$work/drover.conf"
await 15 "the other is told why" \
    grep -q "api.listen: 127.0.0.1:$port: Address already in use" \
    "$work/second.log"
curl -sS --unix-socket "$work/run2/core.sock" http://d/api/v1/health |
    jq -e '.reply.number == 1000' >/dev/null || fail "the other is gone"
