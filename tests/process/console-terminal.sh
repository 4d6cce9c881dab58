#!/bin/bash
# The terminal changes its size, is taken away for a while, and for good.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

start_writer
open_console 80 24
see '^\[1 Nodes\]'

mux resize-window -x 200 -y 50
see 'LIVE [0-9-]* [0-9:]*Z$'
see 'REQ/S'
mux resize-window -x 10 -y 3
see '^too small$'
mux resize-window -x 40 -y 10
see '^\[1 Nodes\]'
mux resize-window -x 80 -y 24
see '^── events'

# Suspended, the shell has its terminal back; resumed, the screen is whole.
pid=$(console_pid)
keys C-z
see 'Stopped'
[ "$(ps -o state= -p "$pid")" = T ] || fail "it is not stopped"
keys 'stty -a | grep -o " echo "' Enter
see '^ echo'
keys fg Enter
see '^\[1 Nodes\]'
keys 6
see '\[6 Events\]'

# Stopped from elsewhere, with no time to tidy up: the shell takes the
# terminal, and gives it back.
kill -STOP "$pid"
see 'Stopped'
kill -CONT "$pid"
keys fg Enter
see '\[6 Events\]'
keys 1
see '^\[1 Nodes\]'

# The terminal is lost: it ends at once and does not spin.
mux kill-server
await 3 "the end of the console" gone "$pid"

# Likewise when nobody sends it a hang-up: only the terminal goes.
LC_ALL=C.UTF-8 TERM=xterm-256color start lost setsid \
    "$DROVER_BUILD/tests/pty-run" --vanish 1500 -- \
    "$drover" -d "$segments"
await 10 "the end of what has no terminal" gone "$last"
grep -q '^ended' "$work/lost.log" || fail "it did not end by itself"
