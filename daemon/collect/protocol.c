/* TCP counters. */
#include "collect/protocol.h"

#include <stdlib.h>
#include <string.h>

void
protocol_open_snmp(struct protocol *protocol, const char *root)
{
	*protocol = (struct protocol){
		.label = "Tcp:",
		.wanted = {"OutSegs", "RetransSegs"},
		.metric = {NODE_METRIC_tcp_segments_out,
		    NODE_METRIC_tcp_retransmits},
		.column = {-1, -1},
	};
	source_open(&protocol->source, "%s/proc/net/snmp", root);
}

void
protocol_open_netstat(struct protocol *protocol, const char *root)
{
	*protocol = (struct protocol){
		.label = "TcpExt:",
		.wanted = {"ListenDrops", "TCPTimeouts"},
		.metric = {NODE_METRIC_tcp_listen_drops,
		    NODE_METRIC_tcp_timeouts},
		.column = {-1, -1},
	};
	source_open(&protocol->source, "%s/proc/net/netstat", root);
}

void
protocol_close(struct protocol *protocol)
{
	source_close(&protocol->source);
	free(protocol->names);
	protocol->names = NULL;
	protocol->names_length = 0;
}

static bool
is_same_names(const struct protocol *protocol, struct text line)
{
	return protocol->names != NULL &&
	    text_is(line, protocol->names, protocol->names_length);
}

static void
learn_names(struct protocol *protocol, struct text line)
{
	size_t length = text_length(line);
	struct text word, rest = line;
	char *names;
	int column, i;

	for (i = 0; i < PROTOCOL_COLUMNS; i++)
		protocol->column[i] = -1;
	text_skip_words(&rest, 1);
	for (column = 0; ; column++) {
		word = text_word(&rest);
		if (text_length(word) == 0)
			break;
		for (i = 0; i < PROTOCOL_COLUMNS; i++) {
			if (text_is(word, protocol->wanted[i],
			    strlen(protocol->wanted[i])))
				protocol->column[i] = column;
		}
	}
	names = realloc(protocol->names, length);
	if (names == NULL) {
		protocol->names_length = 0;
		return;
	}
	memcpy(names, line.at, length);
	protocol->names = names;
	protocol->names_length = length;
}

static void
take_values(const struct protocol *protocol, struct text line,
    double value[PROTOCOL_COLUMNS])
{
	struct text rest;
	int i;

	text_skip_words(&line, 1);
	for (i = 0; i < PROTOCOL_COLUMNS; i++) {
		if (protocol->column[i] < 0)
			continue;
		rest = line;
		text_skip_words(&rest, protocol->column[i]);
		value[i] = text_number(&rest);
	}
}

void
protocol_parse(struct protocol *protocol, struct text text,
    double value[PROTOCOL_COLUMNS])
{
	size_t label_length = strlen(protocol->label);
	struct text line;
	int i;

	for (i = 0; i < PROTOCOL_COLUMNS; i++)
		value[i] = NAN;
	while (text_line(&text, &line)) {
		if (!text_starts(line, protocol->label, label_length))
			continue;
		if (!is_same_names(protocol, line))
			learn_names(protocol, line);
		if (text_line(&text, &line) &&
		    text_starts(line, protocol->label, label_length))
			take_values(protocol, line, value);
		return;
	}
}

void
protocol_sample(struct protocol *protocol, struct collect_round *round)
{
	double value[PROTOCOL_COLUMNS];
	int i;

	protocol_parse(protocol, source_read(&protocol->source,
	    round->buffer), value);
	for (i = 0; i < PROTOCOL_COLUMNS; i++)
		round->sample->node[protocol->metric[i]] = value[i];
}
