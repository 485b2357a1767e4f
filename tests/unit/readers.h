/* For the tests of readers: bytes as a source. */
#ifndef DP_TESTS_UNIT_READERS_H
#define DP_TESTS_UNIT_READERS_H

#include "tests/unit/unit.h"
#include "weights/data/image.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A source of these bytes, through a file that is gone when it is closed. */
static inline dp_source *source_of(const void *bytes, size_t size)
{
    char path[] = "check_readers.XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
    close(fd);
    dp_source *s;
    ck_assert_int_eq(dp_source_open(&s, path, NULL), DP_OK);
    unlink(path);
    return s;
}

/* One line of text about every record: "28x28 sum 255 label 7; bad: …; strokes 2; end". */
static inline const char *story_of(const void *bytes, size_t size, const char *format)
{
    static char story[8192];
    size_t used = 0;
    dp_source *s = source_of(bytes, size);
    dp_reader *r;
    ck_assert_int_eq(dp_reader_create(&r, s, format, NULL), DP_OK);
    story[0] = '\0';
    for (;;) {
        dp_record record;
        dp_err err = { 0 };
        dp_code code = dp_reader_next(&record, r, &err);
        char piece[400] = "end";
        if (code != DP_OK) {
            ck_assert_int_eq(code, DP_INPUT);
            snprintf(piece, sizeof piece, "bad: %s; ", err.msg);
        } else if (record.kind == DP_RECORD_STROKES) {
            snprintf(piece, sizeof piece, "strokes %d%s%s; ", record.strokes->n_strokes,
                     record.id ? " id " : "", record.id ? record.id : "");
        } else if (record.kind == DP_RECORD_IMAGE) {
            unsigned sum = 0;
            for (int i = 0; i < record.gray.width * record.gray.height; i++)
                sum += record.gray.pixel[i];
            snprintf(piece, sizeof piece, "%dx%d sum %u%s%s%s%s; ", record.gray.width,
                     record.gray.height, sum, record.id ? " id " : "",
                     record.id ? record.id : "", record.label ? " label " : "",
                     record.label ? record.label : "");
        }
        used += (size_t)snprintf(story + used, sizeof story - used, "%s", piece);
        ck_assert_uint_lt(used, sizeof story);
        if (code == DP_OK && record.kind == DP_RECORD_END)
            break;
    }
    dp_reader_free(r);
    dp_source_close(s);
    return story;
}

/* The same of a string. */
#define STORY(text, format) story_of(text, sizeof text - 1, format)

#endif
