/*
 * A server for tests: a log in a temporary directory with a ledger, on a
 * loop of its own that runs only while something is awaited.
 */
#ifndef DROVER_TESTS_SERVER_H
#define DROVER_TESTS_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "cluster/consensus.h"
#include "tests/unit/cluster/ledger.h"

struct server {
	char			 directory[64];
	uv_loop_t		 loop;
	uv_timer_t		 deadline;
	bool			 late;
	struct consensus_options options;
	struct consensus	*consensus;
	struct ledger		 ledger;
	struct consensus_text	 complaint;
	char			 notice[512];	/* the last */
	char			 fatal[512];	/* the first */
	/* Answers to server_propose(). */
	uint32_t		 sent;
	uint32_t		 answered;
	uint32_t		 acknowledged;
	int			 status;	/* of the last */
	uint64_t		 index;
	uint64_t		 chain;		/* its result */
	bool			 closed;
};

/* A fresh directory; options can be changed before server_open(). */
void	server_make(struct server *server);
void	server_remove(struct server *server);
int	server_open(struct server *server);
/* Open and start; the complaint of either in complaint. */
int	server_start(struct server *server);
void	server_close(struct server *server);
/* Forget the state, as a machine that keeps it in memory does. */
void	server_forget(struct server *server);
/* One command of length bytes, made from value. */
int	server_propose(struct server *server, uint64_t value, size_t length);
/* Run the loop until done() or for ten seconds at most. */
bool	server_await(struct server *server, bool (*done)(struct server *));
bool	server_all_answered(struct server *server);
/* Propose count times and wait for all answers. */
void	server_fill(struct server *server, uint32_t count, size_t length);
/* The chain of the commands 1 to count of this length. */
uint64_t server_chain(uint64_t count, size_t length);

#endif
