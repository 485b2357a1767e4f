/* Fetching models while the pad is in use: with the real helper and a loopback Hub, and with
 * helpers that hang, die or are missing. */
#include "config.h"

#include "engine/core/arith.h"
#include "engine/core/err.h"
#include "tests/tempdir.h"
#include "tests/pty/pty.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#define NOWHERE "http://127.0.0.1:1/hub" /* nobody listens there */

static const int one[][2] = { { 21, 4 }, { 21, 7 }, { 21, 10 }, { 21, 13 }, { 21, 16 } };
enum { N_ONE = DP_COUNT(one) };

static const char *const draw[] = { "draw", NULL };
static char endpoint[128];
static pid_t hub;
static pty p;

/* ---- the setting ----------------------------------------------------------------------- */

/* A path in the temporary folder; valid until the next but three calls. */
static const char *inside(const char *name)
{
    static char path[4][300];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", tempdir(), name);
    return path[next];
}

/* Run a shell command. Returns its status. */
DP_PRINTF(1, 2) static int shell(const char *format, ...)
{
    char command[1024];
    va_list ap;
    va_start(ap, format);
    vsnprintf(command, sizeof command, format, ap);
    va_end(ap);
    return system(command);
}

/* Write a helper that appends its process id to the file "starts" and then runs `script`. */
static void write_helper(const char *script)
{
    FILE *f = fopen(inside("helper"), "w");
    fprintf(f, "#!/bin/sh\necho $$ >>'%s'\n%s\n", inside("starts"), script);
    fclose(f);
    chmod(inside("helper"), 0700);
}

static void use_real_helper(void)
{
    char script[512];
    const char *build = getenv("builddir");
    snprintf(script, sizeof script, "exec '%s/digitpad-hub' --first-wait=0.01 \"$@\"",
             build ? build : ".");
    write_helper(script);
}

/* Start with an empty home and cache, the real helper, and this Hub. */
static void set_up(const char *where)
{
    shell("cd '%s' && rm -rf home starts && mkdir home", tempdir());
    setenv("HF_ENDPOINT", where, 1);
    use_real_helper();
}

static int count_starts(pid_t *last)
{
    int n = 0, pid;
    FILE *f = fopen(inside("starts"), "r");
    while (f && fscanf(f, "%d", &pid) == 1) {
        n++;
        *last = pid;
    }
    if (f)
        fclose(f);
    return n;
}

static int n_starts(void)
{
    pid_t last;
    return count_starts(&last);
}

/* Wait for the helper to start. False after twenty seconds. */
static bool expect_start(void)
{
    for (int i = 0; i < 20000 && n_starts() == 0; i++)
        usleep(1000);
    return n_starts() > 0;
}

static bool helper_is_gone(void)
{
    pid_t last = 0;
    return count_starts(&last) > 0 && kill(last, 0) != 0 && errno == ESRCH;
}

/* Whether the pad has recorded a failure whose reason contains this. */
static bool has_failed(const char *reason)
{
    return shell("grep -q '%s' '%s' 2>/dev/null", reason,
                 inside("home/.cache/digitpad/fetch-failed")) == 0;
}

static bool is_in_cache(const char *what)
{
    return shell("find '%s' -name '%s' | grep -q .", inside("home"), what) == 0;
}

/* ---- the screen ------------------------------------------------------------------------ */

static void start(const char *const args[])
{
    pty_start(&p, NULL, args);
    ck_assert(pty_expect(&p, "draw a digit here"));
}

static int count_ink(void)
{
    int n = 0;
    for (int y = 1; y <= 20; y++)
        for (int x = 1; x <= 40; x++)
            n += pty_fg(&p, x, y) >= 245 || pty_bg(&p, x, y) >= 245;
    return n;
}

static void draw_one(void)
{
    pty_drag(&p, PTY_LEFT, one, N_ONE);
    ck_assert(pty_expect(&p, "1 stroke"));
    pty_settle(&p);
}

static void quit(void)
{
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(p.status, 0);
    ck_assert(pty_is_restored(&p));
    pty_stop(&p);
}

/* How often the program has waited (voluntary context switches). */
static long n_waits(void)
{
    char path[64], line[256];
    long n = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)p.program);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
            break;
    if (f)
        fclose(f);
    return n;
}

/* Whether the program neither writes nor wakes up for half a second. */
static bool is_silent(void)
{
    pty_settle(&p);
    size_t bytes = p.n_bytes;
    long waits = n_waits();
    usleep(500000);
    long later = n_waits();
    pty_settle(&p);
    return p.n_bytes == bytes && later == waits;
}

