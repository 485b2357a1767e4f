#include "config.h"

#include "tui/draw/picture.h"

#include "tui/pad/save.h"
#include "weights/images/image.h"
#include "weights/images/signature.h"
#include "weights/io/source.h"

#include <ctype.h>
#include <sys/stat.h>

/* The first byte that is not blank; −1 if there is none. */
static int first_byte(dp_source *source)
{
    const unsigned char *bytes;
    const size_t n = dp_source_peek(&bytes, source, DP_SOURCE_MAX_PEEK);
    for (size_t i = 0; i < n; i++)
        if (!isspace(bytes[i]))
            return bytes[i];
    return -1;
}

/* To look into a pipe would take bytes out of it. */
static bool is_regular(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

dp_code dp_picture_is_in(bool *is, const char *path, dp_err *err)
{
    dp_source *source;
    *is = false;
    if (dp_save_is_json(path) || !is_regular(path))
        return DP_OK;
    dp_code code = dp_source_open(&source, path, err);
    if (!code) {
        const int first = first_byte(source);
        code = dp_source_check(source, err);
        dp_source_close(source);
        *is = first >= 0 && first != '{' && first != '[';
    }
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}

/* predict would ask for its option -i. */
static dp_code refuse(dp_source *source, dp_err *err)
{
    const unsigned char *bytes;
    const size_t n = dp_source_peek(&bytes, source, DP_SIGNATURE_SIZE);
    if (dp_signature_name(bytes, n))
        return DP_INPUT;
    return dp_fail(err, DP_INPUT,
                   "neither drawings nor a picture of a known format; 'digitpad predict "
                   "-i FORMAT' reads more");
}

static dp_code open_first(dp_app *app, dp_source *source, dp_reader *reader, dp_err *err)
{
    dp_record record;
    dp_code code = dp_reader_next(&record, reader, err);
    if (code == DP_INPUT && !dp_reader_format(reader))
        return refuse(source, err);
    if (code)
        return code;
    if (record.kind != DP_RECORD_IMAGE)
        return dp_fail(err, DP_INPUT, "no picture in it");
    return dp_app_open_picture(app, &record.gray, err);
}

dp_code dp_picture_open(dp_app *app, const char *path, dp_err *err)
{
    dp_source *source = NULL;
    dp_reader *reader = NULL;
    dp_code code = dp_source_open(&source, path, err);
    if (!code)
        code = dp_reader_create(&reader, source, "auto", err);
    if (!code)
        code = open_first(app, source, reader, err);
    dp_reader_free(reader);
    dp_source_close(source);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}
