/* The report of digitpad doctor: facts in groups, as text for people or as one object of JSON. */
#ifndef DP_TUI_COMMANDS_DOCTOR_REPORT_H
#define DP_TUI_COMMANDS_DOCTOR_REPORT_H

#include "tui/report/json.h"

typedef struct dp_doctor_report {
    bool as_json;
    dp_json json; /* one of these two is written */
    dp_text text;
    bool in_group;
} dp_doctor_report;

/* Begin a group, and end the one before. Names are words with underscores, which text shows as
 * spaces. */
void dp_doctor_group(dp_doctor_report *r, const char *name);

/* Add a fact to the group. Text from outside is escaped. */
void dp_doctor_text(dp_doctor_report *r, const char *name, const char *fmt, ...)
    DP_PRINTF(3, 4);
void dp_doctor_none(dp_doctor_report *r, const char *name);
void dp_doctor_flag(dp_doctor_report *r, const char *name, bool value);
void dp_doctor_number(dp_doctor_report *r, const char *name, long long value);

/* Add n words. */
void dp_doctor_list(dp_doctor_report *r, const char *name, const char *const words[],
                    int n);

/* Add a number of bytes, which text shows in units. */
void dp_doctor_bytes(dp_doctor_report *r, const char *name, long long value);

/* Add a list of settings: lines of the configuration file, each with the commands that have the
 * option; "": none has it. */
void dp_doctor_begin_settings(dp_doctor_report *r, const char *name);
void dp_doctor_setting(dp_doctor_report *r, int line, const char *option,
                       const char *value, const char *commands);
void dp_doctor_end_settings(dp_doctor_report *r);

/* Write the report to standard output and free it. Returns the exit status. */
int dp_doctor_finish(dp_doctor_report *r);

#endif
