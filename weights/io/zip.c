#include "config.h"

#include "weights/io/zip.h"

#include <string.h>

/* Sizes of the fixed parts of the three structures. */
enum { LOCAL = 30, ENTRY = 46, END = 22, MAX_COMMENT = 65535 };

static size_t number(const uint8_t *b, size_t n)
{
    size_t value = 0;
    while (n-- > 0)
        value = value << 8 | b[n];
    return value;
}

dp_code dp_zip_open(dp_zip *out, const uint8_t *bytes, size_t size, dp_err *err)
{
    for (size_t back = END; back <= size && back <= END + MAX_COMMENT; back++) {
        const uint8_t *end = bytes + size - back;
        if (memcmp(end, "PK\5\6", 4) != 0)
            continue;
        const size_t at = number(end + 16, 4);
        if (at > size - back)
            return dp_fail(err, DP_INPUT, "the directory of the ZIP archive is damaged");
        *out = (dp_zip){ bytes, size, at, (unsigned)number(end + 10, 2) };
        return DP_OK;
    }
    return dp_fail(err, DP_INPUT, "the ZIP archive ends early: it has no directory");
}

static dp_code damaged(dp_err *err)
{
    return dp_fail(err, DP_INPUT, "an entry of the ZIP archive is damaged");
}

/* Find the data of a file, which follow its local header. */
static dp_code find_data(dp_zip_file *file, const dp_zip *zip, size_t local, dp_err *err)
{
    if (local > zip->size || zip->size - local < LOCAL ||
        memcmp(zip->bytes + local, "PK\3\4", 4) != 0)
        return damaged(err);
    const uint8_t *b = zip->bytes + local;
    const size_t before = LOCAL + number(b + 26, 2) + number(b + 28, 2);
    if (zip->size - local < before || zip->size - local - before < file->size)
        return damaged(err);
    file->data = b + before;
    return DP_OK;
}

dp_code dp_zip_next(dp_zip_file *out, dp_zip *zip, dp_err *err)
{
    const uint8_t *b = zip->bytes + zip->at;
    const size_t room = zip->size - zip->at;
    if (room < ENTRY || memcmp(b, "PK\1\2", 4) != 0)
        return damaged(err);
    dp_zip_file file = { .name = (const char *)b + ENTRY,
                         .name_size = number(b + 28, 2),
                         .size = number(b + 20, 4) };
    const size_t entry = ENTRY + file.name_size + number(b + 30, 2) + number(b + 32, 2);
    const size_t flags = number(b + 8, 2), method = number(b + 10, 2);
    if (room < entry)
        return damaged(err);
    if (flags & 1)
        return dp_fail(err, DP_INPUT, "the ZIP archive is encrypted");
    if (method != 0 && method != 8)
        return dp_fail(err, DP_INPUT,
                       "the ZIP archive is compressed by method %zu, not by deflate",
                       method);
    file.deflated = method == 8;
    const dp_code code = find_data(&file, zip, number(b + 42, 4), err);
    if (code != DP_OK)
        return code;
    zip->at += entry;
    zip->left--;
    *out = file;
    return DP_OK;
}
