/* The forms in which data sets are published. */
#include "config.h"

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "tests/lzw.h"
#include "weights/corpora/convert.h"
#include "weights/corpora/lzw.h"

static bool convert(dp_converter *converter, const uint8_t *data, size_t size)
{
    dp_text out = { 0 };
    dp_err err;
    const dp_code code = converter(&out, data, size, &err);
    if (code != DP_OK)
        dp_expect_message(&err);
    else
        dp_expect(out.size <= DP_CONVERT_MAX && !out.failed, "the result is bounded");
    dp_text_clear(&out);
    return code == DP_OK;
}

static bool run_lzw(const uint8_t *data, size_t size)
{
    enum { LIMIT = 1 << 16 };
    dp_text out = { 0 };
    dp_err err;
    const dp_code code = dp_lzw_expand(&out, data, size, LIMIT, &err);
    if (code != DP_OK)
        dp_expect_message(&err);
    dp_expect(out.size <= LIMIT, "the result is bounded");
    dp_text_clear(&out);
    return code == DP_OK;
}

/* The text of a file in the format of UNIPEN. */
static bool run_unipen(const uint8_t *data, size_t size)
{
    dp_text packed = { 0 };
    lzw_store(&packed, data, size);
    const bool good =
        convert(dp_convert_unipen, (const uint8_t *)packed.bytes, packed.size);
    dp_text_clear(&packed);
    return good;
}

static bool run_omniglot(const uint8_t *data, size_t size)
{
    return convert(dp_convert_omniglot, data, size);
}

static bool run_qmnist(const uint8_t *data, size_t size)
{
    return convert(dp_convert_writers, data, size);
}

const dp_target dp_targets_corpora[] = {
    { "lzw", run_lzw, NULL, 64 },
    { "unipen", run_unipen, NULL, 256 },
    { "omniglot", run_omniglot, NULL, 512 },
    { "qmnist", run_qmnist, NULL, 256 },
    { 0 },
};
