#include "config.h"

#include "tests/unit/unit.h"
#include "weights/data/rehearsal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

START_TEST(the_carried_set_has_all_digits_and_others)
{
    int of_label[DP_REHEARSAL_NO_DIGIT + 1] = { 0 };
    double sum[DP_REHEARSAL_COLLECTIONS] = { 0 };
    dp_rehearsal r;
    ck_assert_int_eq(dp_rehearsal_read(&r, dp_rehearsal_bytes, dp_rehearsal_size, NULL),
                     DP_OK);
    for (int i = 0; i < r.n; i++) {
        of_label[r.label[i]]++;
        const bool other = r.label[i] == DP_REHEARSAL_NO_DIGIT;
        sum[r.collection[i]] += (double)r.weight[i];
        ck_assert(other == (r.collection[i] == 2));
    }
    for (int k = 0; k <= DP_REHEARSAL_NO_DIGIT; k++)
        ck_assert_int_gt(of_label[k], 50);
    for (int k = 0; k < DP_REHEARSAL_COLLECTIONS; k++)
        ck_assert_double_eq_tol(sum[k], 1, 0.001);
    ck_assert_int_le((int)dp_rehearsal_size, 60 << 10);
    dp_rehearsal_clear(&r);
}
END_TEST

/* As the networks read them: 20×20 pixels of ink around the middle, with black and white. */
START_TEST(its_images_are_normalised_digits)
{
    static const uint8_t grey[] = { 0, 64, 128, 191, 255 };
    dp_rehearsal r;
    ck_assert_int_eq(dp_rehearsal_read(&r, dp_rehearsal_bytes, dp_rehearsal_size, NULL),
                     DP_OK);
    for (int i = 0; i < r.n; i++) {
        const uint8_t *image = r.pixels + (size_t)i * DP_PIXELS;
        int ink = 0, darkest = 0;
        for (int k = 0; k < DP_PIXELS; k++) {
            ck_assert_msg(memchr(grey, image[k], sizeof grey), "%d", image[k]);
            ink += image[k];
            darkest = image[k] > darkest ? image[k] : darkest;
        }
        ck_assert_int_eq(darkest, 255);
        ck_assert(ink > 10 * 255 && ink < 400 * 255);
    }
    dp_rehearsal_clear(&r);
}
END_TEST

static void expect(const unsigned char *bytes, size_t size, const char *message)
{
    dp_rehearsal r;
    dp_err err;
    ck_assert_int_eq(dp_rehearsal_read(&r, bytes, size, &err), DP_INPUT);
    ck_assert_str_eq(err.msg, message);
}

START_TEST(a_damaged_file_is_refused)
{
    unsigned char *copy = malloc(dp_rehearsal_size);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, dp_rehearsal_bytes, dp_rehearsal_size);
    expect(copy, 6, "rehearsal set: it does not begin with DPR1");
    expect(copy, 1000, "rehearsal set: it ends within its labels");
    expect(copy, dp_rehearsal_size - 100,
           "rehearsal set: its pixels do not end with the file");
    copy[6] = 1; /* strata: then weights are taken for labels */
    expect(copy, dp_rehearsal_size, "rehearsal set: unknown label or stratum");
    copy[0] = 'X';
    expect(copy, dp_rehearsal_size, "rehearsal set: it does not begin with DPR1");
    free(copy);
}
END_TEST

UNIT_MAIN("rehearsal", the_carried_set_has_all_digits_and_others,
          its_images_are_normalised_digits, a_damaged_file_is_refused)
