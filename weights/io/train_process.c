#include "config.h"

#include "weights/io/train_process.h"

#include "weights/io/json_memory.h"
#include "weights/io/paths.h"

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

static void read_digits(dp_train_event *out, const json_t *digits)
{
    size_t i;
    json_t *entry;
    json_array_foreach (digits, i, entry) {
        int digit = -1;
        dp_train_count c;
        if (json_unpack(entry, "{s:i, s:i, s:i, s:i}", "digit", &digit, "n", &c.n,
                        "before", &c.before, "after", &c.after) == 0 &&
            digit >= 0 && digit < DP_DIGITS)
            out->digit[digit] = c;
    }
}

static void read_result(dp_train_event *out, const json_t *json)
{
    out->samples = (int)json_integer_value(json_object_get(json, "samples"));
    read_digits(out, json_object_get(json, "digits"));
    out->spares = json_is_true(json_object_get(json, "spares"));
    out->kept = json_is_true(json_object_get(json, "kept"));
}

/* Parse one line. False if it is not an event. */
static bool parse(dp_train_event *out, const char *line, size_t size)
{
    json_error_t where;
    json_t *json = dp_json_load(line, size, &where);
    const bool done = json_is_true(json_object_get(json, "done"));
    *out = (dp_train_event){ .kind = DP_TRAIN_DONE };
    if (done)
        read_result(out, json);
    json_decref(json);
    return done;
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
