/* digitpad doctor: says what the program finds and what it makes of it. */
#include "config.h"

#include "engine/core/arith.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/commands/doctor.h"

static const dp_option options[] = {
    DP_OPTION_FORM(dp_doctor, form, ""),
#ifdef DP_TUI
    DP_OPTION_INK(dp_doctor, ink),
    DP_OPTION_CHARSET(dp_doctor, charset),
    DP_OPTION_COLOR(dp_doctor, color),
    DP_OPTION_THEME(dp_doctor, theme),
    { "no-mouse", 0, NULL, DP_OPTION_FLAG(dp_doctor, no_mouse),
      .help = "as if draw were given this option" },
#endif
    { "offline", 0, NULL, DP_OPTION_FLAG(dp_doctor, offline),
      .help = "as if draw were given this option (also HF_HUB_OFFLINE=1)" },
    { "fetch", 0, "yes|no", DP_OPTION_FLAG(dp_doctor, fetch),
      .help = "as if draw were given this option" },
    DP_OPTION_THREADS(dp_doctor, threads),
    DP_OPTION_SANDBOX(dp_doctor, sandbox),
    { 0 },
};

/* Let it read what Linux tells about the processor and the threads, the configuration and what the
 * terminal needs. */
static dp_code confine(const dp_doctor *wish, const dp_options *given, dp_err *err)
{
    static const char *const places[] = { "/proc/cpuinfo", "/proc/self", "/sys/devices" };
    dp_talk talk = DP_TALK("doctor");
    dp_sandbox sandbox;
    dp_code code = dp_confine_prepare(&sandbox, wish->sandbox, &talk, given, true, err);
    if (code)
        return code;
    for (size_t i = 0; i < DP_COUNT(places); i++)
        dp_sandbox_allow(&sandbox, places[i], DP_SANDBOX_READ);
    dp_sandbox_allow(&sandbox, given->config, DP_SANDBOX_READ);
    dp_sandbox_allow(&sandbox, "/dev/null", DP_SANDBOX_CHANGE);
    dp_confine_allow_terminal(&sandbox);
    return dp_sandbox_enter(&sandbox, err);
}

static int run(const dp_options *given)
{
    const dp_sandbox_support support = dp_sandbox_supported();
    dp_doctor wish = { .fetch = true };
    dp_err err;
    if (!dp_options_apply(&wish, options, given))
        return DP_EXIT_USAGE;
    if (confine(&wish, given, &err))
        return dp_cli_fail("doctor", &err);
    dp_doctor_report r = { .as_json = wish.form == DP_FORM_JSON };
    dp_doctor_program(&r);
    dp_doctor_processor(&r, &wish);
    dp_doctor_environment(&r);
    dp_doctor_configuration(&r, given);
    dp_doctor_files(&r);
    dp_doctor_cache(&r);
    dp_doctor_network(&r, &wish);
    dp_doctor_sandbox(&r, &wish, support);
#ifdef DP_TUI
    dp_doctor_terminal(&r, &wish);
#endif
    return dp_doctor_finish(&r);
}

const dp_command dp_cmd_doctor = {
    .name = "doctor",
    .summary = "say what the program finds, for a problem report",
    .usage = { "doctor [OPTION]..." },
    .intro =
        "Say what the program finds and what it makes of it: processor, threads, "
        "configuration, files, cache, network and, if it has the pad, what the terminal "
        "answers, and which ink and pen 'digitpad draw' takes and why. Give it the options "
        "that the command in question is given. It sends nothing over the network.",
    .group = { { .options = options } },
    .run = run,
};
