/* Confines a command to the files that its command line names, before it reads the first byte of
 * them (weights/sandbox/sandbox.h). */
#ifndef DP_TUI_CLI_CONFINE_H
#define DP_TUI_CLI_CONFINE_H

#include "tui/cli/options.h"
#include "tui/cli/talk.h"
#include "weights/sandbox/sandbox.h"

/* A sandbox that allows what a command was given: to read its input files and models, the program's
 * own data, the Hub's cache and the folders in DIGITPAD_MNIST and DIGITPAD_STROKES; to replace its
 * output files. Models of the Hub that are missing are fetched now, unless `offline`, because a
 * sandbox cannot start digitpad-hub. The types of the options and command->operand_place tell which is which. DP_USAGE,
 * DP_NETWORK, DP_MODEL and DP_IO as dp_open_fetch. */
DP_MUST_CHECK dp_code dp_confine_prepare(dp_sandbox *out, dp_sandbox_mode mode,
                                         dp_talk *talk, const dp_options *given,
                                         bool offline, dp_err *err);

/* dp_confine_prepare and dp_sandbox_enter. */
DP_MUST_CHECK dp_code dp_confine(dp_sandbox_mode mode, dp_talk *talk,
                                 const dp_options *given, dp_err *err);

/* The mode to use, which the programs that this one starts inherit, for a command that starts
 * digitpad-hub and does not confine itself. */
dp_sandbox_mode dp_confine_bequeath(dp_sandbox_mode mode);

/* Allow reading the float forms of the carried networks, for a command that opens them unasked. */
void dp_confine_allow_originals(dp_sandbox *s);

/* Allow the terminal itself, and reading the descriptions of terminals and languages, which curses
 * and the C library read. */
void dp_confine_allow_terminal(dp_sandbox *s);

#endif