/* ---- a working Hub --------------------------------------------------------------------- */

START_TEST(models_arrive_and_the_drawing_stays)
{
    if (!*endpoint)
        return;
    set_up(endpoint);
    start(draw);
    draw_one();
    int ink = count_ink();
    ck_assert(pty_expect(&p, "ready: mnist-8, mnist-mlp"));
    pty_type(&p, "mmm");
    ck_assert(pty_expect(&p, " mnist-8 "));
    pty_settle(&p);
    ck_assert(pty_shows(&p, "µs"));
    ck_assert(pty_shows(&p, "1 stroke"));
    ck_assert_int_eq(count_ink(), ink);
    pty_type(&p, "m");
    ck_assert(pty_expect(&p, " mnist-mlp "));
    pty_type(&p, "m");
    ck_assert(pty_expect(&p, " cnn "));
    ck_assert(is_silent());
    ck_assert(helper_is_gone());
    quit();
    ck_assert(!is_in_cache("*.digitpad"));
    start((const char *const[]){ "draw", "-m", "mlp", "--offline", NULL });
    pty_type(&p, "mmm"); /* in the list from the start now */
    ck_assert(pty_expect(&p, " mnist-8 "));
    quit();
    start(draw);
    pty_settle(&p);
    quit();
    ck_assert_int_eq(n_starts(), 1);
}
END_TEST

START_TEST(progress_is_shown_while_the_user_draws)
{
    set_up(NOWHERE);
    write_helper("echo '{\"event\":\"progress\",\"model\":\"mnist-8\","
                 "\"done\":20000,\"total\":26454}'; exec sleep 60");
    start(draw);
    ck_assert(pty_expect(&p, "fetching mnist-8, mnist-mlp: 20/1104 kB · x stops"));
    draw_one();
    ck_assert(pty_shows(&p, "µs"));
    ck_assert(is_silent());
    pty_resize(&p, 40, 16);
    ck_assert(pty_expect(&p, "x stops · 20/1104 kB"));
    quit();
    ck_assert(helper_is_gone());
}
END_TEST

START_TEST(the_key_x_stops_a_fetch)
{
    set_up(NOWHERE);
    write_helper("exec sleep 60");
    start(draw);
    ck_assert(pty_expect(&p, "fetching mnist-8, mnist-mlp: 1104 kB · x stops"));
    ck_assert(expect_start());
    pty_type(&p, "x");
    ck_assert(pty_expect(
        &p, "stopped for a day; fetch = no in the configuration file: for good"));
    ck_assert(helper_is_gone());
    pty_type(&p, "l");
    pty_settle(&p);
    ck_assert(!pty_shows(&p, "fetching"));
    quit();
    start(draw);
    quit();
    ck_assert_int_eq(n_starts(), 1);
}
END_TEST

START_TEST(a_signal_ends_the_helper_as_well)
{
    set_up(NOWHERE);
    write_helper("exec sleep 60");
    start(draw);
    ck_assert(pty_expect(&p, "x stops"));
    ck_assert(expect_start());
    pty_kill(&p, SIGTERM);
    ck_assert(pty_expect_end(&p));
    ck_assert(helper_is_gone());
    pty_stop(&p);
}
END_TEST

START_TEST(the_model_of_the_option_is_fetched_first)
{
    if (!*endpoint)
        return;
    set_up(endpoint);
    start((const char *const[]){ "draw", "-m", "mnist-8", NULL });
    ck_assert(pty_expect(&p, " mnist-8 "));
    quit();
    set_up(endpoint);
    pty_start(&p, NULL,
              (const char *const[]){ "draw", "-m", "mnist-8", "--offline", NULL });
    ck_assert(pty_expect_end(&p));
    ck_assert_int_eq(WEXITSTATUS(p.status), 4);
    ck_assert(pty_shows(&p, "mnist-8: not in the cache, and offline mode is on"));
    pty_stop(&p);
}
END_TEST

/* Record a recent failure, so that the pad fetches only what the user selects. */
static void record_failure(void)
{
    ck_assert_int_eq(shell("mkdir -p '%s' && touch '%s/fetch-failed'",
                           inside("home/.cache/digitpad"),
                           inside("home/.cache/digitpad")),
                     0);
}

