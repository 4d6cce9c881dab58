#!/bin/bash
# A token is shown once, to whom it is made for: neither it nor its hash
# is in anything that drover shows afterwards.
. "$(dirname "$0")/library.sh"
command -v curl >/dev/null || skip "curl is not here"
command -v jq >/dev/null || skip "jq is not here"

# ask METHOD PATH [BODY]
ask() {
	curl -sS --max-time 10 --unix-socket "$work/run/core.sock" \
	    -X "$1" -H "Content-Type: application/json" -d "${3:-}" \
	    "http://d/api/v1/$2"
}
must() {
	answer=$(ask "$@")
	[ "$(jq .reply.number <<<"$answer")" = 1000 ] || fail "$*: $answer"
}
# Entries are taken when it leads.
leads() {
	ask GET cluster/status | jq '.members[0].role == "leader"' | grep -q true
}

mkdir -m 0700 "$work/run" "$work/state"
start droverd "$bin/droverd" -r "$work/run" -s "$work/state" -v
await 15 "shared state" leads

must PUT accounts/bo '{"role":"operator","full_name":"Bo Ek"}'
body='{"expires_seconds":3600,"request":"laptop"}'
must POST accounts/bo/tokens "$body"
token=$(jq -r .token <<<"$answer")
id=$(jq -r .id <<<"$answer")
[[ $token =~ ^drover-$id-[0-9a-f]{64}$ ]] || fail "no token: $answer"

# Asked for again with the same id, it is the same token, not shown.
must POST accounts/bo/tokens "$body"
[ "$(jq -r '.id, .repeated, .token' <<<"$answer")" = "$id
true
null" ] || fail "another token, or shown twice: $answer"

must GET accounts
[ "$(jq -r '.accounts[0] | .name, .role, .full_name' <<<"$answer")" = "bo
operator
Bo Ek" ] || fail "the account is not listed: $answer"
[ "$(jq -r '.tokens[] | .id, .account' <<<"$answer")" = "$id
bo" ] || fail "the token is not listed: $answer"

hash=$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)
{
	ask GET accounts
	ask GET audit
	ask GET events
	ask GET image | strings
	cat "$work/droverd.log"
} >"$work/shown"
grep -q "$id" "$work/shown" || fail "nothing is shown of the token"
grep -qi -e "${token##*-}" -e "$hash" "$work/shown" &&
    fail "the secret of a token, or its hash, is shown"

must DELETE "tokens/$id"
must DELETE accounts/bo
[ "$(ask GET accounts | jq '[.accounts, .tokens] | flatten | length')" = 0 ] ||
    fail "an account or a token is left"
