/* Normalises images: polarity, contrast, bounding box, and one resampling that both
 * scales and centres. */
#include "config.h"

#include "engine/ink/normalize.h"

#include "engine/ink/histogram.h"
#include "engine/ink/place.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define FULL_CONTRAST 250 /* the least maximum of an image that looks like MNIST */

/* The least value that counts as ink, for any maximum from FULL_CONTRAST to 255. */
enum { LEAST_INK = 13 };

static double mean_of(const dp_histogram *h)
{
    double sum = 0;
    for (int v = 0; v < 256; v++)
        sum += (double)h->count[v] * v;
    return sum / (double)h->total;
}

static void mirror(dp_histogram *h)
{
    for (int v = 0; v < 128; v++) {
        long count = h->count[v];
        h->count[v] = h->count[255 - v];
        h->count[255 - v] = count;
    }
}

static int greatest(const dp_histogram *h)
{
    int v = 255;
    while (v > 0 && h->count[v] == 0)
        v--;
    return v;
}

/* The look-up table from pixel values to ink, 0 … 255. */
typedef struct ink_table {
    bool inverted;    /* whether dark pixels are ink */
    int paper;        /* its median, after inversion */
    dp_ink_table ink; /* indexed by the pixel value before inversion */
} ink_table;

/* Paper has the values of the border, and its noise is taken to be symmetric about their
 * median. Paper becomes 0, the darkest ink 255. False if nothing stands out from the
 * paper. */
static bool find_table(ink_table *out, const dp_gray *in, dp_invert invert)
{
    dp_histogram all = { .total = 0 }, border = all;
    dp_histogram_add(&all, in->pixel, (long)in->width * in->height, 1);
    dp_histogram_add_edge(&border, in->pixel, in->width, in->height);
    out->inverted = invert == DP_INVERT_YES ||
                    (invert == DP_INVERT_AUTO && mean_of(&border) > mean_of(&all));
    if (out->inverted) {
        mirror(&all);
        mirror(&border);
    }
    int median = dp_quantile(&border, 0.5F), noise = median - dp_quantile(&border, 0);
    int high = greatest(&all);
    int low = median + noise * 3 / 2;
    out->paper = median;
    if (low > (median + high) / 2)
        low = (median + high) / 2;
    if (high <= low)
        return false;
    for (int v = 0; v < 256; v++) {
        float ink =
            (float)((out->inverted ? 255 - v : v) - low) * 255 / (float)(high - low);
        ink = ink > 0 ? ink : 0;
        out->ink[v] = ink < 255 ? ink : 255;
    }
    return true;
}

/* All 70,000 images of MNIST have full contrast, a longest side of 19 or 20 pixels and
 * the centre of mass within 0.52 of (14, 14). */
static bool is_placed_like_mnist(const dp_extent *e, double reach)
{
    int side = dp_extent_longest(e);
    return side >= 18 && side <= 20 && fabs(e->x - DP_INK_CENTER) <= reach &&
           fabs(e->y - DP_INK_CENTER) <= reach;
}

static bool looks_like_mnist(const dp_gray *in, const ink_table *table,
                             const dp_extent *e)
{
    int most = 0;
    for (int i = 0; i < in->width * in->height; i++) {
        int ink = table->inverted ? 255 - in->pixel[i] : in->pixel[i];
        most = ink > most ? ink : most;
    }
    return most >= FULL_CONTRAST && table->paper < LEAST_INK &&
           is_placed_like_mnist(e, 1);
}

/* ---- a fast path for images of MNIST ----------------------------------------------- */

/* A row is processed as two overlapping halves of 16 pixels, which compilers
 * vectorise. */
enum { END = 16, SECOND = DP_SIDE - END };

static uint8_t greatest_of(const uint8_t row[DP_SIDE])
{
    uint8_t most = 0;
    for (int i = 0; i < END; i++) {
        const uint8_t left = row[i], right = row[SECOND + i];
        const uint8_t more = left > right ? left : right;
        most = more > most ? more : most;
    }
    return most;
}

static void find_columns(uint8_t across[DP_SIDE], const uint8_t image[DP_PIXELS])
{
    for (int first = 0; first <= SECOND; first += SECOND) {
        uint8_t most[END] = { 0 };
        for (int y = 0; y < DP_SIDE; y++) {
            const uint8_t *row = image + y * DP_SIDE + first;
            for (int x = 0; x < END; x++)
                most[x] = row[x] > most[x] ? row[x] : most[x];
        }
        memcpy(across + first, most, sizeof most);
    }
}

/* The bounding box of an image whose border is black, so that the ink is proportional to
 * the values. False if the border is not black or the contrast is below FULL_CONTRAST. */
