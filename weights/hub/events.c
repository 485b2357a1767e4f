#include "config.h"

#include "weights/hub/events.h"

#include "weights/hub/stop.h"
#include "weights/io/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Print a string without what JSON would escape, which takes no memory. */
static void print_plain(const char *text)
{
    putchar('"');
    for (; *text; text++)
        if (*text >= ' ' && *text <= '~' && *text != '"' && *text != '\\')
            putchar(*text);
    putchar('"');
}

/* Print ,"NAME":"TEXT". */
static void print_text(const char *name, const char *text)
{
    char *json = dp_json_text_string(text, strlen(text));
    printf(",\"%s\":", name);
    if (json)
        fputs(json, stdout);
    else
        print_plain(text);
    free(json);
}

static void begin(const char *event, const char *model)
{
    printf("{\"event\":\"%s\"", event);
    print_text("model", model);
}

static void end(void)
{
    puts("}");
    if (fflush(stdout) != 0)
        dp_stop();
}

void dp_event_start(const char *model)
{
    begin("start", model);
    end();
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
    begin("progress", model);
    printf(",\"done\":%" PRIu64 ",\"total\":%" PRIu64, done, total);
    end();
}

void dp_event_warning(const char *model, const char *message)
{
    begin("warning", model);
    print_text("message", message);
    end();
}

void dp_event_done(const char *model, bool cached)
{
    begin("done", model);
    printf(",\"cached\":%s", cached ? "true" : "false");
    end();
}

void dp_event_error(const char *model, const dp_err *err)
{
    begin("error", model);
    print_text("code", dp_code_name(err->code));
    print_text("message", err->msg);
    end();
}
