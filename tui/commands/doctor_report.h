/* The report of digitpad doctor: facts in groups, as text for people or as one object of JSON. */
#ifndef DP_TUI_COMMANDS_DOCTOR_REPORT_H
#define DP_TUI_COMMANDS_DOCTOR_REPORT_H

#include "engine/core/err.h"
#include "weights/io/text.h"

#include <stdbool.h>

typedef struct dp_doctor_report {
    bool json;
    dp_text text;
    bool in_group, has_fact;
} dp_doctor_report;

/* Begin a group, and end the one before. Names are words with underscores, which text shows as
 * spaces. */
void dp_doctor_group(dp_doctor_report *r, const char *name);

/* Add a fact to the group. Text from outside is escaped. */
void dp_doctor_text(dp_doctor_report *r, const char *name, const char *fmt, ...)
    DP_PRINTF(3, 4);
void dp_doctor_flag(dp_doctor_report *r, const char *name, bool value);
void dp_doctor_number(dp_doctor_report *r, const char *name, int value);

/* Write the report to standard output and free it. Returns the exit status. */
int dp_doctor_finish(dp_doctor_report *r);

#endif