static bool find_plain_box(dp_extent *e, const uint8_t image[DP_PIXELS])
{
    enum { LAST = DP_SIDE - 1 };
    uint8_t across[DP_SIDE];
    find_columns(across, image);
    if (greatest_of(across) < FULL_CONTRAST || across[0] || across[LAST] ||
        greatest_of(image) || greatest_of(image + LAST * DP_SIDE))
        return false;
    *e = (dp_extent){ .x1 = DP_SIDE, .y1 = DP_SIDE };
    while (across[e->x0] < LEAST_INK)
        e->x0++;
    while (across[e->x1 - 1] < LEAST_INK)
        e->x1--;
    while (greatest_of(image + e->y0 * DP_SIDE) < LEAST_INK)
        e->y0++;
    while (greatest_of(image + (e->y1 - 1) * DP_SIDE) < LEAST_INK)
        e->y1--;
    return true;
}

/* The centre of mass of a bounding box that is at most 20 rows high, so that sums of
 * prefix sums fit into 16 bits. Adding up the prefix sums of the rows weights each row by
 * the number of rows from it to the end of the box. */
static void find_plain_center(dp_extent *e, const uint8_t image[DP_PIXELS])
{
    int mass = 0, sum_x = 0, weighted = 0;
    for (int first = 0; first <= SECOND; first += SECOND) {
        const int from = first == 0 || e->x0 > END ? e->x0 : END;
        uint16_t column[END] = { 0 }, sums[END] = { 0 };
        for (int y = e->y0; y < e->y1; y++) {
            const uint8_t *row = image + y * DP_SIDE + first;
            for (int x = 0; x < END; x++) {
                column[x] = (uint16_t)(column[x] + row[x]);
                sums[x] = (uint16_t)(sums[x] + column[x]);
            }
        }
        for (int x = 0; x < END; x++) {
            const int at = first + x;
            const bool inside = at >= from && at < e->x1;
            mass += inside ? column[x] : 0;
            sum_x += inside ? column[x] * at : 0;
            weighted += inside ? sums[x] : 0;
        }
    }
    e->x = (double)sum_x / mass;
    e->y = e->y1 - (double)weighted / mass;
}

/* Whether an image certainly looks like MNIST. False also means "ask looks_like_mnist":
 * the integer sums here differ from the sums of ink there by rounding, so cases close to
 * the limit are not decided. */
static bool is_plainly_mnist(const uint8_t image[DP_PIXELS])
{
    dp_extent e;
    if (!find_plain_box(&e, image) || dp_extent_longest(&e) > (int)DP_INK_LONGEST_SIDE)
        return false;
    find_plain_center(&e, image);
    return is_placed_like_mnist(&e, 1 - 1e-4);
}

/* Inverting all bits of x gives 255 − x. */
static void copy(uint8_t image[restrict DP_PIXELS],
                 const uint8_t pixel[restrict DP_PIXELS], bool inverted)
{
    const uint8_t flip = inverted ? 255 : 0;
    for (int i = 0; i < DP_PIXELS; i++)
        image[i] = pixel[i] ^ flip;
}

static dp_code leave_alone(uint8_t image[DP_PIXELS], dp_ink *ink, const dp_gray *in,
                           dp_invert invert, dp_err *err)
{
    if (in->width != DP_SIDE || in->height != DP_SIDE)
        return dp_fail(err, DP_INPUT,
                       "the image is %dx%d; without preprocessing it must be %dx%d",
                       in->width, in->height, DP_SIDE, DP_SIDE);
    copy(image, in->pixel, invert == DP_INVERT_YES);
    uint8_t any = 0;
    for (int i = 0; i < DP_PIXELS; i++)
        any |= image[i];
    *ink = any ? DP_INK_ENOUGH : DP_INK_BLANK;
    return DP_OK;
}

bool dp_copy_like_mnist(uint8_t image[DP_PIXELS], const dp_gray *in, dp_invert invert)
{
    if (in->width != DP_SIDE || in->height != DP_SIDE)
        return false;
    ink_table table = { .inverted = false };
    dp_extent e;
    const bool alike = (invert != DP_INVERT_YES && is_plainly_mnist(in->pixel)) ||
                       (find_table(&table, in, invert) &&
                        dp_extent_find(&e, in, table.ink) == DP_INK_ENOUGH &&
                        looks_like_mnist(in, &table, &e));
    if (alike)
        copy(image, in->pixel, table.inverted);
    return alike;
}

dp_code dp_normalize_image(uint8_t image[DP_PIXELS], dp_ink *ink, const dp_gray *in,
                           dp_normalize_options options, dp_err *err)
{
    const dp_normalize_mode mode = options.mode;
    const dp_invert invert = options.invert;
    if (mode == DP_NORMALIZE_NEVER)
        return leave_alone(image, ink, in, invert, err);
    if (mode == DP_NORMALIZE_AUTO && dp_copy_like_mnist(image, in, invert)) {
        *ink = DP_INK_ENOUGH;
        return DP_OK;
    }
    memset(image, 0, DP_PIXELS);
    *ink = DP_INK_BLANK;
    ink_table table;
    dp_extent e;
    if (!find_table(&table, in, invert))
        return DP_OK;
    *ink = dp_extent_find(&e, in, table.ink);
    if (*ink == DP_INK_LITTLE)
        return DP_OK;
    dp_place(image, in, table.ink, &e);
    return DP_OK;
}
