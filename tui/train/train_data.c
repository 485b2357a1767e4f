#include "config.h"

#include "tui/train/train_data.h"

#include "weights/data/writers.h"
#include "weights/corpora/corpus.h"
#include "weights/images/idx.h"
#include "weights/io/fingerprint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A damaged data set ends the command, unlike a single bad record. */
static dp_code as_io(dp_code code, dp_err *err)
{
    return code == DP_INPUT ? dp_err_recode(err, DP_IO) : code;
}

/* Say which file is being read. */
static void show_reading(dp_talk *talk, const char *path)
{
    dp_talk_work(talk, (double)NAN, "reading %s", path);
    dp_talk_detail(talk, "reading %s", path);
}

static void skip(void *context, const char *path, const dp_err *why)
{
    dp_talk_bad(context, path, why);
}

/* Read images with their labels: those of another file, or their own if it is NULL. */
static dp_code read_images(dp_labelled *out, dp_train_options *o, const char *image_path,
                           const char *label_path, dp_err *err)
{
    const dp_labelled_reading how = { .label_column = o->label_column,
                                      .transpose = o->transpose,
                                      .render = dp_labelled_render,
                                      .skip = skip,
                                      .context = &o->talk };
    show_reading(&o->talk, image_path);
    if (!label_path)
        return dp_labelled_read(out, image_path, &how, err);
    dp_code code =
        dp_idx_read_pair(&out->pixels, &out->label, &out->n, image_path, label_path, err);
    if (!code && o->transpose)
        dp_idx_transpose(out->pixels, (size_t)out->n);
    return as_io(code, err);
}

/* Every pattern must have matched in some file. */
static dp_code check_patterns(const dp_division *how, dp_err *err)
{
    for (int i = 0; i < how->n; i++)
        if (!how->used[i])
            return dp_fail(err, DP_USAGE,
                           "--hold-out: no writer or alphabet matches '%s'",
                           how->pattern[i]);
    return DP_OK;
}

/* The drawings of the run: of digits, and of other things. */
typedef struct drawings {
    dp_stroke_set digits, others;
} drawings;

typedef dp_code add_drawings(dp_stroke_set *set, const char *path, dp_division *how,
                             dp_err *err);

/* Add the drawings of a file or a named data set. */
static dp_code add_named(dp_stroke_set *out, add_drawings *add, dp_talk *talk,
                         const char *name, dp_division *how, dp_err *err)
{
    char path[PATH_MAX];
    dp_code code = dp_corpus_resolve(path, name, err);
    if (code)
        return code;
    show_reading(talk, path);
    return add(out, path, how, err);
}

static dp_code read_strokes(drawings *out, dp_train_options *o, dp_err *err)
{
    dp_division how = { .nobody = o->all,
                        .pattern = o->hold_out.text,
                        .n = o->hold_out.n };
    dp_code code = DP_OK;
    for (int i = 0; i < o->strokes.n && !code; i++)
        code = add_named(&out->digits, dp_stroke_set_add, &o->talk, o->strokes.text[i],
                         &how, err);
    for (int i = 0; i < o->outlier_strokes.n && !code; i++)
        code = add_named(&out->others, dp_stroke_set_add_outliers, &o->talk,
                         o->outlier_strokes.text[i], &how, err);
    return code ? as_io(code, err) : check_patterns(&how, err);
}

/* ---- dividing ---------------------------------------------------------------------- */

/* Choose the images to hold out, held_out: [images->n], all false. */
static dp_code hold_out_images(bool *held_out, dp_labelled *images,
                               const dp_train_options *o, dp_err *err)
{
    const int n = images->n, last = dp_train_held_out(n);
    if (o->all)
        return DP_OK;
    if (o->writers)
        return dp_writers_hold_out(held_out, n, o->writers, err);
    if (last == 0)
        return dp_fail(err, DP_IO, "%s: %d images are too few for a validation set",
                       o->images, n);
    dp_train_shuffle(images->pixels, images->label, n);
    for (int i = n - last; i < n; i++)
        held_out[i] = true;
    return DP_OK;
}

/* Append the images whose entry of held_out, or false without it, is `wanted`, to *data.
 * Returns the new ones. */
static dp_dataset append(dp_train_data *data, int *used, const dp_labelled *from,
                         const bool *held_out, bool wanted)
{
    dp_dataset part = { data->pixels + (size_t)*used * DP_PIXELS, data->label + *used,
                        0 };
    for (int i = 0; i < from->n; i++) {
        if ((held_out && held_out[i]) != wanted)
            continue;
        memcpy(data->pixels + (size_t)*used * DP_PIXELS,
               from->pixels + (size_t)i * DP_PIXELS, DP_PIXELS);
        data->label[(*used)++] = from->label[i];
        part.n++;
    }
    return part;
}

/* Move a set out of *from. */
static dp_dataset take(dp_labelled *from)
{
    dp_dataset data = { from->pixels, from->label, from->n };
    *from = (dp_labelled){ 0 };
    return data;
}

