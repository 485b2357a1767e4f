#include "config.h"

#include "weights/io/train_process.h"

#include "weights/io/paths.h"

#include <jansson.h>
#include <math.h>

dp_code dp_train_process_start(dp_child *out, const char *samples, const char *from,
                               const char *output, dp_err *err)
{
    char own[PATH_MAX], samples_option[PATH_MAX], from_option[64];
    dp_code code = dp_paths_format(samples_option, err, "--samples=%s", samples);
    if (code)
        return code;
    if (!dp_paths_executable(own))
        return dp_fail(err, DP_IO, "cannot find the path of this program, which trains");
    snprintf(from_option, sizeof from_option, "--from=%s", from);
    char train[] = "train", progress[] = "--progress=ndjson", o[] = "-o";
    char *argv[] = { own,      train, samples_option, from_option,
                     progress, o,     (char *)output, NULL };
    return dp_child_start(out, own, argv, true, err);
}

static double score(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static void read_result(dp_train_event *out, const json_t *json)
{
    out->kind = DP_TRAIN_DONE;
    out->samples = (int)json_integer_value(json_object_get(json, "samples"));
    out->held_out = (int)json_integer_value(json_object_get(json, "held_out"));
    out->held_out_before = score(json, "held_out_before");
    out->held_out_after = score(json, "held_out_after");
    out->fixture_before = score(json, "fixture_before");
    out->fixture_after = score(json, "fixture_after");
    out->kept = json_is_true(json_object_get(json, "kept"));
}

/* Parse one line. False if it is not an event. */
static bool parse(dp_train_event *out, const char *line, size_t size)
{
    json_t *json = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
    int epoch = 0, epochs = 0, step = 0, steps = 0;
    bool done = json_is_true(json_object_get(json, "done")), known = done;
    *out = (dp_train_event){ .kind = DP_TRAIN_PROGRESS };
    if (done) {
        read_result(out, json);
    } else if (json &&
               json_unpack(json, "{s:i, s:i, s:i, s:i}", "epoch", &epoch, "epochs",
                           &epochs, "step", &step, "steps", &steps) == 0) {
        known = epochs > 0 && steps > 0;
        if (known)
            out->progress = (epoch - 1 + (double)step / steps) / epochs;
    }
    json_decref(json);
    return known;
}

bool dp_train_process_next(dp_train_event *out, dp_child *child)
{
    const char *line;
    size_t size;
    while (dp_child_line(&line, &size, child))
        if (parse(out, line, size))
            return true;
    if (child->at_end)
        *out = (dp_train_event){ .kind = DP_TRAIN_END };
    return child->at_end;
}
