# What is wrong on the command line is told in one line, status 64; the
# options of each program are those of its completion.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/stat-library.sh"

start_writer
refuses() {
	local pattern=$1
	shift
	ends 64 "$stat" "$@"
	complains "$pattern"
}
refuses 'table nodes: there is none' -t nodes
refuses 'column node.cpu: there is none' -c cpu
refuses 'column device.load1: there is none' -t device -c load1
refuses '-c: an empty name' -c name,,load1
refuses 'sort column nothing: no table' -s nothing
refuses 'interval 0: not a number of seconds from 0.1' 0
refuses 'interval nan: not' nan
refuses 'count 0: not a whole number' 1 0
refuses 'nothing is allowed after' 1 2 3
refuses '-Q: no such option' -Q
refuses '--colums: no such option' --colums
refuses 'its argument is missing' -t
refuses 'only one of' -j -o
refuses 'exclude each other' -i x -f
refuses '-f goes with' -o -f
refuses 'choose from tables' -e -t node
ends 0 "$stat" -h
has '^usage: droverstat'
ends 0 "$stat" -V

# completed PROGRAM WORD...: what bash offers for the last word.
completed() {
	local program=$1
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
	    "_$1"; printf "%s\n" "${COMPREPLY[@]}"' \
	    "$DROVER_BUILD/console/stat/completions/$program" "$@"
}
completed droverstat --open | grep -qx -- --openmetrics || fail options
completed droverstat -S g | grep -qx gpu || fail words
completed droverstat -t node,dev | grep -qx node,device || fail tables
completed droverstat -c node.name,node.psi_io_f |
    grep -qx node.name,node.psi_io_full || fail columns
touch "$work/some.image"
(cd "$work" && completed droverstat -i some.i | grep -qx some.image) ||
    fail files
[ -z "$(completed droverstat --nothing-like-this)" ] || fail "an invention"
completed droverctl mod | grep -qx models || fail verbs
completed droverctl -j help st | grep -qx status || fail "verbs to help"
(cd "$work" && completed droverctl image some.i | grep -qx some.image) ||
    fail "files of a verb"
[ -z "$(completed droverctl models no)" ] || fail "a second verb"
# offers WORDS PROGRAM WORD...: these, in any order, and no other.
offers() {
	local words=$1
	shift
	[ "$(completed "$@" | sort | paste -sd ' ')" = "$words" ] ||
	    fail "$*: $(completed "$@")"
}
offers 'confirm reload rollback set unset' droverctl config ''
offers 'reload rollback' droverctl -j config r
offers 'put remove revoke token' droverctl help account ''
offers '--overwrite' droverctl backup --o
offers '' droverctl nodes --o
offers '--node' droverctl -t 3 models --n
offers '--reason --replace --request' droverctl drain n1 --re
# The argument of an option is no verb, and what follows it is.
offers 'models' droverctl -c nodes mod
offers 'operator' droverctl account put ann o
offers 'maintenance' droverctl hold --kind m
# The table of options is what the program takes, no more and no less.
for program in drover droverctl droverd droverstat; do
	[ -x "$bin/$program" ] || continue
	"$bin/$program" --help |
	    grep -o -e '--[a-z][a-z-]*[a-z]' | sort -u >"$work/help"
	completed "$program" -- | sort -u >"$work/table"
	grep -v -x -e --help -e --version "$work/help" >"$work/help.rest"
	grep -v -x -e --help -e --version "$work/table" |
	    diff "$work/help.rest" - >"$work/diff.log" ||
	    fail "$program --help and its table of options differ"
done
