/* From published data sets to the files that train and eval read. */
#include "config.h"

#include "tests/lzw.h"
#include "tests/unit/unit.h"

#include "weights/corpora/convert.h"
#include "weights/corpora/corpus.h"
#include "weights/corpora/lzw.h"
#include "weights/io/digest.h"

#include <stdio.h>
#include <string.h>

/* "ababab…", 40 letters, and "abc\n" by compress 5.0. */
static const uint8_t repeated[] = { 0x1f, 0x9d, 0x90, 0x61, 0xc4, 0x04, 0x1c, 0x28, 0xb0,
                                    0x20, 0xc1, 0x83, 0x06, 0x13, 0x22, 0x24, 0x08 };
static const uint8_t plain[] = { 0x1f, 0x9d, 0x90, 0x61, 0xc4, 0x8c, 0x51, 0x00 };

static dp_text expanded(const uint8_t *bytes, size_t size)
{
    dp_text out = { 0 };
    dp_err err = { 0 };
    ck_assert_msg(!dp_lzw_expand(&out, bytes, size, 1 << 20, &err), "%s", err.msg);
    return out;
}

START_TEST(lzw_is_expanded)
{
    dp_text t = expanded(repeated, sizeof repeated);
    ck_assert_str_eq(t.bytes, "abababababababababababababababababababab");
    dp_text_clear(&t);
    t = expanded(plain, sizeof plain);
    ck_assert_str_eq(t.bytes, "abc\n");
    dp_text_clear(&t);
}
END_TEST

/* Every file of up to 6 bytes after the head is refused or expanded within the limit. */
START_TEST(damaged_lzw_is_refused)
{
    static const char *const bad[] = { "",
                                       "\x1f",
                                       "\x1f\x8b\x90",
                                       "\x1f\x9d\x88",
                                       "\x1f\x9d\x91",
                                       "\x1f\x9d\x90\xff\xff",
                                       "\x1f\x9d\x90\x61\x04\x02" };
    for (size_t i = 0; i < DP_COUNT(bad); i++) {
        dp_text t = { 0 };
        dp_err err = { 0 };
        ck_assert_int_eq(
            dp_lzw_expand(&t, (const uint8_t *)bad[i], strlen(bad[i]), 100, &err),
            DP_INPUT);
        ck_assert(strstr(err.msg, "not a file of compress") ||
                  strstr(err.msg, "damaged"));
        dp_text_clear(&t);
    }
    uint8_t file[64] = { 0x1f, 0x9d, 0x90 };
    unsigned random = 1;
    for (int i = 0; i < 20000; i++) {
        for (size_t at = 3; at < sizeof file; at++) {
            random = random * 1664525 + 1013904223;
            file[at] = (uint8_t)(random >> (i % 3 == 0 ? 24 : 29));
        }
        dp_text t = { 0 };
        dp_code code = dp_lzw_expand(&t, file, sizeof file, 1000, NULL);
        ck_assert(code == DP_OK || code == DP_INPUT);
        ck_assert(code || t.size <= 1000);
        dp_text_clear(&t);
    }
    dp_text t = { 0 };
    dp_err err;
    ck_assert_int_eq(dp_lzw_expand(&t, repeated, sizeof repeated, 9, &err), DP_INPUT);
    ck_assert_str_eq(err.msg, "more than 9 bytes");
    dp_text_clear(&t);
}
END_TEST

/* ---- Omniglot -------------------------------------------------------------------------- */

static void put(dp_text *t, unsigned long value, int n)
{
    for (; n > 0; n--, value >>= 8)
        dp_text_append(t, &(const char){ (char)(value & 255) }, 1);
}

/* A ZIP archive of files that are stored as they are: pairs of name and content. */
static dp_text archive(const char *const files[][2], size_t n)
{
    dp_text zip = { 0 }, directory = { 0 };
    for (size_t i = 0; i < n; i++) {
        const size_t name = strlen(files[i][0]), size = strlen(files[i][1]),
                     at = zip.size;
        dp_text_append(&zip, "PK\3\4", 4);
        put(&zip, 10, 2);
        put(&zip, 0, 12); /* flags, method, time, CRC */
        put(&zip, size, 4);
        put(&zip, size, 4);
        put(&zip, name, 4); /* and no extra field */
        dp_text_append(&zip, files[i][0], name);
        dp_text_append(&zip, files[i][1], size);
        dp_text_append(&directory, "PK\1\2", 4);
        put(&directory, 10, 2);
        put(&directory, 10, 2);
        put(&directory, 0, 12);
        put(&directory, size, 4);
        put(&directory, size, 4);
        put(&directory, name, 2);
        put(&directory, 4, 2); /* an extra field */
        put(&directory, 3, 2); /* a comment */
        put(&directory, 0, 8);
        put(&directory, at, 4);
        dp_text_append(&directory, files[i][0], name);
        dp_text_append(&directory, "\1\2\0\0xyz", 7);
    }
    const size_t at = zip.size;
    dp_text_append(&zip, directory.bytes, directory.size);
    dp_text_append(&zip, "PK\5\6", 4);
    put(&zip, 0, 4);
    put(&zip, n, 2);
    put(&zip, n, 2);
    put(&zip, directory.size, 4);
    put(&zip, at, 4);
    put(&zip, 0, 2);
    dp_text_clear(&directory);
    return zip;
}

