#include "config.h"

#include "tests/unit/readers.h"

#include <zlib.h>

START_TEST(bytes_come_in_order)
{
    enum { N = 300000 }; /* several buffers */
    unsigned char *bytes = malloc(N), *read = malloc(N);
    ck_assert(bytes && read);
    for (int i = 0; i < N; i++)
        bytes[i] = (unsigned char)(i * 31 % 251);
    dp_source *s = source_of(bytes, N);
    const unsigned char *peeked;
    ck_assert_uint_ge(dp_source_peek(&peeked, s, 4), 4);
    ck_assert_mem_eq(peeked, bytes, 4);
    ck_assert_int_eq(dp_source_get(s), bytes[0]);
    ck_assert_uint_eq(dp_source_offset(s), 1);
    ck_assert_uint_eq(dp_source_read(s, read, 65000), 65000);
    ck_assert_mem_eq(read, bytes + 1, 65000);
    ck_assert_uint_ge(dp_source_peek(&peeked, s, 64), 64);
    ck_assert_mem_eq(peeked, bytes + 65001, 64);
    ck_assert_uint_eq(dp_source_read(s, read, N), N - 65001);
    ck_assert_mem_eq(read, bytes + 65001, N - 65001);
    ck_assert_int_eq(dp_source_get(s), -1);
    ck_assert_uint_eq(dp_source_peek(&peeked, s, 1), 0);
    ck_assert_uint_eq(dp_source_offset(s), N);
    ck_assert_int_eq(dp_source_check(s, NULL), DP_OK);
    dp_source_close(s);
    free(bytes);
    free(read);
}
END_TEST

START_TEST(bytes_are_skipped_up_to_the_end)
{
    enum { N = 300000 };
    unsigned char *bytes = malloc(N);
    ck_assert_ptr_nonnull(bytes);
    for (int i = 0; i < N; i++)
        bytes[i] = (unsigned char)(i * 31 % 251);
    dp_source *s = source_of(bytes, N);
    ck_assert_uint_eq(dp_source_skip(s, 0), 0);
    ck_assert_uint_eq(dp_source_skip(s, 200001), 200001);
    ck_assert_uint_eq(dp_source_offset(s), 200001);
    ck_assert_int_eq(dp_source_get(s), bytes[200001]);
    ck_assert_uint_eq(dp_source_skip(s, N), N - 200002);
    ck_assert_uint_eq(dp_source_skip(s, 1), 0);
    ck_assert_uint_eq(dp_source_offset(s), N);
    ck_assert_int_eq(dp_source_check(s, NULL), DP_OK);
    dp_source_close(s);
    free(bytes);
}
END_TEST

static void check_line(dp_source *s, const char *wanted)
{
    const char *line;
    size_t size;
    ck_assert_int_eq(dp_source_line(&line, &size, s, NULL), DP_OK);
    if (!wanted) {
        ck_assert_ptr_null(line);
        return;
    }
    ck_assert_uint_eq(size, strlen(wanted));
    ck_assert_mem_eq(line, wanted, size);
}

START_TEST(lines_are_read_without_their_ends)
{
    dp_source *s = source_of("one\ntwo\r\n\n\nlast", 15);
    check_line(s, "one");
    ck_assert_uint_eq(dp_source_offset(s), 4);
    check_line(s, "two");
    check_line(s, "");
    check_line(s, "");
    check_line(s, "last");
    check_line(s, NULL);
    check_line(s, NULL);
    dp_source_close(s);
    s = source_of("", 0);
    check_line(s, NULL);
    dp_source_close(s);
}
END_TEST

START_TEST(lines_may_end_in_carriage_returns)
{
    dp_source *s = source_of("one\rtwo\r\r\nlast\r", 15);
    check_line(s, "one");
    ck_assert_uint_eq(dp_source_offset(s), 4);
    check_line(s, "two");
    check_line(s, "");
    ck_assert_uint_eq(dp_source_offset(s), 10);
    check_line(s, "last");
    check_line(s, NULL);
    dp_source_close(s);
    /* The end of a line is not in the same buffer as its beginning. */
    enum { BUFFER = 1 << 16 };
    for (int before = BUFFER - 3; before <= BUFFER; before++) {
        static char text[BUFFER + 8];
        memset(text, 'x', sizeof text);
        memcpy(text + before, "\r\nend", 5);
        s = source_of(text, (size_t)before + 5);
        text[before] = '\0';
        check_line(s, text);
        ck_assert_uint_eq(dp_source_offset(s), (size_t)before + 2);
        check_line(s, "end");
        dp_source_close(s);
    }
}
END_TEST

START_TEST(lines_are_limited)
{
    enum { N = DP_SOURCE_MAX_LINE + 10 };
    char *bytes = malloc(N);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'x', N);
    bytes[N - 7] = '\n';
    memcpy(bytes + N - 6, "after\n", 6);
    dp_source *s = source_of(bytes, N);
    const char *line;
    size_t size;
    dp_err err;
    ck_assert_int_eq(dp_source_line(&line, &size, s, &err), DP_INPUT);
    check_line(s, "after");
    check_line(s, NULL);
    dp_source_close(s);
    free(bytes);
}
END_TEST

START_TEST(bytes_in_memory_are_read_where_they_lie)
{
    static const char text[] = "one\ntwo\r";
    const unsigned char *peeked;
    dp_source *s;
    ck_assert_int_eq(dp_source_open_bytes(&s, text, 8, NULL), DP_OK);
    ck_assert_uint_eq(dp_source_peek(&peeked, s, 1), 8);
    ck_assert_ptr_eq(peeked, text);
    check_line(s, "one");
    check_line(s, "two");
    check_line(s, NULL);
    ck_assert_uint_eq(dp_source_offset(s), 8);
    ck_assert_int_eq(dp_source_check(s, NULL), DP_OK);
    dp_source_close(s);
    ck_assert_int_eq(dp_source_open_bytes(&s, NULL, 0, NULL), DP_OK);
    ck_assert_int_eq(dp_source_get(s), -1);
    dp_source_close(s);
}
END_TEST

