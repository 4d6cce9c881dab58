#!/bin/bash
# Every screen of the console, used in tmux as an operator would.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

start_writer
open_console 80 24
see '^drover  !critical  6 nodes: 3 up 1 suspect 1 down 1 drain'
see 'LIVE [0-9-]* [0-9:]*Z$'
see '^\[1 Nodes\]'

# In, and back.
keys j j
see '^▸ n03 '
see '^── n03 '
keys Enter
see ' n03  ● up  ! major'
see 'llama .*● up'
keys Escape
see '^\[1 Nodes\]'

# A filter, a search.
keys '\' qwen Enter
see 'filter .qwen$'
await 10 "only n05" bash -c "! tmux -S '$work/tmux' capture-pane -p |
    grep -q '^. n02'"
keys Escape
see '^. n02'

# The order, by command, with completion.
keys :sort Space mem Tab used Enter
see 'MEM'
keys Home
see '^▸ n03'

# Columns.
keys C
see 'columns: Space shows or hides'
keys Down Down Down Space Escape
see '^\[1 Nodes\]'

# Events, and the procedure of one.
keys 6
see '\[6 Events\]'
keys /refused Enter
see '^▸ .*connection refused'
see 'what to do: drover-backend-down(7)'
keys m
see 'DROVER-BACKEND-DOWN(7)'
keys /droverd\(8 Enter
keys Escape
keys Escape
see '\[6 Events\]'

# A link is followed, and left.
keys : 'man drover(7)' Enter
see '^ *DROVER(7)'
keys l Enter
see '^ *DROVER[D_-].*([0-9])\|^ *DROVER([0-9])\|^ *DROVERD(8)'
keys Escape
see '^ *DROVER(7)'

keys '?'
see '^KEYS'
keys End
see '^SIGNS'

# A new event is pointed out, wherever one is, and a screen is kept.
pointed_out() {
	kill -USR1 "$writer"
	output_has '6 \(Events \)\?!' screen
}
await 10 "a new event is pointed out" pointed_out
keys 1
keys ":dump $work/kept" Enter
see 'saved to'
grep -q '^\[1 Nodes\]' "$work/kept" || fail "the dump is no screen"

# Nonsense is told and does no harm.
keys :frobnicate Enter
see '! no such command'

keys q
see '^ended: 0'
see '^shell>'

# What was chosen is remembered.
grep -q '^sort memory_used down$' "$XDG_STATE_HOME/drover/console" ||
    fail "the order is forgotten"
