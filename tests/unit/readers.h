/* Helpers for tests of readers: a source of given bytes, and a summary of its records. */
#ifndef DP_TESTS_UNIT_READERS_H
#define DP_TESTS_UNIT_READERS_H

#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/images/image.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A source of these bytes, to be closed with dp_source_close. */
static inline dp_source *source_of(const void *bytes, size_t size)
{
    char path[300];
    snprintf(path, sizeof path, "%s/XXXXXX", tempdir());
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
    close(fd);
    dp_source *s;
    ck_assert_int_eq(dp_source_open(&s, path, NULL), DP_OK);
    unlink(path);
    return s;
}

/* All records as one line, such as "28x28 sum 255 label 7; bad: …; strokes 2; end". Valid
 * until the next call. */
static inline const char *records_of(const void *bytes, size_t size, const char *format)
{
    static char records[8192];
    size_t used = 0;
    dp_source *s = source_of(bytes, size);
    dp_reader *r;
    ck_assert_int_eq(dp_reader_create(&r, s, format, NULL), DP_OK);
    records[0] = '\0';
    for (;;) {
        dp_record record;
        dp_err err = { 0 };
        dp_code code = dp_reader_next(&record, r, &err);
        char text[sizeof err.msg + 16] = "end";
        if (code != DP_OK) {
            ck_assert_int_eq(code, DP_INPUT);
            snprintf(text, sizeof text, "bad: %s; ", err.msg);
        } else if (record.kind == DP_RECORD_STROKES) {
            snprintf(text, sizeof text, "strokes %d%s%s; ", record.strokes->n_strokes,
                     record.id ? " id " : "", record.id ? record.id : "");
        } else if (record.kind == DP_RECORD_IMAGE) {
            unsigned sum = 0;
            for (int i = 0; i < record.gray.width * record.gray.height; i++)
                sum += record.gray.pixel[i];
            snprintf(text, sizeof text, "%dx%d sum %u%s%s%s%s; ", record.gray.width,
                     record.gray.height, sum, record.id ? " id " : "",
                     record.id ? record.id : "", record.label ? " label " : "",
                     record.label ? record.label : "");
        }
        used += (size_t)snprintf(records + used, sizeof records - used, "%s", text);
        ck_assert_uint_lt(used, sizeof records);
        if (code == DP_OK && record.kind == DP_RECORD_END)
            break;
    }
    dp_reader_free(r);
    dp_source_close(s);
    return records;
}

/* The same for a string literal, which may contain NUL. */
#define RECORDS(text, format) records_of(text, sizeof text - 1, format)

#endif
