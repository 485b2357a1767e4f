/* Histograms of grey levels. */
#ifndef DP_ENGINE_INK_HISTOGRAM_H
#define DP_ENGINE_INK_HISTOGRAM_H

#include <stdint.h>

/* A zeroed struct is an empty histogram. */
typedef struct dp_histogram {
    long count[256], total;
} dp_histogram;

/* Add n pixels, every step-th from `pixel` on. */
void dp_histogram_add(dp_histogram *h, const uint8_t *pixel, long n, int step);

/* Add the pixels at the edge of a picture, [height, width] row-major; those in the corners
 * count twice. */
void dp_histogram_add_edge(dp_histogram *h, const uint8_t *pixel, int width, int height);

/* The value below which the given fraction of the pixels is; 0 gives the least value. */
int dp_quantile(const dp_histogram *h, float fraction);

#endif
