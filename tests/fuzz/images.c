/* The formats of images. */
#include "config.h"

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"
#include "weights/images/idx.h"
#include "weights/images/image.h"

#include <jansson.h>
#include <string.h>
#include <zlib.h>

static void check_json(const char *text)
{
    if (!text)
        return;
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    dp_expect(value != NULL, "what is echoed is JSON");
    json_decref(value);
    dp_expect(dp_expect_printable(text), "and printable");
}

/* Reads all pixels, so that sanitizers check that they are initialised. */
static unsigned check_gray(const dp_gray *gray)
{
    unsigned sum = 0;
    dp_expect(gray->width >= 1 && gray->width <= DP_IMAGE_MAX_SIDE && gray->height >= 1 &&
                  gray->height <= DP_IMAGE_MAX_SIDE,
              "sizes are bounded");
    for (int i = 0; i < gray->width * gray->height; i++)
        sum += gray->pixel[i];
    return sum;
}

static void check_record(const dp_record *record)
{
    if (record->kind == DP_RECORD_IMAGE)
        (void)check_gray(&record->gray);
    check_json(record->id);
    check_json(record->label);
    check_json(record->writer);
}

static bool run_images(const char *format, const uint8_t *data, size_t size)
{
    enum { MAX_RECORDS = 64 };
    dp_source *s;
    dp_reader *r;
    dp_record record = { .kind = DP_RECORD_IMAGE };
    dp_err err;
    bool good = true;
    dp_expect(dp_source_open_bytes(&s, data, size, NULL) == DP_OK, "there is memory");
    dp_expect(dp_reader_create(&r, s, format, NULL) == DP_OK, "the format is known");
    for (int i = 0; i < MAX_RECORDS && record.kind != DP_RECORD_END; i++) {
        if (dp_reader_next(&record, r, &err) == DP_OK) {
            check_record(&record);
        } else {
            dp_expect_message(&err);
            good = false;
        }
    }
    dp_expect(record.kind != DP_RECORD_END || dp_source_consumed(s) <= size,
              "no more is read than there is");
    dp_reader_free(r);
    dp_source_close(s);
    return good;
}

static bool run_pnm(const uint8_t *data, size_t size)
{
    return run_images("pgm", data, size);
}

static bool run_png(const uint8_t *data, size_t size)
{
    return run_images("png", data, size);
}

/* A chunk is a length, a name, bytes of that length and their checksum. */
static void repair_png(uint8_t *data, size_t size)
{
    for (size_t at = 8; at + 12 <= size;) {
        uint32_t n = (uint32_t)data[at] << 24 | (uint32_t)data[at + 1] << 16 |
                     (uint32_t)data[at + 2] << 8 | data[at + 3];
        if (n > size - at - 12)
            return;
        uint32_t sum = (uint32_t)crc32(0, data + at + 4, n + 4);
        for (int i = 0; i < 4; i++)
            data[at + 8 + n + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at += 12 + (size_t)n;
    }
}

static bool run_jpeg(const uint8_t *data, size_t size)
{
    return run_images("jpeg", data, size);
}

static bool run_npy(const uint8_t *data, size_t size)
{
    return run_images("npy", data, size);
}

/* The header ends at its last brace, a newline follows. */
static void repair_npy(uint8_t *data, size_t size)
{
    size_t end = size;
    while (end > 10 && data[end - 1] != '}')
        end--;
    if (end <= 10 || end > 10 + UINT16_MAX || data[6] != 1)
        return;
    data[8] = (uint8_t)(end - 10);
    data[9] = (uint8_t)((end - 10) >> 8);
}

static bool run_npz(const uint8_t *data, size_t size)
{
    return run_images("npz", data, size);
}

/* Any format, by its first bytes. */
static bool run_auto(const uint8_t *data, size_t size)
{
    return run_images("auto", data, size);
}

/* With both readers: one image at a time, as in predict, and the whole file, as in
 * train. */
static bool run_idx(const uint8_t *data, size_t size)
{
    dp_idx idx;
    dp_err err;
    bool good = run_images("idx", data, size);
    if (dp_idx_read(&idx, dp_expect_file("idx", data, size), &err) != DP_OK) {
        dp_expect_message(&err);
        return good;
    }
    dp_expect(idx.rank == 1 || idx.rank == 3, "ranks are 1 or 3");
    dp_idx_clear(&idx);
    return true;
}

static bool run_csv(const uint8_t *data, size_t size)
{
    return run_images("csv", data, size);
}

static bool run_ndjson(const uint8_t *data, size_t size)
{
    return run_images("ndjson", data, size);
}

static bool run_ascii(const uint8_t *data, size_t size)
{
    return run_images("ascii", data, size);
}

const dp_target dp_targets_images[] = {
    { "pnm", run_pnm, NULL, 128 },
    { "png", run_png, repair_png, 256 },
    { "jpeg", run_jpeg, NULL, 1024 },
    { "npy", run_npy, repair_npy, 256 },
    { "npz", run_npz, NULL, 1024 },
    { "auto", run_auto, NULL, 256 },
    { "idx", run_idx, NULL, 128 },
    { "csv", run_csv, NULL, 2048 },
    { "ndjson", run_ndjson, NULL, 200 },
    { "ascii", run_ascii, NULL, 2048 },
    { 0 },
};
