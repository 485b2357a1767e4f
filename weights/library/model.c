/* The models of digitpad.h. */
#include "config.h"

#include "weights/library/model.h"

#include "weights/library/report.h"
#include "weights/store/store.h"

#include <stdlib.h>

struct digitpad_model {
    dp_model *model;
};

static dp_code read_options(dp_network_file_options *out,
                            const digitpad_model_options *given, dp_err *err)
{
    digitpad_model_options o;
    dp_code code = dp_report_options(&o, sizeof o, given, err);
    if (code)
        return code;
    *out = (dp_network_file_options){ .arch = o.arch, .norm_given = o.norm != NULL };
    if (o.norm && !dp_norm_named(&out->norm, o.norm))
        return dp_fail(err, DP_USAGE,
                       "norm '%s': unknown; the input scales are unit, mnist, symmetric "
                       "and raw",
                       o.norm);
    return DP_OK;
}

/* Make a model of a file, which is closed. */
static dp_code make(digitpad_model **out, dp_store_file *file,
                    const digitpad_model_options *given, dp_err *err)
{
    dp_network_file_options options;
    dp_model *model = NULL;
    dp_code code = read_options(&options, given, err);
    if (code)
        dp_store_close(file);
    else
        code = dp_store_open_file(&model, file, &options, err);
    if (!code && (code = dp_model_check_digits(model, err)))
        code = dp_fail_in(err, code, "%s", file->ref.name);
    digitpad_model *made = code ? NULL : malloc(sizeof *made);
    if (!made) {
        dp_model_unref(model);
        return code ? code : dp_fail(err, DP_NOMEM, "no memory for a model");
    }
    made->model = model;
    *out = made;
    return DP_OK;
}

static int open_ref(digitpad_model **out, const dp_store_ref *ref,
                    const digitpad_model_options *options, digitpad_error *error)
{
    dp_err err;
    dp_store_file file;
    dp_code code = dp_store_read(&file, ref, &err);
    if (!code)
        code = make(out, &file, options, &err);
    return dp_report(error, code, &err);
}

int digitpad_model_open(digitpad_model **out, const char *name,
                        const digitpad_model_options *options, digitpad_error *error)
{
    dp_err err;
    dp_store_ref ref;
    dp_code code = dp_store_resolve(&ref, name ? name : DP_DEFAULT_MODEL, &err);
    return code ? dp_report(error, code, &err) : open_ref(out, &ref, options, error);
}

int digitpad_model_open_file(digitpad_model **out, const char *path,
                             const digitpad_model_options *options, digitpad_error *error)
{
    const dp_store_ref ref = { .name = path, .kind = DP_STORE_PATH };
    return open_ref(out, &ref, options, error);
}

/* Bytes of the caller are like those of a carried network: nothing frees them. */
int digitpad_model_open_bytes(digitpad_model **out, const void *bytes, size_t size,
                              const digitpad_model_options *options,
                              digitpad_error *error)
{
    dp_err err;
    dp_store_file file = { .ref = { .name = "bytes", .kind = DP_STORE_CARRIED },
                           .data = bytes,
                           .size = size };
    return dp_report(error, make(out, &file, options, &err), &err);
}

void digitpad_model_close(digitpad_model *model)
{
    if (!model)
        return;
    dp_model_unref(model->model);
    free(model);
}

const char *digitpad_model_name(const digitpad_model *model)
{
    return dp_model_get_info(model->model)->name;
}

int digitpad_model_norm_is_assumed(const digitpad_model *model)
{
    return dp_model_get_info(model->model)->norm_assumed;
}

const dp_model *dp_library_model(const digitpad_model *model)
{
    return model->model;
}
