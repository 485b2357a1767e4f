#include "config.h"

#include "tui/train/train_data.h"

#include "weights/io/fingerprint.h"
#include "weights/images/idx.h"

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

static dp_code read_strokes(dp_stroke_set *out, dp_train_options *o, dp_err *err)
{
    dp_code code = DP_OK;
    for (int i = 0; i < o->strokes.n && !code; i++) {
        show_reading(&o->talk, o->strokes.text[i]);
        code = dp_stroke_set_add(out, o->strokes.text[i], err);
    }
    return as_io(code, err);
}

/* Append images first … first + n − 1 of *from to *data. Returns the new ones. */
static dp_dataset append(dp_train_data *data, int *used, const dp_labelled *from,
                         int first, int n)
{
    dp_dataset part = { data->pixels + (size_t)*used * DP_PIXELS, data->label + *used,
                        n };
    if (n > 0) {
        memcpy(data->pixels + (size_t)*used * DP_PIXELS,
               from->pixels + (size_t)first * DP_PIXELS, (size_t)n * DP_PIXELS);
        memcpy(data->label + *used, from->label + first, (size_t)n);
    }
    *used += n;
    return part;
}

/* The number of generated drawings for `share` per image. */
static int share_of(int images, float share)
{
    return (int)lrintf(share * (float)images);
}

static void make_mixture(dp_train_data *data, const dp_dataset *images,
                         const dp_recipe *r)
{
    data->mixture = (dp_mixture){
        .images = *images,
        .drawings = { data->drawn.strokes, data->drawn.label, data->drawn.n },
        .repeats = r->repeat_strokes,
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

static dp_code combine(dp_train_data *data, dp_labelled *images, dp_stroke_set *set,
                       const dp_recipe *recipe, dp_err *err)
{
    const dp_labelled *others = &set->validation;
    int held_out = dp_train_held_out(images->n), used = 0;
    size_t total = (size_t)images->n + (size_t)others->n;
    data->pixels = malloc(total * DP_PIXELS);
    data->label = malloc(total);
    if (!data->pixels || !data->label)
        return dp_fail(err, DP_NOMEM, "no memory for %zu images", total);
    dp_train_shuffle(images->pixels, images->label, images->n);
    dp_dataset train = append(data, &used, images, 0, images->n - held_out);
    data->validation = append(data, &used, images, images->n - held_out, held_out);
    data->strokes_validation = append(data, &used, others, 0, others->n);
    data->held_out = data->validation;
    data->held_out.n += others->n;
    data->drawn = set->train;
    set->train = (dp_drawn){ 0 };
    make_mixture(data, &train, recipe);
    uint64_t f = dp_fingerprint(DP_FINGERPRINT_EMPTY, data->pixels, total * DP_PIXELS);
    data->fingerprint =
        fingerprint_drawn(dp_fingerprint(f, data->label, total), &data->drawn);
    return DP_OK;
}

/* Move a test set out of *from. */
static dp_dataset take(dp_labelled *from)
{
    dp_dataset data = { from->pixels, from->label, from->n };
    *from = (dp_labelled){ 0 };
    return data;
}

dp_code dp_train_data_read(dp_train_data *out, dp_train_options *o, dp_err *err)
{
    dp_talk_begin_work(&o->talk);
    dp_labelled images = { 0 }, test = { 0 };
    dp_stroke_set set = { 0 };
    dp_code code = read_images(&images, o, o->images, o->labels, err);
    if (!code && o->test_images)
        code = read_images(&test, o, o->test_images, o->test_labels, err);
    if (!code && dp_train_held_out(images.n) == 0)
        code = dp_fail(err, DP_IO, "%s: %d images are too few for a validation set",
                       o->images, images.n);
    if (!code)
        code = read_strokes(&set, o, err);
    if (!code)
        code = combine(out, &images, &set, &o->recipe, err);
    dp_talk_end(&o->talk);
    out->test = take(&test);
    out->strokes_test = take(&set.test);
    free(images.pixels);
    free(images.label);
    dp_stroke_set_clear(&set);
    return code;
}

void dp_train_data_clear(dp_train_data *data)
{
    dp_stroke_set drawings = { .train = data->drawn };
    dp_stroke_set_clear(&drawings);
    free(data->pixels);
    free(data->label);
    free((void *)data->test.pixels);
    free((void *)data->test.label);
    free((void *)data->strokes_test.pixels);
    free((void *)data->strokes_test.label);
}
