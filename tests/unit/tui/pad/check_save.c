#include "config.h"

#include "tui/pad/save.h"

#include "tests/tempdir.h"
#include "tests/unit/readers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static dp_strokes drawing;
static dp_canvas canvas;

/* The path of a file in the temporary folder; valid until the next call. */
static const char *temporary(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", tempdir(), name);
    return path;
}

static void make_drawing(void)
{
    dp_point a = { 10, 5 }, b = { 30, 35 };
    ck_assert_int_eq(dp_canvas_resize(&canvas, 40, NULL), DP_OK);
    dp_canvas_place(&canvas, (dp_point){ 0, 0 }, 40);
    ck_assert_int_eq(dp_strokes_begin(&drawing, DP_PEN, 3, a, 0, NULL), DP_OK);
    ck_assert_int_eq(dp_strokes_extend(&drawing, b, 70, NULL), DP_OK);
}

static void free_drawing(void)
{
    dp_strokes_clear(&drawing);
    dp_canvas_free(&canvas);
}

/* The pixels of a picture, as predict reads it; the caller frees them. */
static uint8_t *read_picture(const char *path)
{
    dp_source *source;
    dp_reader *reader;
    dp_record record;
    dp_err err;
    ck_assert_int_eq(dp_source_open(&source, path, NULL), DP_OK);
    ck_assert_int_eq(dp_reader_create(&reader, source, "auto", NULL), DP_OK);
    ck_assert_msg(dp_reader_next(&record, reader, &err) == DP_OK, "%s", err.msg);
    ck_assert_int_eq(record.kind, DP_RECORD_IMAGE);
    ck_assert_int_eq(record.gray.width, 280);
    ck_assert_int_eq(record.gray.height, 280);
    uint8_t *pixels = malloc(280 * 280);
    memcpy(pixels, record.gray.pixel, 280 * 280);
    dp_reader_free(reader);
    dp_source_close(source);
    return pixels;
}

START_TEST(pictures_show_the_drawing)
{
    dp_err err;
    const char *path = temporary("drawing.pgm");
    make_drawing();
    ck_assert_int_eq(dp_save_drawing(path, &drawing, &canvas, NULL), DP_OK);
    uint8_t *pgm = read_picture(path);
    ck_assert_int_eq(pgm[140 * 280 + 140], 255);
    ck_assert_int_eq(pgm[140 * 280 + 10], 0);
    path = temporary("drawing.png");
#if HAVE_PNG
    ck_assert_msg(dp_save_drawing(path, &drawing, &canvas, &err) == DP_OK, "%s", err.msg);
    uint8_t *png = read_picture(path);
    ck_assert_mem_eq(png, pgm, 280 * 280);
    free(png);
#else
    ck_assert_int_eq(dp_save_drawing(path, &drawing, &canvas, &err), DP_USAGE);
    ck_assert_int_ne(access(path, F_OK), 0);
#endif
    free(pgm);
    free_drawing();
}
END_TEST

START_TEST(strokes_come_back_with_their_times)
{
    dp_strokes *read;
    int n;
    const char *path = temporary("drawing.ndjson");
    make_drawing();
    ck_assert_int_eq(dp_save_drawing(path, &drawing, &canvas, NULL), DP_OK);
    ck_assert_int_eq(dp_save_load(&read, &n, path, NULL), DP_OK);
    ck_assert_int_eq(n, 1);
    ck_assert_int_eq(read[0].n_strokes, 1);
    ck_assert_int_eq(read[0].time_ms[1], 70);
    ck_assert(read[0].point[1].y == 35);
    dp_strokes_clear(&read[0]);
    free(read);
    free_drawing();
}
END_TEST

static dp_code load(dp_strokes **out, int *n, const char *text, dp_err *err)
{
    const char *path = temporary("drawings.ndjson");
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    return dp_save_load(out, n, path, err);
}

START_TEST(a_file_may_hold_several_drawings)
{
    dp_strokes *read;
    dp_err err;
    int n;
    ck_assert_int_eq(load(&read, &n,
                          "{\"strokes\":[[[1,2],[3,4]]]}\n\n"
                          "{\"strokes\":[[[5,6]],[[7,8]]],\"label\":3}",
                          NULL),
                     DP_OK);
    ck_assert_int_eq(n, 2);
    ck_assert_int_eq(read[1].n_strokes, 2);
    for (int i = 0; i < n; i++)
        dp_strokes_clear(&read[i]);
    free(read);
    ck_assert_int_eq(load(&read, &n, "{\"strokes\":[[[1,2]]]}\n{}\n", &err), DP_INPUT);
    ck_assert_ptr_nonnull(strstr(err.msg, "drawings.ndjson: line 2"));
    ck_assert_int_eq(load(&read, &n, "\n", &err), DP_INPUT);
}
END_TEST

UNIT_MAIN("save", pictures_show_the_drawing, strokes_come_back_with_their_times,
          a_file_may_hold_several_drawings)
