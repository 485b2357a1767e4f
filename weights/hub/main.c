/* digitpad-hub: fetches models from the Hugging Face Hub for digitpad, which starts it
 * and reads its standard output. A program of its own, so that libcurl and the thirty
 * libraries behind it are loaded only where a network is used. */
#include "config.h"

#include "weights/hub/events.h"
#include "weights/hub/fetch.h"
#include "weights/hub/stop.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: digitpad-hub [--offline] [--first-wait=SECONDS] MODEL...\n"
    "\n"
    "Fetch models from the Hugging Face Hub into the cache. MODEL is a name of\n"
    "'digitpad models' or [hf:]OWNER/REPO[@REVISION]:FILE. Progress and results are\n"
    "lines of JSON on standard output.\n"
    "\n"
    "  --offline             do not use the network; look into the cache only\n"
    "  --first-wait=SECONDS  wait SECONDS (default: 1) before the second attempt, and\n"
    "                        twice as long before each further one\n";

/* The exit statuses are those of digitpad itself (tui/cli/cli.h). */
static int exit_status(dp_code code)
{
    switch (code) {
    case DP_OK:
        return 0;
    case DP_USAGE:
        return 2;
    case DP_MODEL:
        return 3;
    case DP_NETWORK:
        return 4;
    case DP_IO:
        return 5;
    case DP_INTERRUPTED:
        return 130;
    default:
        return 70;
    }
}

/* Returns the text after the number. strtod, as it is a double in C's grammar. */
static const char *read_number(double *out, const char *text)
{
    char *end;
    *out = strtod(text, &end);
    return end == text ? "?" : end;
}

/* False where the arguments make no sense. */
static bool read_options(bool *offline, double *first_wait, int argc, char **argv)
{
    static const struct option options[] = {
        { "first-wait", required_argument, NULL, 'w' },
        { "offline", no_argument, NULL, 'o' },
        { NULL, 0, NULL, 0 },
    };
    const char *rest = "";
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'o')
            *offline = true;
        else if (option == 'w')
            rest = read_number(first_wait, optarg);
        else
            return false;
    }
    return optind < argc && *rest == '\0' && *first_wait >= 0 && *first_wait <= 60;
}

/* All models; the first failure decides the status, but does not keep the others. */
static dp_code fetch_all(const dp_endpoint *settings, char **models)
{
    dp_http *http = NULL;
    dp_code result = DP_OK;
    for (; *models && !dp_stop_asked(); models++) {
        dp_code code = dp_fetch(&http, settings, *models);
        if (!result)
            result = code;
    }
    dp_http_free(http);
    return dp_stop_asked() ? DP_INTERRUPTED : result;
}

int main(int argc, char **argv)
{
    static dp_endpoint settings;
    bool offline = false;
    double first_wait = 1;
    dp_err err;
    dp_stop_on_signals();
    if (!read_options(&offline, &first_wait, argc, argv)) {
        fputs(usage, stderr);
        return exit_status(DP_USAGE);
    }
    dp_code code = dp_endpoint_read(&settings, &err);
    if (code) {
        dp_event_error(argv[optind], &err);
        return exit_status(code);
    }
    settings.offline = settings.offline || offline;
    settings.first_wait = first_wait;
    return exit_status(fetch_all(&settings, argv + optind));
}