static const char *const drawings[][2] = {
    { "strokes_background/Korean/character33/0675_03.txt", "START\n1,-2,3\nBREAK\n" },
    { "strokes_background/Balinese/character05/0112_20.txt",
      "START\n1,-2,3\n4,-5,6\nBREAK\n" },
    { "strokes_background/Balinese/character01/0108_01.txt",
      "START\n19.04,-43.5,0\n20,0,1\nBREAK\nSTART\n1,-2,3\nBREAK\n" },
    { "strokes_background/Early_Aramaic/character01/0300_07.txt", "START\n1,-2,3" },
    { "strokes_background/Latin/character01/0700_01.txt", "START\n1,-2,3\nBREAK\n" },
    { "strokes_background/Balinese/character01/readme.txt", "1,2,3\n" },
    { "strokes_background/Balinese/character01/0108_01.txt.orig", "1,2,3\n" },
};

START_TEST(omniglot_is_converted)
{
    dp_text zip = archive(drawings, DP_COUNT(drawings)), out = { 0 };
    dp_err err = { 0 };
    ck_assert_msg(!dp_convert_omniglot(&out, (const uint8_t *)zip.bytes, zip.size, &err),
                  "%s", err.msg);
    ck_assert_str_eq(
        out.bytes,
        "{\"class\":\"Balinese/01\",\"drawer\":\"01\",\"lookalike\":false,"
        "\"strokes\":[[[19.0,43.5],[20.0,0.0]],[[1.0,2.0]]]}\n"
        "{\"class\":\"Balinese/05\",\"drawer\":\"20\",\"lookalike\":true,"
        "\"strokes\":[[[1.0,2.0],[4.0,5.0]]]}\n"
        "{\"class\":\"Early_Aramaic/01\",\"drawer\":\"07\",\"lookalike\":false,"
        "\"strokes\":[[[1.0,2.0]]]}\n"
        "{\"class\":\"Korean/33\",\"drawer\":\"03\",\"lookalike\":true,"
        "\"strokes\":[[[1.0,2.0]]]}\n");
    dp_text_clear(&out);
    for (size_t size = 0; size < zip.size; size++) {
        ck_assert_int_eq(
            dp_convert_omniglot(&out, (const uint8_t *)zip.bytes, size, &err), DP_INPUT);
        ck_assert_ptr_nonnull(strstr(err.msg, " ZIP archive "));
        dp_text_clear(&out);
    }
    dp_text_clear(&zip);
    zip = archive(drawings + 4, 1);
    ck_assert_int_eq(
        dp_convert_omniglot(&out, (const uint8_t *)zip.bytes, zip.size, &err), DP_INPUT);
    ck_assert_str_eq(err.msg, "the archive has no drawings");
    dp_text_clear(&out);
    dp_text_clear(&zip);
}
END_TEST

START_TEST(omniglot_has_a_limit)
{
    enum { LIMIT = 4095 };
    static char name[LIMIT + 1][64];
    static const char *file[LIMIT + 1][2];
    for (int i = 0; i <= LIMIT; i++) {
        snprintf(name[i], sizeof name[i],
                 "strokes_background/Korean/character01/%04d_01.txt", i);
        file[i][0] = name[i];
        file[i][1] = "1,2,3\n";
    }
    for (size_t n = LIMIT; n <= LIMIT + 1; n++) {
        dp_text zip = archive(file, n), out = { 0 };
        dp_err err = { 0 };
        const dp_code code =
            dp_convert_omniglot(&out, (const uint8_t *)zip.bytes, zip.size, &err);
        ck_assert_msg(code == (n > LIMIT ? DP_INPUT : DP_OK), "%s", err.msg);
        ck_assert_str_eq(err.msg, n > LIMIT ? "more than 4095 drawings" : "");
        dp_text_clear(&out);
        dp_text_clear(&zip);
    }
}
END_TEST

/* ---- UNIPEN ---------------------------------------------------------------------------- */

static dp_code convert_unipen(dp_text *out, const char *text, size_t size, dp_err *err)
{
    dp_text packed = { 0 };
    lzw_store(&packed, (const uint8_t *)text, size);
    dp_code code =
        dp_convert_unipen(out, (const uint8_t *)packed.bytes, packed.size, err);
    dp_text_clear(&packed);
    return code;
}

static void becomes(const char *unipen, const char *lines)
{
    dp_text out = { 0 };
    dp_err err = { 0 };
    ck_assert_msg(!convert_unipen(&out, unipen, strlen(unipen), &err), "%s", err.msg);
    ck_assert_str_eq(out.bytes ? out.bytes : "", lines);
    dp_text_clear(&out);
}

