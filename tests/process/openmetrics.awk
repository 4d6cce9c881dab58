# Reads OpenMetrics 1.0 text and complains of what is not: the metadata
# before the samples and once, families in one piece, units that end the
# name, sample names that go with the type, labels and escapes, numbers,
# no series twice, and one # EOF as the last line.
function complain(what)
{
	print FILENAME ":" FNR ": " what ": " $0
	bad = 1
}

function base_name(sample,    name)
{
	if (type[current] == "counter" && sample == current "_total")
		return current
	if (type[current] == "info" && sample == current "_info")
		return current
	if (type[current] ~ /^(gauge|stateset|unknown)$/)
		return sample
	return ""
}

# Takes one label off rest; returns its name, "" when it is no label.
function take_label(    name)
{
	if (!match(rest, /^[a-zA-Z_][a-zA-Z0-9_]*="/))
		return ""
	name = substr(rest, 1, RLENGTH - 2)
	rest = substr(rest, RLENGTH + 1)
	if (!match(rest, /^([^"\\]|\\["\\n])*"/))
		return ""
	rest = substr(rest, RLENGTH + 1)
	return name
}

function take_labels(    name, seen)
{
	split("", seen)
	rest = substr(rest, 2)
	if (substr(rest, 1, 1) == "}") {
		rest = substr(rest, 2)
		return
	}
	for (;;) {
		name = take_label()
		if (name == "" || name in seen) {
			complain("label")
			return
		}
		seen[name] = 1
		if (substr(rest, 1, 1) == "}")
			break
		if (substr(rest, 1, 1) != ",") {
			complain("after a label")
			return
		}
		rest = substr(rest, 2)
	}
	if (type[current] == "stateset" && !(current in seen))
		complain("a state set without its state")
	rest = substr(rest, 2)
}

function sample(    name, series, value)
{
	rest = $0
	if (!match(rest, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) {
		complain("sample name")
		return
	}
	name = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	if (current == "" || base_name(name) != current)
		complain("a sample that its family does not have")
	if (substr(rest, 1, 1) == "{")
		take_labels()
	series = substr($0, 1, length($0) - length(rest))
	if (series in seen_series)
		complain("a series twice")
	seen_series[series] = 1
	if (!match(rest, /^ [-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[-+]?[0-9]+)?$/))
		complain("number")
	value = substr(rest, 2) + 0
	if (type[current] == "counter" && value < 0)
		complain("a counter below zero")
	if (type[current] == "info" && value != 1)
		complain("an info that is not 1")
	if (type[current] == "stateset" && value != 0 && value != 1)
		complain("a state that is not 0 or 1")
	samples++
}

ended { complain("after # EOF") }
/^$/ { complain("an empty line"); next }
$0 == "# EOF" { ended = 1; next }
/^# TYPE / {
	if (NF != 4 || ($3 in type))
		complain("TYPE of a family that had one")
	if ($4 !~ /^(gauge|counter|stateset|info)$/)
		complain("type")
	if ($3 ~ /_(total|created|count|sum|bucket|info|gcount|gsum)$/)
		complain("a reserved ending")
	current = $3
	type[current] = $4
	next
}
/^# UNIT / {
	if ($3 != current || NF != 4 || (current in unit) ||
	    type[current] ~ /^(stateset|info)$/)
		complain("UNIT")
	unit[$3] = $4
	if (length($3) <= length($4) ||
	    substr($3, length($3) - length($4)) != "_" $4)
		complain("a unit that does not end the name")
	next
}
/^# HELP / {
	if ($3 != current || (current in help))
		complain("HELP")
	help[$3] = 1
	text = $0
	gsub(/\\[\\n"]/, "", text)
	if (text ~ /\\/)
		complain("escape")
	next
}
/^#/ { complain("comment"); next }
{ sample() }

END {
	if (!ended)
		complain("no # EOF")
	if (samples == 0)
		complain("no samples")
	exit bad
}
