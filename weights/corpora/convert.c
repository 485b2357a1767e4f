#include "config.h"

#include "weights/corpora/convert.h"

#include "weights/io/source.h"

static dp_code fail_large(dp_err *err)
{
    return dp_fail(err, DP_INPUT, "more than %d bytes", DP_CONVERT_MAX);
}

dp_code dp_convert_copy(dp_text *out, const uint8_t *bytes, size_t size, dp_err *err)
{
    if (size > DP_CONVERT_MAX)
        return fail_large(err);
    dp_text_append(out, (const char *)bytes, size);
    return DP_OK;
}

dp_code dp_convert_gunzip(dp_text *out, const uint8_t *bytes, size_t size, dp_err *err)
{
    dp_source *source;
    char block[16384];
    dp_code code = dp_source_open_bytes(&source, bytes, size, err);
    if (code)
        return code;
    code = dp_source_gunzip(source, err);
    for (size_t n; !code && (n = dp_source_read(source, block, sizeof block)) > 0;) {
        if (out->size + n > DP_CONVERT_MAX)
            code = fail_large(err);
        else
            dp_text_append(out, block, n);
    }
    if (!code)
        code = dp_source_check(source, err);
    dp_source_close(source);
    return code;
}

/* ---- QMNIST ---------------------------------------------------------------------------- */

static unsigned long big_endian(const char *bytes)
{
    unsigned long value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

/* Of the eight numbers of an image, the second is the series of NIST and the third the writer. */
static void write_writers(dp_text *out, const dp_text *matrix)
{
    enum { HEAD = 12, ROW = 32, SERIES = 4, WRITER = 8 };
    dp_text_add(out, "writer\tseries\n");
    for (size_t at = HEAD; at + ROW <= matrix->size; at += ROW)
        dp_text_add(out, "%lu\t%lu\n", big_endian(matrix->bytes + at + WRITER),
                    big_endian(matrix->bytes + at + SERIES));
}

dp_code dp_convert_writers(dp_text *out, const uint8_t *bytes, size_t size, dp_err *err)
{
    dp_text matrix = { 0 };
    dp_code code = dp_convert_gunzip(&matrix, bytes, size, err);
    if (!code && matrix.failed)
        code = dp_fail(err, DP_NOMEM, "no memory for the table");
    if (!code)
        write_writers(out, &matrix);
    dp_text_clear(&matrix);
    return code;
}