/* The number of generated drawings for `share` per image. */
static int share_of(int images, float share)
{
    return (int)lrintf(share * (float)images);
}

static dp_drawings drawings_of(const dp_drawn *drawn)
{
    return (dp_drawings){ drawn->strokes, drawn->label, drawn->n };
}

static void make_mixture(dp_train_data *data, const dp_dataset *images,
                         const dp_recipe *r)
{
    data->mixture = (dp_mixture){
        .images = *images,
        .drawings = drawings_of(&data->drawn),
        .repeats = r->repeat_strokes,
        .others = drawings_of(&data->others),
        .repeats_others = r->repeat_outliers,
        .styles = r->styles,
        .synthetic = share_of(images->n, r->made_up),
        .outliers = share_of(images->n, r->outliers),
    };
}

static uint64_t fingerprint_drawn(uint64_t f, const dp_drawn *drawn)
{
    for (int i = 0; i < drawn->n; i++) {
        const dp_strokes *s = &drawn->strokes[i];
        for (int k = 0; k < s->n_strokes; k++)
            f = dp_fingerprint(f, s->point + s->stroke[k].first,
                               (size_t)s->stroke[k].count * sizeof *s->point);
    }
    return drawn->n > 0 ? dp_fingerprint(f, drawn->label, (size_t)drawn->n) : f;
}

static uint64_t fingerprint_images(uint64_t f, const dp_dataset *images)
{
    f = dp_fingerprint(f, &images->n, sizeof images->n);
    if (images->n == 0)
        return f;
    f = dp_fingerprint(f, images->pixels, (size_t)images->n * DP_PIXELS);
    return dp_fingerprint(f, images->label, (size_t)images->n);
}

static uint64_t fingerprint(const dp_train_data *data)
{
    uint64_t f = fingerprint_images(DP_FINGERPRINT_EMPTY, &data->mixture.images);
    f = fingerprint_images(f, &data->validation);
    f = fingerprint_images(f, &data->strokes_validation);
    f = fingerprint_images(f, &data->outliers_validation);
    return fingerprint_drawn(fingerprint_drawn(f, &data->drawn), &data->others);
}

/* Put training and validation sets together in the arrays of *data. */
static void arrange(dp_train_data *data, const dp_labelled *images, const bool *held_out,
                    drawings *drawn, const dp_recipe *recipe)
{
    int used = 0;
    const dp_dataset train = append(data, &used, images, held_out, false);
    data->validation = append(data, &used, images, held_out, true);
    data->strokes_validation =
        append(data, &used, &drawn->digits.validation, NULL, false);
    data->held_out = data->validation;
    data->held_out.n += data->strokes_validation.n;
    data->outliers_validation = take(&drawn->others.validation);
    data->drawn = drawn->digits.train;
    data->others = drawn->others.train;
    drawn->digits.train = drawn->others.train = (dp_drawn){ 0 };
    make_mixture(data, &train, recipe);
    data->fingerprint = fingerprint(data);
}

static dp_code combine(dp_train_data *data, dp_labelled *images, drawings *drawn,
                       const dp_train_options *o, dp_err *err)
{
    const size_t total = (size_t)images->n + (size_t)drawn->digits.validation.n;
    bool *held_out = calloc((size_t)images->n, sizeof *held_out);
    data->pixels = malloc(total * DP_PIXELS);
    data->label = malloc(total);
    dp_code code = held_out && data->pixels && data->label
                       ? hold_out_images(held_out, images, o, err)
                       : dp_fail(err, DP_NOMEM, "no memory for %zu images", total);
    if (!code)
        arrange(data, images, held_out, drawn, &o->recipe);
    free(held_out);
    return code;
}

dp_code dp_train_data_read(dp_train_data *out, dp_train_options *o, dp_err *err)
{
    dp_talk_begin_work(&o->talk);
    dp_labelled images = { 0 }, test = { 0 };
    drawings drawn = { 0 };
    dp_code code = read_images(&images, o, o->images, o->labels, err);
    if (!code && o->test_images)
        code = read_images(&test, o, o->test_images, o->test_labels, err);
    if (!code)
        code = read_strokes(&drawn, o, err);
    if (!code)
        code = combine(out, &images, &drawn, o, err);
    dp_talk_end(&o->talk);
    out->test = take(&test);
    if (o->test)
        out->strokes_test = take(&drawn.digits.test);
    dp_labelled_clear(&images);
    dp_stroke_set_clear(&drawn.digits);
    dp_stroke_set_clear(&drawn.others);
    return code;
}

static void free_dataset(dp_dataset *data)
{
    free((void *)data->pixels);
    free((void *)data->label);
}

void dp_train_data_clear(dp_train_data *data)
{
    dp_stroke_set drawn = { .train = data->drawn }, others = { .train = data->others };
    dp_stroke_set_clear(&drawn);
    dp_stroke_set_clear(&others);
    free(data->pixels);
    free(data->label);
    free_dataset(&data->outliers_validation);
    free_dataset(&data->test);
    free_dataset(&data->strokes_test);
}
