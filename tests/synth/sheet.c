/* sheet [-j] WHAT [N [DRAWINGS]]: N generated samples (default 100) as one picture, a PNG on
 * stdout, ten in a row as the networks see them; with -j as labelled lines of JSON, which
 * `digitpad eval` reads. WHAT is
 *
 *     0 … 9        collected drawings of this digit
 *     made-0 …     synthetic digits
 *     a style      of handwriting.h, added to collected drawings
 *     a pointer    of pointer.h, which replays collected drawings
 *     hard …       an augmentation of images, misplaced or thick too, of collected drawings
 *     an outlier   of outlier.h, but noise
 *
 * DRAWINGS is a file of labelled lines of JSON. Without it, bare skeletons stand in for
 * collected drawings. `sheet list` prints all words that WHAT can be. */
#include "config.h"

#include "engine/ink/normalize.h"
#include "engine/synth/augment.h"
#include "engine/synth/deform.h"
#include "engine/synth/digits.h"
#include "engine/synth/handwriting.h"
#include "engine/synth/outlier.h"
#include "engine/synth/pointer.h"
#include "tui/cli/cli.h"
#include "weights/data/png_write.h"
#include "weights/data/strokes_json.h"
#include "weights/images/image.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1000, TRIES = 100000, COLUMNS = 10, ZOOM = 3, CELL = ZOOM * DP_SIDE + 2 };

typedef struct collection {
    dp_strokes *drawing;
    int *label;
    int n;
} collection;

/* What a sheet shows. */
typedef enum kind {
    COLLECTED,
    MADE_UP,
    STYLED,
    REPLAYED,
    AUGMENTED,
    OUTLIER,
    N_KINDS
} kind;
typedef struct subject {
    kind kind;
    int which; /* the digit, dp_style, dp_pointer, augmentation or dp_outlier */
    int digit; /* or DP_ANY_DIGIT */
} subject;

static const struct {
    const char *name;
    dp_augment augment;
} augmentations[] = {
    { "misplaced", { .probability = 1, .misplaced = 1 } },
    { "thick", { .probability = 1, .thick = 1 } },
    { "hard", { .probability = 1, .hard = 1 } },
};

/* Noise, the last kind of outlier, has no strokes. */
static const int counts[N_KINDS] = {
    10, 10, DP_STYLE_COUNT, DP_POINTER_COUNT, DP_COUNT(augmentations), DP_OUTLIER_NOISE
};

/* ---- subjects ---------------------------------------------------------------------- */

static const char *name_of(kind k, int which)
{
    static const char *const digits[] = {
        "0",      "1",      "2",      "3",      "4",      "5",      "6",
        "7",      "8",      "9",      "made-0", "made-1", "made-2", "made-3",
        "made-4", "made-5", "made-6", "made-7", "made-8", "made-9",
    };
    switch (k) {
    case STYLED:
        return dp_style_name((dp_style)which);
    case REPLAYED:
        return dp_pointer_name((dp_pointer)which);
    case AUGMENTED:
        return augmentations[which].name;
    case OUTLIER:
        return dp_outlier_name((dp_outlier)which);
    default:
        return digits[k == MADE_UP ? 10 + which : which];
    }
}

static int digit_of(kind k, int which)
{
    if (k == STYLED)
        return dp_style_digit((dp_style)which);
    return k == COLLECTED || k == MADE_UP ? which : DP_ANY_DIGIT;
}

static bool find_subject(subject *out, const char *word)
{
    for (kind k = 0; k < N_KINDS; k++)
        for (int i = 0; i < counts[k]; i++)
            if (strcmp(word, name_of(k, i)) == 0) {
                *out = (subject){ k, i, digit_of(k, i) };
                return true;
            }
    return false;
}

static int list_subjects(void)
{
    for (kind k = 0; k < N_KINDS; k++)
        for (int i = 0; i < counts[k]; i++)
            puts(name_of(k, i));
    return dp_cli_finish("sheet", DP_EXIT_DONE);
}

/* ---- collections ------------------------------------------------------------------- */

