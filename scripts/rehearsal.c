/* Makes the rehearsal set (weights/data/rehearsal.h) from the data of `digitpad data`:
 *
 *     make scripts/rehearsal
 *     scripts/rehearsal MNIST-FOLDER STROKES-FOLDER OUT.rehearsal
 *
 * It takes images of MNIST that `train` trains on, drawings by training writers of pendigits and
 * UNIPEN (CC BY 4.0), and characters of Omniglot (MIT) that people do not take for digits; of every
 * three alphabets the third is left out, to measure on. A collection is divided into strata by the
 * margin of the digits, the smaller one of the carried networks' margins: the hardest ones flip
 * first when a network changes, so they are taken much more often, and weigh less. Neighbours in a
 * stratum alternate between those that are rehearsed and those that the result is judged on. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/rng.h"
#include "engine/ink/normalize.h"
#include "engine/infer/session.h"
#include "weights/corpora/corpus.h"
#include "weights/data/rehearsal.h"
#include "weights/data/writers.h"
#include "weights/images/idx.h"
#include "weights/images/stroke_set.h"
#include "weights/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRATA = 3, BATCH = 256, MAX_OUT = 1 << 20, RATE = 5 };

/* How many images to take of the hardest, the hard and all other ones. */
typedef struct quota {
    const char *name;
    int collection;   /* images, drawings, others */
    double weight;    /* of these digits in the collection */
    int take[STRATA]; /* from the hardest on */
} quota;

static const double hard[STRATA - 1] = { 0.01,
                                         0.06 }; /* shares that are hardest and hard */

static const quota quotas[] = {
    { "mnist", 0, 1, { 330, 270, 200 } },
    { "pendigits", 1, 1.0 / 2, { 60, 120, 110 } },
    { "unipen", 1, 1.0 / 2, { 62, 190, 110 } },
};

static const quota others_quota = { "others", 2, 1, { 200 } };

enum { SEED = 7 };

typedef struct chosen {
    const uint8_t *pixels;
    uint8_t entry; /* stratum and label, as in the file */
} chosen;

static chosen set[1 << 16];
static uint32_t weight[DP_REHEARSAL_MAX_STRATA];
static int collection[DP_REHEARSAL_MAX_STRATA];
static int n_set, n_strata;

static void stop(const dp_err *err)
{
    fprintf(stderr, "rehearsal: %s\n", err->msg);
    exit(1);
}

/* ---- difficulty -------------------------------------------------------------------- */

typedef struct ranked {
    float margin;
    int index;
} ranked;

static int by_margin(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->margin != y->margin)
        return x->margin < y->margin ? -1 : 1;
    return x->index - y->index;
}

/* How far the logit of the best digit is above the second. */
static float margin_of(const dp_prediction *p)
{
    return p->logit[p->rank[0]] - p->logit[p->rank[1]];
}

static void lower_margins(ranked *out, const dp_labelled *images, const char *name)
{
    dp_err err;
    dp_model *model;
    dp_session *session;
    dp_prediction p[BATCH];
    if (dp_store_open(&model, name, NULL, &err) ||
        dp_session_create(&session, model, BATCH, 0, &err))
        stop(&err);
    for (int i = 0; i < images->n; i += BATCH) {
        int n = images->n - i < BATCH ? images->n - i : BATCH;
        dp_session_predict(session, images->pixels + (size_t)i * DP_PIXELS, n, p);
        for (int k = 0; k < n; k++)
            out[i + k].margin = fminf(out[i + k].margin, margin_of(&p[k]));
    }
    dp_session_free(session);
    dp_model_unref(model);
}

/* ---- choice ------------------------------------------------------------------------ */

/* Choose `take` of the n images in `some`, which are a share of those of the quota. */
static void choose(const ranked *some, int n, int take, const dp_labelled *images,
                   const quota *q)
{
    const double share = q->weight * n / images->n;
    dp_rng rng = dp_rng_stream(SEED, (uint64_t)n_strata, 0);
    int *order = malloc((size_t)n * sizeof *order);
    dp_rng_permutation(&rng, order, n);
    take = take < n ? take : n;
    for (int i = 0; i < take; i++) {
        const int k = some[order[i]].index;
        set[n_set++] = (chosen){ images->pixels + (size_t)k * DP_PIXELS,
                                 (uint8_t)(16 * n_strata + images->label[k]) };
    }
    collection[n_strata] = q->collection;
    weight[n_strata++] = (uint32_t)lrint(1e9 * share / take);
    fprintf(stderr, "%d of %d up to margin %.2f\n", take, n, (double)some[n - 1].margin);
    free(order);
}