START_TEST(the_menu_fetches_one_and_uses_it)
{
    if (!*endpoint)
        return;
    set_up(endpoint);
    record_failure();
    start(draw);
    draw_one();
    pty_type(&p, "M");
    ck_assert(pty_expect(&p, "not fetched"));
    pty_type(&p, "k\r"); /* up from the first row is the last one */
    ck_assert(pty_expect(&p, "ready: mnist-mlp"));
    pty_settle(&p);
    ck_assert(pty_shows(&p, "▸mnist-mlp"));
    pty_type(&p, "\r");
    pty_settle(&p);
    ck_assert(strstr(pty_row(&p, 0), " mnist-mlp "));
    ck_assert(pty_shows(&p, "1 stroke"));
    quit();
    ck_assert_int_eq(n_starts(), 1);
}
END_TEST

START_TEST(the_menu_shows_what_it_fetches)
{
    set_up(NOWHERE);
    record_failure();
    write_helper("exec sleep 60");
    start(draw);
    pty_type(&p, "Mk\r");
    ck_assert(pty_expect(&p, "fetching mnist-mlp: 1078 kB · x stops"));
    pty_type(&p, "\r");
    ck_assert(pty_expect(&p, "mnist-mlp is being fetched already"));
    ck_assert(expect_start());
    pty_type(&p, "x");
    ck_assert(pty_expect(&p, "stopped"));
    ck_assert(helper_is_gone());
    pty_type(&p, "q"); /* close the menu, */
    quit();            /* then the pad */
    start((const char *const[]){ "draw", "--offline", NULL });
    pty_type(&p, "Mk\r");
    ck_assert(pty_expect(&p, "'digitpad models fetch mnist-mlp' fetches it"));
    pty_type(&p, "q");
    quit();
}
END_TEST

/* ---- failures -------------------------------------------------------------------------- */

static void expect_failure(const char *reason)
{
    for (int i = 0; i < 20000 && !has_failed(reason); i++)
        usleep(1000);
    ck_assert_msg(has_failed(reason), "%s", reason);
    pty_settle(&p);
}

/* Nobody has asked for these models: the first answer comes first, then a short hint, once. */
START_TEST(a_failure_is_a_hint_and_remembered)
{
    set_up(NOWHERE);
    start(draw);
    expect_failure("mnist-8: ");
    ck_assert(!pty_shows(&p, "fetch"));
    ck_assert(pty_shows(&p, "left drag draws"));
    pty_drag(&p, PTY_LEFT, one, N_ONE);
    ck_assert(pty_expect(&p, "models not fetched; next try in a day"));
    ck_assert(pty_shows(&p, "µs"));
    pty_type(&p, "l");
    pty_settle(&p);
    pty_drag(&p, PTY_LEFT, one, N_ONE);
    ck_assert(pty_expect(&p, "2 strokes"));
    pty_settle(&p);
    ck_assert(!pty_shows(&p, "fetch")); /* not again */
    quit();
    ck_assert_int_eq(n_starts(), 1);
    start(draw);
    draw_one();
    ck_assert(is_silent());
    ck_assert(!pty_shows(&p, "fetch"));
    quit();
    ck_assert_int_eq(n_starts(), 1);
    time_t before = time(NULL) - 25 * 3600;
    struct utimbuf times = { before, before };
    ck_assert_int_eq(utime(inside("home/.cache/digitpad/fetch-failed"), &times), 0);
    start(draw);
    pty_resize(&p, 40, 16);
    pty_settle(&p);
    pty_drag(&p, PTY_LEFT, (const int[][2]){ { 14, 3 }, { 14, 12 } }, 2);
    ck_assert(pty_expect(&p, " models not fetched "));
    quit();
    ck_assert_int_eq(n_starts(), 2);
}
END_TEST

START_TEST(a_failure_that_was_asked_for_has_its_reason)
{
    set_up(NOWHERE);
    record_failure();
    start(draw);
    pty_type(&p, "Mk\r");
    pty_type(&p, "q");
    ck_assert(pty_expect(
        &p, "mnist-mlp not fetched; 'digitpad models fetch mnist-mlp' says why"));
    ck_assert(!pty_shows(&p, "models not fetched"));
    quit();
    start(draw);
    pty_resize(&p, 120, 30);
    pty_settle(&p);
    pty_type(&p, "Mk\r");
    pty_type(&p, "q");
    ck_assert(pty_expect(&p, "mnist-mlp: "));
    ck_assert(pty_expect(&p, "connect to server"));
    quit();
}
END_TEST

