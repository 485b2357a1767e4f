/* digitpad-hub downloads models from the Hugging Face Hub, and data sets. digitpad starts it and reads its
 * standard output. It is a separate program so that libcurl and the thirty libraries behind it
 * are loaded only when the network is used. */
#include "config.h"

#include "weights/hub/confine.h"
#include "weights/hub/events.h"
#include "weights/hub/fetch.h"
#include "weights/hub/fetch_data.h"
#include "weights/hub/stop.h"
#include "weights/store/hub_client.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: digitpad-hub [--offline] [--first-wait=SECONDS] MODEL|data:NAME...\n"
    "\n"
    "Fetch models from the Hugging Face Hub into the cache, and data sets into the\n"
    "data folder. MODEL is a name of 'digitpad models' or\n"
    "[hf:]OWNER/REPO[@REVISION]:FILE, NAME one of 'digitpad data'. Progress and\n"
    "results are lines of JSON on standard output.\n"
    "\n"
    "  --offline             do not use the network; look for what is here\n"
    "  --first-wait=SECONDS  wait SECONDS (default: 1) before the second attempt, and\n"
    "                        twice as long before each further one\n";

/* Returns the text after the number, or "?" if there is none. The grammar is strtod's. */
static const char *read_number(double *out, const char *text)
{
    char *end;
    *out = strtod(text, &end);
    return end == text ? "?" : end;
}

/* False if the arguments are not valid. */
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

static bool is_data(const char *name)
{
    return strncmp(name, DP_HUB_DATA, strlen(DP_HUB_DATA)) == 0;
}

/* Fetch all models and data sets. After a failure the others are still fetched; the first failure
 * is returned. */
static dp_code fetch_all(const dp_endpoint *endpoint, char **names)
{
    dp_http *http = NULL;
    dp_code result = DP_OK;
    for (; *names && !dp_stop_asked(); names++) {
        dp_code code = is_data(*names)
                           ? dp_fetch_data(&http, endpoint, *names + strlen(DP_HUB_DATA))
                           : dp_fetch(&http, endpoint, *names);
        if (!result)
            result = code;
    }
    dp_http_free(http);
    return dp_stop_asked() ? DP_INTERRUPTED : result;
}

static bool any_data(char *const *names)
{
    while (*names && !is_data(*names))
        names++;
    return *names != NULL;
}

int main(int argc, char **argv)
{
    static dp_endpoint endpoint;
    bool offline = false;
    double first_wait = 1;
    dp_err err;
    dp_stop_on_signals();
    if (!read_options(&offline, &first_wait, argc, argv)) {
        fputs(usage, stderr);
        return dp_code_status(DP_USAGE);
    }
    dp_code code = dp_endpoint_read(&endpoint, &err);
    endpoint.offline = endpoint.offline || offline;
    if (!code)
        code = dp_hub_confine(&endpoint, any_data(argv + optind), &err);
    if (code) {
        dp_event_error(argv[optind], &err);
        return dp_code_status(code);
    }
    endpoint.first_wait = first_wait;
    return dp_code_status(fetch_all(&endpoint, argv + optind));
}
