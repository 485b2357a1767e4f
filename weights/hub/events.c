#include "config.h"

#include "weights/hub/events.h"

#include "weights/hub/stop.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Text as JSON, even if it is not UTF-8 (paths need not be). */
static json_t *text(const char *s)
{
    json_t *json = json_string(s);
    char *copy = json ? NULL : strdup(s);
    for (char *p = copy; p && *p; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    if (copy)
        json = json_string(copy);
    free(copy);
    return json;
}

static void emit(const char *event, const char *model, json_t *rest)
{
    json_t *line = json_object();
    json_object_set_new(line, "event", json_string(event));
    json_object_set_new(line, "model", text(model));
    if (rest)
        json_object_update(line, rest);
    json_decref(rest);
    int failed = json_dumpf(line, stdout, JSON_COMPACT);
    json_decref(line);
    if (failed || putchar('\n') == EOF || fflush(stdout) != 0)
        dp_stop();
}

void dp_event_start(const char *model)
{
    emit("start", model, NULL);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void dp_event_progress(const char *model, uint64_t done, uint64_t total)
{
    static double last;
    if (done != total && now() - last < 0.1)
        return;
    last = now();
    emit("progress", model,
         json_pack("{s:I, s:I}", "done", (json_int_t)done, "total", (json_int_t)total));
}

void dp_event_warning(const char *model, const char *message)
{
    emit("warning", model, json_pack("{s:o}", "message", text(message)));
}

void dp_event_done(const char *model, bool cached)
{
    emit("done", model, json_pack("{s:b}", "cached", cached));
}

void dp_event_error(const char *model, const dp_err *err)
{
    emit("error", model,
         json_pack("{s:s, s:o}", "code", dp_code_name(err->code), "message",
                   text(err->msg)));
}