static void choose_digits(const dp_labelled *images, const quota *q)
{
    ranked *all = malloc((size_t)images->n * sizeof *all);
    for (int i = 0; i < images->n; i++)
        all[i] = (ranked){ INFINITY, i };
    lower_margins(all, images, "cnn");
    lower_margins(all, images, "mlp");
    lower_margins(all, images, "nano");
    qsort(all, (size_t)images->n, sizeof *all, by_margin);
    fprintf(stderr, "%s: ", q->name);
    for (int s = 0, from = 0; s < STRATA; s++) {
        int to = s < STRATA - 1 ? (int)(hard[s] * images->n) : images->n;
        choose(all + from, to - from, q->take[s], images, q);
        from = to;
    }
    free(all);
}

static void choose_others(const dp_labelled *images)
{
    ranked *all = calloc((size_t)images->n, sizeof *all);
    for (int i = 0; i < images->n; i++)
        all[i].index = i;
    choose(all, images->n, others_quota.take[0], images, &others_quota);
    free(all);
}

/* ---- collections ------------------------------------------------------------------- */

static void find(char path[PATH_MAX], const char *name)
{
    if (dp_corpus_mnist(path, name))
        return;
    fprintf(stderr, "rehearsal: %s: not in the folder of MNIST\n", name);
    exit(EXIT_FAILURE);
}

/* The images that are not held out. */
static void read_images(dp_labelled *out, const char *folder)
{
    dp_err err;
    char images[PATH_MAX], labels[PATH_MAX], writers[PATH_MAX];
    bool held_out[DP_LABELLED_MAX] = { false };
    dp_labelled all = { 0 };
    setenv("DIGITPAD_MNIST", folder, 1);
    find(images, "train-images-idx3-ubyte");
    find(labels, "train-labels-idx1-ubyte");
    find(writers, "train-writers.tsv");
    if (dp_idx_read_pair(&all.pixels, &all.label, &all.n, images, labels, &err) ||
        dp_writers_hold_out(held_out, all.n, writers, &err))
        stop(&err);
    for (int i = 0; i < all.n; i++)
        if (!held_out[i] &&
            dp_labelled_add(out, all.pixels + (size_t)i * DP_PIXELS, all.label[i], &err))
            stop(&err);
    dp_labelled_clear(&all);
}

/* The drawings of a set that are not held out. */
static void render(dp_labelled *out, dp_stroke_set *drawings)
{
    dp_err err;
    for (int i = 0; i < drawings->train.n; i++) {
        const uint8_t label = drawings->train.label[i];
        uint8_t image[DP_PIXELS];
        (void)dp_normalize_strokes(image, &drawings->train.strokes[i]);
        if (dp_labelled_add(out, image, label < DP_DIGITS ? label : DP_REHEARSAL_NO_DIGIT,
                            &err))
            stop(&err);
    }
    dp_stroke_set_clear(drawings);
}

static void read_drawings(dp_labelled *out, const char *folder, const char *name)
{
    dp_err err;
    char path[4096];
    dp_stroke_set drawings = { 0 };
    snprintf(path, sizeof path, "%s/%s-train.ndjson", folder, name);
    if (dp_stroke_set_add(&drawings, path, &(dp_division){ 0 }, &err))
        stop(&err);
    render(out, &drawings);
}

static void read_others(dp_labelled *out, const char *folder)
{
    dp_err err;
    char path[4096];
    dp_stroke_set drawings = { 0 };
    snprintf(path, sizeof path, "%s/omniglot-outliers.ndjson", folder);
    if (dp_stroke_set_add_outliers(&drawings, path, &(dp_division){ 0 }, &err))
        stop(&err);
    render(out, &drawings);
}

/* ---- the file ---------------------------------------------------------------------- */

