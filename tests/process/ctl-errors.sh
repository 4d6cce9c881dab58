# Whatever is wrong, droverctl says it in one line and ends with a status
# that a script can tell apart.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/ctl-library.sh"

# The command line.
ends 64 "$ctl"
complains 'no verb was given'
ends 64 "$ctl" dance
complains 'dance: no such verb'
ends 64 "$ctl" nod
complains 'nod: could be nodes, node'
ends 64 "$ctl" node
complains 'node: give it name'
ends 64 "$ctl" nodes n1
complains 'nodes takes no argument'
ends 64 "$ctl" -f nodes
complains '-f does not go with nodes'
ends 64 "$ctl" -t 0 nodes
complains 'timeout 0: not a number of seconds from 0.1'
ends 64 "$ctl" -s x events
complains '-s "x" is not a whole number'
ends 64 "$ctl" --jason nodes
complains '--jason: no such option'
ends 0 "$ctl" --help
has '^usage: droverctl'
ends 0 "$ctl" help image
has 'GET /api/v1/image'
ends 64 "$ctl" help dance
complains 'no such verb'

# Nobody there.
ends 69 "$ctl" nodes
complains 'core.sock: no such socket; start droverd'
ends 69 "$ctl" -d "$work/nowhere" nodes
complains 'nowhere: No such file'
touch "$work/file"
ends 69 "$ctl" -d "$work/file" nodes
complains 'file: not a directory'
ends 69 "$ctl" -d "$run" nodes
complains 'is that the runtime directory'
touch "$run/core.sock"
ends 69 "$ctl" nodes
complains 'nobody listens there'
rm "$run/core.sock"
long=$work/$(printf '%0110d' 0)
mkdir "$long"
touch "$long/core.sock"
ends 64 "$ctl" -d "$long" nodes
complains 'at most 107 bytes'

start_server

# A socket, then a directory, of which this user may make no use.
as_another=
if [ "$(id -u)" -eq 0 ]; then
	as_another="setpriv --reuid 65534 --regid 65534 --clear-groups"
	chmod 0755 "$work" "$run"
fi
if $as_another "$ctl" -V >/dev/null 2>&1; then
	chmod 0 "$run/core.sock"
	ends 77 $as_another "$ctl" nodes
	complains 'permission denied'
	chmod 0600 "$run/core.sock"
	chmod 0 "$run"
	ends 77 $as_another "$ctl" nodes
	complains 'Permission denied'
	ends 77 $as_another "$ctl" -d "$run" nodes
	complains 'Permission denied'
	chmod 0700 "$run"
fi

# Answers that are none.
ends 76 "$ctl" nodes
complains 'closed without an answer'
printf 'SSH-2.0-mole\r\n' | raw api/v1/nodes
ends 76 "$ctl" nodes
complains 'not the answer of a droverd'
printf 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{' | raw api/v1/nodes
ends 76 "$ctl" nodes
complains 'cut off'
answer api/v1/nodes 200 '{"nodes":'
ends 76 "$ctl" nodes
complains 'no JSON'
answer api/v1/nodes 404 ''
ends 4 "$ctl" nodes
complains 'HTTP status 404 without a numbered reply'
printf 'HTTP/1.1 302 Found\r\nLocation: http://localhost/x\r\n%s\r\n\r\n' \
    'Content-Length: 0' | raw api/v1/nodes
ends 76 "$ctl" nodes
complains 'HTTP status 302'
printf 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{' | raw api/v1/hang
ends 75 "$ctl" -t 0.2 api get hang
complains 'no whole answer within 0.2 s'

# Refusals: the first digit of the reply is the status.
rm "$work/answers/api/v1/nodes"
for number in 3001 4021 5003; do
	answer api/v1/nodes/n1 409 "{\"reply\":{\"number\":$number,
\"name\":\"X\",\"text\":\"it\\u001b[2J\",\"detail\":\"n1\"}}"
	ends "${number%???}" "$ctl" node n1
	complains "^droverctl: $number X: it.*\[2J: n1"
	! grep -q "$(printf '\033')" "$work/err" || fail "an escape"
	[ ! -s "$work/out" ] || fail "a refusal on standard output"
	ends "${number%???}" "$ctl" -j node n1
	has "\"number\":$number"
done

# Names are encoded, requests stay one line.
ends 76 "$ctl" node '../a b%'
grep -qx 'GET /api/v1/nodes/..%2Fa%20b%25' "$work/server.log" ||
    fail "not encoded: $(cat "$work/server.log")"
ends 64 "$ctl" api GET 'a HTTP/1.1'
complains 'path holds no blanks'
ends 64 "$ctl" api 'GET /' a
complains 'a method is a word'

# An image comes whole or not at all.
printf 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab' | raw api/v1/image
echo old >"$work/image"
ends 76 "$ctl" image "$work/image"
grep -qx old "$work/image" || fail "a torn image"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd' | raw api/v1/image
ends 0 "$ctl" image "$work/image"
[ "$(cat "$work/image")" = abcd ] || fail "another image"
ends 0 "$ctl" image -
[ "$(cat "$work/out")" = abcd ] || fail "another image"
ends 74 "$ctl" image "$work/nowhere/image"
complains 'No such file'
[ -z "$(find "$work" -name 'image.*')" ] || fail "a file was left"
answer api/v1/image 503 '{"reply":{"number":5003,"text":"t","detail":""}}'
ends 5 "$ctl" image "$work/image"
[ "$(cat "$work/image")" = abcd ] || fail "a refusal became the image"

# Output that cannot be written.
rm -r "$work/answers/api/v1/nodes"
answer api/v1/nodes 200 '{"reply":{"number":1000},"nodes":[]}'
ends 74 bash -c '"$0" -j nodes >/dev/full' "$ctl"
complains 'standard output'
