#!/bin/bash
# The writer waits, is stopped, killed, closed and comes back: the console
# says so and goes on by itself.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

open_console 80 24
see 'Waiting for droverd'
see 'no segment there yet'
see 'WAITING$'

start_writer
see 'LIVE'
see '^. n02'

kill -STOP "$writer"
see 'HUNG [0-9]*s$'
kill -CONT "$writer"
see 'LIVE'

kill -KILL "$writer"
see 'DEAD since [0-9:]*$'
see '^. n02'

start_writer
see 'LIVE'
kill -TERM "$writer"
see 'CLOSED at [0-9:]*$'
see '^. n02'

start_writer
see 'LIVE'
# Another one takes over while this one is still looked at.
kill -KILL "$writer"
start_writer
see 'LIVE'

keys C-c
see '^ended: 0'