static dp_code add(collection *to, const dp_strokes *s, int label, dp_err *err)
{
    dp_strokes *drawing = realloc(to->drawing, ((size_t)to->n + 1) * sizeof *drawing);
    to->drawing = drawing ? drawing : to->drawing;
    int *labels = realloc(to->label, ((size_t)to->n + 1) * sizeof *labels);
    to->label = labels ? labels : to->label;
    if (!drawing || !labels)
        return dp_fail(err, DP_NOMEM, "no memory for drawings");
    to->drawing[to->n] = (dp_strokes){ 0 };
    to->label[to->n] = label;
    return dp_strokes_copy(&to->drawing[to->n++], s, err);
}

static dp_code collect_skeletons(collection *to, dp_err *err)
{
    dp_code code = DP_OK;
    dp_rng rng = dp_rng_stream(1, 0, 0);
    for (int digit = 0; digit < 10; digit++)
        for (int style = 0; style < dp_digits_styles(digit) && !code; style++) {
            dp_strokes s = { 0 };
            code = dp_digits_skeleton(&s, digit, style, 0, &rng, err);
            code = code ? code : add(to, &s, digit, err);
            dp_strokes_clear(&s);
        }
    return code;
}

static dp_code collect_file(collection *to, const char *path, dp_err *err)
{
    dp_source *source;
    dp_reader *reader = NULL;
    dp_record record = { 0 };
    dp_code code = dp_source_open(&source, path, err);
    if (code)
        return dp_fail_in(err, code, "%s", path);
    code = dp_reader_create(&reader, source, "ndjson", err);
    while (!code && !(code = dp_reader_next(&record, reader, err)) &&
           record.kind != DP_RECORD_END)
        if (record.kind == DP_RECORD_STROKES && record.label)
            code = add(to, record.strokes, atoi(record.label), err);
    dp_reader_free(reader);
    dp_source_close(source);
    return code ? dp_fail_in(err, code, "%s", path) : DP_OK;
}

static void clear(collection *c)
{
    for (int i = 0; i < c->n; i++)
        dp_strokes_clear(&c->drawing[i]);
    free(c->drawing);
    free(c->label);
}

/* ---- samples ----------------------------------------------------------------------- */

/* A collected drawing of the subject's digit, in its style or replayed by its pointer. */
static dp_code draw_collected(dp_strokes *s, int *label, const subject *what,
                              const collection *from, dp_rng *rng, dp_err *err)
{
    for (int tries = 0; tries < TRIES && from->n > 0; tries++) {
        const int i = (int)dp_rng_below(rng, (uint32_t)from->n);
        if (what->digit != DP_ANY_DIGIT && from->label[i] != what->digit)
            continue;
        dp_code code = dp_strokes_copy(s, &from->drawing[i], err);
        if (code)
            return code;
        *label = from->label[i];
        if (what->kind == COLLECTED || what->kind == AUGMENTED)
            return DP_OK;
        if (what->kind == REPLAYED)
            return dp_pointer_replay(s, (dp_pointer)what->which, rng, err);
        if (dp_handwriting_add_style(s, (dp_style)what->which, *label, rng, &code)) {
            dp_deform_strokes(s, &dp_deform_handwriting, rng);
            return DP_OK;
        }
        if (code)
            return dp_fail(err, code, "no memory for a drawing");
    }
    return dp_fail(err, DP_INPUT, "no drawing suits; give a file that has some");
}

static dp_code draw(dp_strokes *s, int *label, const subject *what,
                    const collection *from, int i, dp_err *err)
{
    dp_rng rng = dp_rng_stream(1, (uint64_t)what->which, (uint64_t)i);
    *label = what->digit;
    switch (what->kind) {
    case MADE_UP:
        return dp_digits_draw(s, what->digit, &rng, err);
    case OUTLIER:
        return dp_outlier_draw(s, (dp_outlier)what->which, &rng, err);
    default:
        return draw_collected(s, label, what, from, &rng, err);
    }
}

/* ---- output ------------------------------------------------------------------------ */