static size_t deflate_to(unsigned char *out, size_t room, const void *bytes, size_t size)
{
    z_stream z = { 0 };
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, 0), Z_OK);
    z.next_in = (z_const Bytef *)bytes;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = room - z.avail_out;
    deflateEnd(&z);
    return n;
}

START_TEST(gzip_is_inflated)
{
    unsigned char packed[300];
    size_t n = deflate_to(packed, sizeof packed, "hello\n", 6);
    n += deflate_to(packed + n, sizeof packed - n, "again\n", 6); /* a second member */
    dp_source *s = source_of(packed, n);
    const unsigned char *peeked;
    ck_assert_uint_ge(dp_source_peek(&peeked, s, 2),
                      2); /* as detection of the format does */
    ck_assert_int_eq(dp_source_gunzip(s, NULL), DP_OK);
    check_line(s, "hello");
    check_line(s, "again");
    check_line(s, NULL);
    ck_assert_uint_eq(dp_source_offset(s), 12);
    ck_assert_int_eq(dp_source_check(s, NULL), DP_OK);
    dp_source_close(s);
}
END_TEST

START_TEST(gzip_in_memory_is_inflated)
{
    enum { N = 200000 }; /* also compressed, more than a buffer */
    unsigned char *bytes = malloc(N), *packed = malloc(2 * N);
    ck_assert(bytes && packed);
    uint32_t random = 1;
    for (int i = 0; i < N; i++)
        bytes[i] = (unsigned char)((random = random * 1664525 + 1013904223) >> 24);
    const size_t n = deflate_to(packed, 2 * N, bytes, N);
    ck_assert_uint_gt(n, 1 << 16);
    for (size_t cut = 0; cut < 2; cut++) {
        dp_source *s;
        ck_assert_int_eq(dp_source_open_bytes(&s, packed, n - cut, NULL), DP_OK);
        ck_assert_int_eq(dp_source_gunzip(s, NULL), DP_OK);
        for (int i = 0; i < N; i++)
            ck_assert_int_eq(dp_source_get(s), bytes[i]);
        ck_assert_int_eq(dp_source_get(s), -1);
        ck_assert_int_eq(dp_source_check(s, NULL), cut ? DP_INPUT : DP_OK);
        dp_source_close(s);
    }
    free(bytes);
    free(packed);
}
END_TEST

/* Any damage of gzip data is reported at the end of the stream. */
START_TEST(damaged_gzip_is_an_error_at_the_end)
{
    unsigned char packed[300];
    char text[200];
    for (int i = 0; i < 200; i++)
        text[i] = (char)(i * i % 97);
    size_t n = deflate_to(packed, sizeof packed, text, sizeof text);
    for (size_t cut = 0; cut < n; cut++) {
        dp_source *s = source_of(packed, cut);
        dp_err err;
        ck_assert_int_eq(dp_source_gunzip(s, NULL), DP_OK);
        while (dp_source_get(s) >= 0)
            ;
        ck_assert_int_eq(dp_source_check(s, &err), DP_INPUT);
        dp_source_close(s);
    }
    for (size_t i = 10; i < n; i++) { /* after the header, whose fields are not checked */
        packed[i] ^= 0x55;
        dp_source *s = source_of(packed, n);
        dp_err err;
        ck_assert_int_eq(dp_source_gunzip(s, NULL), DP_OK);
        while (dp_source_get(s) >= 0)
            ;
        ck_assert_int_eq(dp_source_check(s, &err), DP_INPUT);
        dp_source_close(s);
        packed[i] ^= 0x55;
    }
}
END_TEST

START_TEST(opening_fails_with_a_reason)
{
    dp_source *s;
    dp_err err;
    ck_assert_int_eq(dp_source_open(&s, "no such file", &err), DP_IO);
    ck_assert_ptr_nonnull(strstr(err.msg, "No such file"));
    ck_assert_int_eq(dp_source_open(&s, "/", &err), DP_IO);
    ck_assert_str_eq(err.msg, "is a directory");
}
END_TEST

static void count_call(void *context)
{
    ++*(int *)context;
}

START_TEST(the_hook_runs_before_waiting)
{
    int pipe_fd[2], calls = 0;
    ck_assert_int_eq(pipe(pipe_fd), 0);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", pipe_fd[0]);
    dp_source *s;
    ck_assert_int_eq(dp_source_open(&s, path, NULL), DP_OK);
    dp_source_on_wait(s, count_call, &calls);
    ck_assert_int_eq(write(pipe_fd[1], "ab", 2), 2);
    ck_assert_int_eq(dp_source_get(s), 'a');
    ck_assert_int_eq(dp_source_get(s), 'b');
    ck_assert_int_eq(calls, 0); /* bytes were available */
    close(pipe_fd[1]);
    ck_assert_int_eq(dp_source_get(s), -1);
    ck_assert_int_eq(calls, 0); /* the end is not waited for */
    dp_source_close(s);
    close(pipe_fd[0]);
}
END_TEST

UNIT_MAIN("source", bytes_come_in_order, bytes_are_skipped_up_to_the_end,
          lines_are_read_without_their_ends, lines_may_end_in_carriage_returns,
          lines_are_limited, bytes_in_memory_are_read_where_they_lie, gzip_is_inflated,
          gzip_in_memory_is_inflated, damaged_gzip_is_an_error_at_the_end,
          opening_fails_with_a_reason, the_hook_runs_before_waiting)
