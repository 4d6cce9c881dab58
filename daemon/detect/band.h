/*
 * What is usual for a metric: the running median and the median absolute
 * deviation from it (MAD) over the last BAND_VALUES values that were
 * learned.  Half of them may be wild before the band moves.  Pure; at most
 * BAND_BYTES_MAX each.
 *
 * The values are kept in the order they came and, beside that, sorted, as
 * in the standard median filter of Juhola, Katajainen and Raita (IEEE
 * Trans. Signal Processing 39, 1991): one leaves and one comes by a move
 * in the sorted array, and the MAD is found from the median outwards in
 * one pass.  The score is that of the Hampel identifier (Davies and
 * Gather, J. Amer. Statist. Assoc. 88, 1993): the distance from the median
 * in units of 1.4826 MAD, which is a standard deviation where the values
 * are normal.
 *
 * It is the caller who says what is learned: what a finding stands for
 * should not become usual while it stands.
 */
#ifndef DROVER_DETECT_BAND_H
#define DROVER_DETECT_BAND_H

#include <stddef.h>
#include <stdint.h>

#define BAND_VALUES	60
/* With fewer there is no band. */
#define BAND_VALUES_MIN	20
#define BAND_BYTES_MAX	512

struct band {
	float		came[BAND_VALUES];
	float		sorted[BAND_VALUES];
	float		median;
	float		spread;		/* 1.4826 MAD */
	uint16_t	count;
	uint16_t	next;		/* in came */
};

/* Zero it before its first use.  What is not finite is passed over. */
void	band_learn(struct band *band, double value);
/* NaN while there is no band. */
double	band_median(const struct band *band);
/* No less than floor_share of the median, so that what hardly varied does
   not make the least change a wild one; NaN while there is no band. */
double	band_spread(const struct band *band, double floor_share);
/* (value - median) / spread; NaN where one of them is. */
double	band_score(const struct band *band, double value,
	    double floor_share);

/*
 * The same against peers: the score of value among count values of others
 * that do the same; NaN when fewer than two of them are known.
 */
double	band_peer_score(double value, const double *peers, size_t count,
	    double floor_share, double *median);

#endif