static void augment(uint8_t image[DP_PIXELS], const subject *what, int i)
{
    float out[DP_PIXELS];
    dp_rng rng = dp_rng_stream(2, (uint64_t)what->which, (uint64_t)i);
    dp_augment_image(out, image, &augmentations[what->which].augment, &rng);
    for (int k = 0; k < DP_PIXELS; k++)
        image[k] = (uint8_t)lrintf(255 * out[k]);
}

static void print_pixels(const uint8_t image[DP_PIXELS], int label)
{
    printf("{\"label\":%d,\"pixels\":[%d", label, image[0]);
    for (int i = 1; i < DP_PIXELS; i++)
        printf(",%d", image[i]);
    puts("]}");
}

static dp_code print_strokes(const dp_strokes *s, int label, dp_err *err)
{
    char *body = dp_strokes_json_write(s);
    if (!body)
        return dp_fail(err, DP_NOMEM, "no memory for a line");
    printf("{\"label\":%d,%s\n", label, body + 1);
    free(body);
    return DP_OK;
}

/* Put image i on the sheet, black on white. */
static void put(uint8_t *sheet, int i, const uint8_t image[DP_PIXELS])
{
    const int left = i % COLUMNS * CELL, top = i / COLUMNS * CELL;
    for (int y = 0; y < ZOOM * DP_SIDE; y++)
        for (int x = 0; x < ZOOM * DP_SIDE; x++)
            sheet[(top + y) * COLUMNS * CELL + left + x] =
                (uint8_t)(255 - image[y / ZOOM * DP_SIDE + x / ZOOM]);
}

static dp_code write_sheet(const uint8_t *sheet, int rows, dp_err *err)
{
    unsigned char *png;
    size_t size;
    const dp_gray picture = { sheet, COLUMNS * CELL, rows * CELL };
    dp_code code = dp_png_write(&png, &size, &picture, err);
    if (code)
        return code;
    fwrite(png, 1, size, stdout);
    free(png);
    return DP_OK;
}

static dp_code show(const subject *what, int n, const collection *from, bool json,
                    dp_err *err)
{
    const int rows = (n + COLUMNS - 1) / COLUMNS;
    const size_t size = (size_t)rows * CELL * COLUMNS * CELL;
    uint8_t *sheet = malloc(size);
    if (!sheet)
        return dp_fail(err, DP_NOMEM, "no memory for a sheet");
    memset(sheet, 128, size);
    dp_code code = DP_OK;
    for (int i = 0; i < n && !code; i++) {
        dp_strokes s = { 0 };
        uint8_t image[DP_PIXELS];
        int label;
        code = draw(&s, &label, what, from, i, err);
        (void)dp_normalize_strokes(image, &s);
        if (what->kind == AUGMENTED)
            augment(image, what, i);
        if (!code && json && what->kind == AUGMENTED)
            print_pixels(image, label);
        else if (!code && json)
            code = print_strokes(&s, label, err);
        put(sheet, i, image);
        dp_strokes_clear(&s);
    }
    if (!code && !json)
        code = write_sheet(sheet, rows, err);
    free(sheet);
    return code;
}

int main(int argc, char **argv)
{
    const bool json = argc > 1 && strcmp(argv[1], "-j") == 0;
    char **word = argv + 1 + json;
    subject what;
    dp_err err;
    collection from = { 0 };
    if (word[0] && strcmp(word[0], "list") == 0)
        return list_subjects();
    if (!word[0] || !find_subject(&what, word[0]))
        return dp_cli_misuse("sheet", "WHAT is missing or unknown; see 'sheet list'");
    const int n = word[1] ? atoi(word[1]) : 100;
    if (n < 1 || n > MOST)
        return dp_cli_misuse("sheet", "N must be 1 to %d", MOST);
    dp_code code = word[1] && word[2] ? collect_file(&from, word[2], &err)
                                      : collect_skeletons(&from, &err);
    if (!code)
        code = show(&what, n, &from, json, &err);
    clear(&from);
    return dp_cli_finish("sheet", code ? dp_cli_fail("sheet", &err) : DP_EXIT_DONE);
}
