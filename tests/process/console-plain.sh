#!/bin/bash
# Plain text: one screen, changes in sequence, an image, and bad input.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

# ends STATUS COMMAND...
ends() {
	local wanted=$1 status=0
	shift
	"$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
	[ "$status" -eq "$wanted" ] ||
	    fail "$*: status $status, not $wanted: $(cat "$work/err")"
}

ends 1 "$drover" -d "$segments" --once
grep -q "core.seg: no segment there yet" "$work/err" || fail "no reason"
[ "$(wc -l <"$work/err")" -eq 1 ] || fail "more than one line"

start_writer
ends 0 "$drover" -d "$segments" --once --wait 5
grep -q '^\[1 Nodes\]' "$work/out" || fail "no screen"
grep -q '● up' "$work/out" || fail "no UTF-8"
# Without a terminal it is the same.
ends 0 "$drover" -d "$segments"
grep -q '^\[1 Nodes\]' "$work/out" || fail "no screen without a terminal"
# No line is wider than asked for, no control character comes out.
COLUMNS=60 ends 0 "$drover" -d "$segments" --once
[ "$(wc -L <"$work/out")" -le 60 ] || fail "too wide"
if LC_ALL=C grep -q '[[:cntrl:]]' "$work/out"; then
	fail "a control character"
fi
LC_ALL=C ends 0 "$drover" -d "$segments" --once
if LC_ALL=C grep -q '[^ -~]' "$work/out"; then
	fail "more than ASCII in the C locale"
fi

# Changes, line by line; nothing is said twice.
start plain "$drover" -d "$segments" --plain --screen events
plain=$last
await 10 "the screen" grep -q '\[6 Events\]' "$work/plain.log"
kill -USR1 "$writer"
await 10 "a new line" test "$(wc -l <"$work/plain.log")" -ge 15
[ "$(grep -c '\[6 Events\]' "$work/plain.log")" -eq 1 ] ||
    fail "an unchanged line was said again"
kill -INT "$plain"
await 3 "the end" gone "$plain"

# An image.
"$bin/droverstat" -d "$segments" -w "$work/image" >"$work/image.log" 2>&1 ||
    fail "no image: $(cat "$work/image.log")"
kill -KILL "$writer"
ends 0 "$drover" --image "$work/image" --once
grep -q 'IMAGE$' "$work/out" || fail "the image is not shown"

# Bad input, one line each.
head -c 100 "$work/image" >"$work/short"
ends 1 "$drover" --image "$work/short" --once
ends 1 "$drover" --image "$work/none" --once
grep -q 'none: No such file' "$work/err" || fail "no reason"
ends 1 "$drover" --image /dev/zero --once
ends 64 "$drover" --theme pink
grep -q 'default, safe or mono, not: pink' "$work/err" || fail "no choice"
ends 64 "$drover" --screen nowhere
ends 64 "$drover" --wait soon
ends 64 "$drover" extra
ends 0 "$drover" --help
ends 0 "$drover" --version
