/* The rehearsal set that the program carries: digits of many people and characters that are no
 * digits, which a network must go on reading as before when it learns one person's hand
 * (engine/tune/finetune.h). scripts/rehearsal.c chooses them and writes the file:
 *
 *     "DPR1", the number of images n (2 bytes), the number of strata (1)
 *     per stratum: the weight of one image, in billionths (4 bytes), its collection (1)
 *     per image: stratum · 16 + label; the label 10 marks a character that is no digit
 *     the pixels, in DP_REHEARSAL_LEVELS grey levels: arithmetic coding
 *
 * Numbers are little-endian. A stratum is a part of a collection: of images, or of drawings, or of
 * characters. The weight of an image is the share of its collection that it stands for: the weights
 * of a collection add up to 1.
 *
 * The coder is the binary range coder of LZMA (Pavlov 1999) with 16-bit probabilities. A pixel is
 * at most four bits of a tree; their probabilities depend on the pixels to the left, above, and
 * above to the left and right. */
#ifndef DP_WEIGHTS_DATA_REHEARSAL_H
#define DP_WEIGHTS_DATA_REHEARSAL_H

#include "engine/core/err.h"
#include "engine/core/shape.h"

#include <stddef.h>
#include <stdint.h>

enum {
    DP_REHEARSAL_LEVELS = 5,
    DP_REHEARSAL_CONTEXTS = 625, /* of four neighbours */
    DP_REHEARSAL_NODES = 4,      /* of the tree of a pixel */
    DP_REHEARSAL_MAX_STRATA = 16,
    DP_REHEARSAL_NO_DIGIT = 10,
    DP_REHEARSAL_COLLECTIONS = 3,
};

/* The file, which the build embeds. */
extern const unsigned char dp_rehearsal_bytes[];
extern const size_t dp_rehearsal_size;

typedef struct dp_rehearsal {
    uint8_t *pixels;     /* [n, 784], ink 255 on 0 */
    uint8_t *label;      /* [n], 0 … 9, or DP_REHEARSAL_NO_DIGIT */
    uint8_t *collection; /* [n], 0 … DP_REHEARSAL_COLLECTIONS − 1 */
    float *weight;       /* [n], the share of its collection that each stands for */
    int n;
} dp_rehearsal;

/* Decode a file. DP_INPUT if it is malformed or truncated; DP_NOMEM. */
DP_MUST_CHECK
dp_code dp_rehearsal_read(dp_rehearsal *out, const unsigned char *bytes, size_t size,
                          dp_err *err);
void dp_rehearsal_clear(dp_rehearsal *r);

/* The context of pixel i of an image in levels: [784], of which those before i are known. */
int dp_rehearsal_context(const uint8_t *level, int i);

#endif
