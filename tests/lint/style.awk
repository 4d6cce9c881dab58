# Eighty columns, tabs, no trailing space, functions of at most 120 lines
# (a table or a switch may take it there), files of at most 800.  Prints
# each breach as FILE:LINE: what.
function breach(line, what)
{
	print FILENAME ":" line ": " what
	breaches++
}

# The columns that a line takes with tabs of eight; bytes that continue a
# UTF-8 character take none.
function columns(text,   i, c, n)
{
	if (text !~ /\t/ && length(text) <= 80)
		return length(text)
	n = 0
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\t")
			n += 8 - n % 8
		else if (!(c >= "\200" && c <= "\277"))
			n++
	}
	return n
}

function end_file()
{
	if (previous != "" && last > 800)
		print previous ": " last " lines, at most 800 are allowed"
	if (previous != "" && last > 800)
		breaches++
}

FNR == 1 {
	end_file()
	previous = FILENAME
	start = 0
}
{
	last = FNR
	if (columns($0) > 80)
		breach(FNR, columns($0) " columns, at most 80 are allowed")
	if ($0 ~ /[ \t]$/)
		breach(FNR, "space at the end of the line")
	if ($0 ~ /^        +[^ *]/)
		breach(FNR, "indented with spaces, not with tabs")
	if ($0 ~ /\r$/)
		breach(FNR, "carriage return")
}
/^\{$/ { start = FNR }
/^\}/ && start {
	if (FILENAME ~ /\.[ch]$/ && FNR - start - 1 > 120)
		breach(start, FNR - start - 1 " lines in one function, " \
		    "at most 120 are allowed")
	start = 0
}
END {
	end_file()
	printf "%d breaches of style\n", breaches
	exit breaches > 0
}