START_TEST(a_helper_that_dies_or_is_missing)
{
    set_up(NOWHERE);
    write_helper("echo nonsense; kill -9 $$");
    start(draw);
    expect_failure("ended without an answer");
    pty_drag(&p, PTY_LEFT, one, N_ONE);
    ck_assert(pty_expect(&p, "models not fetched"));
    quit();
    set_up(NOWHERE);
    unlink(inside("helper"));
    start(draw);
    draw_one();
    ck_assert(is_silent());
    ck_assert(!pty_shows(&p, "fetch"));
    quit();
}
END_TEST

START_TEST(offline_and_once_fetch_nothing)
{
    set_up(NOWHERE);
    start((const char *const[]){ "draw", "--offline", NULL });
    quit();
    pty_start(&p, NULL, (const char *const[]){ "draw", "--once", NULL });
    ck_assert(pty_expect(&p, "draw a digit here"));
    pty_type(&p, "q");
    ck_assert(pty_expect_end(&p));
    pty_stop(&p);
    start((const char *const[]){ "draw", "--fetch=no", NULL });
    quit();
    shell("mkdir -p '%s' && echo 'fetch = no' >'%s'", inside("home/config/digitpad"),
          inside("home/config/digitpad/config"));
    setenv("XDG_CONFIG_HOME", inside("home/config"), 1);
    start(draw);
    pty_type(&p, "Mk\r"); /* what the user selects is fetched all the same */
    ck_assert(pty_expect(&p, "mnist-mlp: "));
    ck_assert_int_eq(n_starts(), 1);
    pty_type(&p, "q");
    quit();
    set_up(NOWHERE); /* and no configuration */
    setenv("HF_HUB_OFFLINE", "1", 1);
    start(draw);
    quit();
    setenv("HF_HUB_OFFLINE", "0", 1);
    ck_assert_int_eq(n_starts(), 0);
}
END_TEST

/* ---- the loopback Hub ------------------------------------------------------------------ */

/* Serve the real files of the registry, if they are available. */
static void start_hub(void)
{
    char command[1024];
    const char *source = getenv("srcdir");
    source = source ? source : ".";
    if (shell("cd '%s' && W=$(cd '%s/../shared/weights' && pwd) && mkdir a b && "
              "cp \"$W/mnist-8.onnx\" a && "
              "cp \"$W/mnist-mlp.safetensors\" b/model.safetensors",
              tempdir(), source) != 0)
        return;
    snprintf(command, sizeof command,
             "echo $$; PYTHONDONTWRITEBYTECODE=1 exec python3 '%s/tests/net/hub.py' "
             "onnxmodelzoo/mnist-8 '%s/a' dacorvo/mnist-mlp '%s/b'",
             source, tempdir(), tempdir());
    FILE *f = popen(command, "r");
    int pid;
    if (f && fscanf(f, "%d", &pid) == 1) {
        hub = pid;
        if (fscanf(f, "%127s", endpoint) != 1)
            *endpoint = '\0';
    }
}

int main(void)
{
    const char *build = getenv("builddir");
    char path[512];
    snprintf(path, sizeof path, "%s/digitpad-hub", build ? build : ".");
    if (access(path, X_OK) != 0) {
        puts("1..0 # SKIP built without the Hub");
        return 0;
    }
    start_hub();
    if (!*endpoint)
        puts("# no loopback Hub: the models' files or python3 are missing");
    static const char *const unset[] = { "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE",
                                         "HF_TOKEN" };
    for (size_t i = 0; i < DP_COUNT(unset); i++)
        unsetenv(unset[i]);
    setenv("HOME", inside("home"), 1);
    setenv("HF_HUB_CACHE", inside("home/hub"), 1);
    setenv("HF_HUB_OFFLINE", "0", 1);
    setenv("DIGITPAD_HUB", inside("helper"), 1);
    const TTest *const tests[] = { models_arrive_and_the_drawing_stays,
                                   progress_is_shown_while_the_user_draws,
                                   the_key_x_stops_a_fetch,
                                   a_signal_ends_the_helper_as_well,
                                   the_model_of_the_option_is_fetched_first,
                                   the_menu_fetches_one_and_uses_it,
                                   the_menu_shows_what_it_fetches,
                                   a_failure_is_a_hint_and_remembered,
                                   a_failure_that_was_asked_for_has_its_reason,
                                   a_helper_that_dies_or_is_missing,
                                   offline_and_once_fetch_nothing };
    int status = unit_run("fetch", tests, DP_COUNT(tests));
    if (hub > 0)
        kill(hub, SIGTERM);
    return status;
}
