/* The groups of facts of digitpad doctor. */
#ifndef DP_TUI_COMMANDS_DOCTOR_H
#define DP_TUI_COMMANDS_DOCTOR_H

#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/commands/doctor_report.h"
#include "tui/term/ink.h"
#include "tui/term/out.h"
#include "tui/term/theme.h"
#include "weights/sandbox/sandbox.h"

/* Options of other commands, so that the report says what they would do. */
typedef struct dp_doctor {
    dp_form form;
    bool no_mouse, offline, fetch;
    dp_ink_wish ink;
    dp_theme theme;
    dp_charset_choice charset;
    dp_when color;
    int threads; /* 0: not given */
    dp_sandbox_mode sandbox;
} dp_doctor;

void dp_doctor_program(dp_doctor_report *r);
void dp_doctor_processor(dp_doctor_report *r, const dp_doctor *wish);
void dp_doctor_environment(dp_doctor_report *r);

/* The configuration file that `given` was read with, and what it sets. */
void dp_doctor_configuration(dp_doctor_report *r, const dp_options *given);

void dp_doctor_files(dp_doctor_report *r);
void dp_doctor_cache(dp_doctor_report *r);

/* How models would be fetched. Nothing is asked of the network. */
void dp_doctor_network(dp_doctor_report *r, const dp_doctor *wish);

/* What the program may not do once it has opened its files. A sandbox hides what the kernel has. */
void dp_doctor_sandbox(dp_doctor_report *r, const dp_doctor *wish,
                       dp_sandbox_support has);

/* Two groups: what the terminal answers, and what the pad makes of it. A signal that comes
 * meanwhile ends the program. */
void dp_doctor_terminal(dp_doctor_report *r, const dp_doctor *wish);

#endif