/* The encoder that dp_rehearsal_read decodes. */
typedef struct encoder {
    uint64_t low;
    uint32_t range;
    uint8_t cache;
    size_t pending, size;
    uint16_t zero[DP_REHEARSAL_CONTEXTS][DP_REHEARSAL_NODES];
    uint8_t out[MAX_OUT];
} encoder;

static void shift(encoder *e)
{
    if (e->low < 0xff000000U || e->low >> 32) {
        uint8_t carry = (uint8_t)(e->low >> 32);
        do {
            e->out[e->size++] = (uint8_t)(e->cache + carry);
            e->cache = 0xff;
        } while (--e->pending);
        e->cache = (uint8_t)(e->low >> 24);
    }
    e->pending++;
    e->low = (e->low & 0xffffff) << 8;
}

static void encode_bit(encoder *e, uint16_t *zero, int bit)
{
    uint32_t bound = (e->range >> 16) * *zero;
    if (bit) {
        e->low += bound;
        e->range -= bound;
        *zero = (uint16_t)(*zero - (*zero >> RATE));
    } else {
        e->range = bound;
        *zero = (uint16_t)(*zero + ((UINT16_MAX - *zero) >> RATE));
    }
    for (; e->range < 1U << 24; e->range <<= 8)
        shift(e);
}

static void encode_level(encoder *e, uint16_t zero[DP_REHEARSAL_NODES], int level)
{
    encode_bit(e, &zero[0], level > 0);
    if (level == 0)
        return;
    encode_bit(e, &zero[1], level == DP_REHEARSAL_LEVELS - 1);
    if (level == DP_REHEARSAL_LEVELS - 1)
        return;
    encode_bit(e, &zero[2], level > 1);
    if (level > 1)
        encode_bit(e, &zero[3], level > 2);
}

static void encode_image(encoder *e, const uint8_t pixels[DP_PIXELS])
{
    uint8_t level[DP_PIXELS];
    for (int i = 0; i < DP_PIXELS; i++) {
        level[i] = (uint8_t)((pixels[i] * (DP_REHEARSAL_LEVELS - 1) + 127) / 255);
        encode_level(e, e->zero[dp_rehearsal_context(level, i)], level[i]);
    }
}

static void put(FILE *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= 8)
        putc((int)(value & 255), out);
}

static void write_set(const char *path)
{
    static encoder e = { .range = UINT32_MAX, .pending = 1 };
    FILE *out = fopen(path, "wb");
    for (int i = 0; i < DP_REHEARSAL_CONTEXTS; i++)
        for (int k = 0; k < DP_REHEARSAL_NODES; k++)
            e.zero[i][k] = 1 << 15;
    for (int i = 0; i < n_set; i++)
        encode_image(&e, set[i].pixels);
    for (int i = 0; i < 5; i++)
        shift(&e);
    if (!out)
        goto failed;
    fputs("DPR1", out);
    put(out, (uint32_t)n_set, 2);
    put(out, (uint32_t)n_strata, 1);
    for (int i = 0; i < n_strata; i++) {
        put(out, weight[i], 4);
        put(out, (uint32_t)collection[i], 1);
    }
    for (int i = 0; i < n_set; i++)
        putc(set[i].entry, out);
    fwrite(e.out, 1, e.size, out);
    if (fclose(out) == 0) {
        fprintf(stderr, "%d images, %zu bytes of pixels\n", n_set, e.size);
        return;
    }
failed:
    perror(path);
    exit(1);
}

int main(int argc, char **argv)
{
    dp_labelled digits[DP_COUNT(quotas)] = { 0 }, others = { 0 };
    if (argc != 4) {
        fputs("usage: rehearsal MNIST-FOLDER STROKES-FOLDER OUT.rehearsal\n", stderr);
        return 2;
    }
    read_images(&digits[0], argv[1]);
    for (size_t i = 1; i < DP_COUNT(quotas); i++)
        read_drawings(&digits[i], argv[2], quotas[i].name);
    for (size_t i = 0; i < DP_COUNT(quotas); i++)
        choose_digits(&digits[i], &quotas[i]);
    read_others(&others, argv[2]);
    choose_others(&others);
    write_set(argv[3]);
    for (size_t i = 0; i < DP_COUNT(quotas); i++)
        dp_labelled_clear(&digits[i]);
    dp_labelled_clear(&others);
    return 0;
}
