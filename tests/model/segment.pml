/*
 * The protocol of the segment, for spin(1): one writer that may die at any
 * store, one reader, blocks that are used again.
 *
 * Spin steps are sequentially consistent; the weaker order of real
 * processors is put in by hand.  Stores between two fences of the writer
 * are made in every order, and so are loads between two fences of the
 * reader (but for an address that must be known first).  A mutant that
 * leaves a fence out therefore has its stores or loads on both sides mixed,
 * whether or not the processor at hand would do so.
 *
 * A version is a root block that names leaves A (words 0 and 1) and B (word
 * 0); every transaction replaces all three blocks, and writes its version
 * into every word.
 *
 * MUTANT 0  the protocol as it is
 *	  1  reader: version from the root block, not from the root word
 *	  2  writer: no fence after storing the horizon
 *	  3  reader: no fence before loading the horizon
 *	  4  writer: root stored without release
 *	  5  reader: horizon not looked at
 *	  6  writer: replaced blocks tagged with the version before
 *	  7  writer: replaced blocks queued before the root is stored
 */
#ifndef MUTANT
#define MUTANT	0
#endif

#define LEAVES		5
#define ROOTS		3
#define VERSIONS	4	/* the last one published */
#define IN_USE		255

/* The segment. */
byte root_version = 1;		/* root_version and root_unit are */
byte root_unit;			/* one word: always stored together */
byte horizon;
byte block_version[ROOTS];
byte block_a[ROOTS];
byte block_b[ROOTS];
byte word0[LEAVES];
byte word1[LEAVES];

/* The writer's own. */
byte version = 1;
byte last_leaf[LEAVES];		/* version that used it last, or IN_USE */
byte last_root[ROOTS];

#if MUTANT == 6
#define TAG	(version - 1)
#else
#define TAG	version
#endif

#if MUTANT == 2
#define AFTER(raised)	true
#else
#define AFTER(raised)	raised
#endif

inline take_leaf(taken, needed)
{
	atomic {
		taken = 0;
		do
		:: last_leaf[taken] != IN_USE -> break
		:: last_leaf[taken] == IN_USE -> taken++
		od;
		needed = last_leaf[taken] + 1;
		last_leaf[taken] = IN_USE
	}
}

inline take_root(taken, needed)
{
	atomic {
		taken = 0;
		do
		:: last_root[taken] != IN_USE -> break
		:: last_root[taken] == IN_USE -> taken++
		od;
		needed = last_root[taken] + 1;
		last_root[taken] = IN_USE
	}
}

inline raise(needed)
{
	if
	:: needed > horizon -> horizon = needed
	:: else
	fi
}

/*
 * Each store waits for what a fence puts before it: those into a block for
 * the horizon that warns of them, the root for everything.
 */
proctype writer()
{
	byte a, b, r, need_a, need_b, need_r;
	byte old_a, old_b, old_r;
	bool ha, hb, hr;		/* horizon raised for the block */
	bool a0, a1, b0, rv, ra, rb;	/* stored */
	bool published;

	do
	:: version < VERSIONS ->
		atomic {
			old_r = root_unit;
			old_a = block_a[old_r];
			old_b = block_b[old_r];
			ha = false; hb = false; hr = false;
			a0 = false; a1 = false; b0 = false;
			rv = false; ra = false; rb = false;
			published = false
		}
		take_leaf(a, need_a);
#if MUTANT == 7
		last_leaf[old_a] = TAG;
#endif
		take_leaf(b, need_b);
		take_root(r, need_r);
		do
		:: !ha -> atomic { raise(need_a); ha = true }
		:: !hb -> atomic { raise(need_b); hb = true }
		:: !hr -> atomic { raise(need_r); hr = true }
		:: AFTER(ha) && !a0 ->
			atomic { word0[a] = version + 1; a0 = true }
		:: AFTER(ha) && !a1 ->
			atomic { word1[a] = version + 1; a1 = true }
		:: AFTER(hb) && !b0 ->
			atomic { word0[b] = version + 1; b0 = true }
		:: AFTER(hr) && !rv ->
			atomic { block_version[r] = version + 1; rv = true }
		:: AFTER(hr) && !ra -> atomic { block_a[r] = a; ra = true }
		:: AFTER(hr) && !rb -> atomic { block_b[r] = b; rb = true }
#if MUTANT == 4
		:: ha && hb && hr && !published ->
#else
		:: ha && hb && hr && a0 && a1 && b0 && rv && ra && rb &&
		    !published ->
#endif
			atomic {
				root_version = version + 1;
				root_unit = r;
				published = true
			}
		:: published && a0 && a1 && b0 && rv && ra && rb -> break
		od;
		atomic {
#if MUTANT != 7
			last_leaf[old_a] = TAG;
#endif
			last_leaf[old_b] = TAG;
			last_root[old_r] = TAG;
			version++
		}
	:: version < VERSIONS -> break	/* killed between transactions */
	:: version == VERSIONS -> break
	od
}

/*
 * Wherever the writer is, and so wherever it may be killed: what the root
 * names is whole, and a reader will find it valid.
 */
proctype survivor()
{
	atomic {
		assert(horizon <= root_version);
		assert(block_version[root_unit] == root_version);
		assert(word0[block_a[root_unit]] == root_version);
		assert(word1[block_a[root_unit]] == root_version);
		assert(word0[block_b[root_unit]] == root_version)
	}
}

proctype reader()
{
	byte v, r, a, b, x0, x1, y0, h, bv;
	bool ka, kb, l0, l1, m0, lh, lv;	/* loaded */

	do
	:: true ->
		atomic { v = root_version; r = root_unit };
		atomic {
			ka = false; kb = false; lh = false; lv = false;
			l0 = false; l1 = false; m0 = false
		}
		do
		:: !ka -> atomic { a = block_a[r]; ka = true }
		:: !kb -> atomic { b = block_b[r]; kb = true }
		:: ka && !l0 -> atomic { x0 = word0[a]; l0 = true }
		:: ka && !l1 -> atomic { x1 = word1[a]; l1 = true }
		:: kb && !m0 -> atomic { y0 = word0[b]; m0 = true }
#if MUTANT == 1
		:: !lv -> atomic { bv = block_version[r]; lv = true }
		:: l0 && l1 && m0 && lv && !lh ->
#elif MUTANT == 3
		:: !lh ->
#else
		:: l0 && l1 && m0 && !lh ->
#endif
			atomic { h = horizon; lh = true }
		:: l0 && l1 && m0 && lh -> break
		od;
		atomic {
#if MUTANT == 1
			/* Not even of one version, let alone of v. */
			assert(h > bv || (x0 == x1 && x1 == y0))
#elif MUTANT == 5
			assert(x0 == v && x1 == v && y0 == v)
#else
			assert(h > v || (x0 == v && x1 == v && y0 == v))
#endif
		}
	od
}

/* Version 1 stands: root 0, leaves 0 and 1. */
init
{
	atomic {
		block_version[0] = 1;
		block_b[0] = 1;
		word0[0] = 1;
		word1[0] = 1;
		word0[1] = 1;
		last_leaf[0] = IN_USE;
		last_leaf[1] = IN_USE;
		last_root[0] = IN_USE;
		run writer();
		run survivor();
		run reader()
	}
}