START_TEST(unipen_is_converted)
{
    becomes(
        ".SEGMENT DIGIT 0 ? \"7\"\n.COMMENT 7 3\n 1 1\n.PEN_DOWN\n 12 60\n 10  50\n"
        ".PEN_UP\n 99 99\n.PEN_DOWN\n 20 70\n",
        "{\"label\":7,\"writer\":\"train03\",\"strokes\":[[[2,10],[0,20]],[[10,0]]]}\n");
    becomes(
        ".COMMENT 7 3\n.SEGMENT DIGIT 0 ? \"7\"\n.PEN_DOWN\n 267 333\n 2 5\n -1 1\n"
        ".PEN_UP\n.DT 100\n3 3\n.PEN_DOWN\n1 400\n.PEN_UP\n",
        "{\"label\":7,\"writer\":\"train03\",\"strokes\":[[[266,67],[1,395]],[[0,0]]]}\n");
    becomes(".SEGMENT DIGIT 0\n.PEN_DOWN\n5 6\n.PEN_UP\n.SEGMENT DIGIT 1 ? \"x\"\n"
            ".PEN_DOWN\n7 8\n",
            "{\"label\":0,\"writer\":\"train00\",\"strokes\":[[[0,0]]]}\n"
            "{\"label\":0,\"writer\":\"train00\",\"strokes\":[[[0,0]]]}\n");
}
END_TEST

START_TEST(lines_of_unipen_that_are_no_numbers_are_comments)
{
    static const char *const writers[] = { "7 12 people", "7",   "7 -1",
                                           "7 1000001",   "a 3", "7\t3" };
    for (size_t i = 0; i < DP_COUNT(writers); i++) {
        char text[128];
        snprintf(text, sizeof text, ".SEGMENT D 0 ? \"1\"\n.COMMENT %s\n.PEN_DOWN\n1 2\n",
                 writers[i]);
        becomes(text, "{\"label\":1,\"writer\":\"train00\",\"strokes\":[[[0,0]]]}\n");
    }
    becomes(".SEGMENT D 0 ? \"1\"\n.COMMENT 7 1000000 \n.PEN_DOWN\n1 2\n1000001 3\n3,4\n",
            "{\"label\":1,\"writer\":\"train1000000\",\"strokes\":[[[0,0]]]}\n");
    becomes(".SEGMENT D 0 ? \"1\"\n.PEN_UP\n1 2\n", "");
}
END_TEST

START_TEST(a_digit_of_unipen_has_a_bounded_number_of_points)
{
    dp_text text = { 0 }, out = { 0 };
    dp_err err = { 0 };
    dp_text_add(&text, ".PEN_DOWN\n");
    for (int i = 0; i < 262144; i++)
        dp_text_append(&text, "0 0\n", 4);
    ck_assert_int_eq(convert_unipen(&out, text.bytes, text.size, &err), DP_OK);
    dp_text_append(&text, "0 0\n", 4);
    ck_assert_int_eq(convert_unipen(&out, text.bytes, text.size, &err), DP_INPUT);
    ck_assert_str_eq(err.msg, "a digit has more than 262144 points");
    dp_text_clear(&text);
    dp_text_clear(&out);
}
END_TEST

/* ---- the table ------------------------------------------------------------------------- */

START_TEST(every_data_set_is_complete)
{
    const dp_corpus *set;
    for (int i = 0; (set = dp_corpus_at(i)); i++) {
        ck_assert_ptr_eq(dp_corpus_find(set->name), set);
        ck_assert(set->summary && set->licence && set->credit);
        ck_assert_int_ge(dp_corpus_n_files(set), 1);
        size_t total = 0;
        for (int k = 0; k < dp_corpus_n_files(set); k++) {
            const dp_corpus_file *f = &set->file[k];
            ck_assert(f->size > 0 && f->size <= DP_CONVERT_MAX);
            total += f->size;
            ck_assert(!f->sha256 || dp_digest_valid(f->sha256));
            ck_assert(set->by_hand ? !f->source[0].url : f->source[0].url != NULL);
            for (int s = 0; s < DP_CORPUS_SOURCES && f->source[s].url; s++) {
                ck_assert(f->source[s].convert);
                ck_assert(f->sha256 || dp_digest_valid(f->source[s].sha256));
                ck_assert(strncmp(f->source[s].url, "https://", 8) == 0 ||
                          f->source[s].url[0] == '/');
            }
        }
        ck_assert_uint_eq(dp_corpus_size(set), total);
    }
    ck_assert_int_eq(dp_corpus_n_files(dp_corpus_find("mnist")), 5);
    ck_assert(!dp_corpus_find("mnits") && !dp_corpus_at(-1));
}
END_TEST

UNIT_MAIN("convert", lzw_is_expanded, damaged_lzw_is_refused, omniglot_is_converted,
          omniglot_has_a_limit, unipen_is_converted,
          a_digit_of_unipen_has_a_bounded_number_of_points,
          lines_of_unipen_that_are_no_numbers_are_comments, every_data_set_is_complete)
