/* What all functions of digitpad.h share: their errors and the reading of their options. */
#ifndef DP_WEIGHTS_LIBRARY_REPORT_H
#define DP_WEIGHTS_LIBRARY_REPORT_H

#include "engine/core/err.h"
#include "weights/library/digitpad.h"

/* Return the public code of `code`. Unless it is DP_OK, copy *err to *error, which may be NULL. */
int dp_report(digitpad_error *error, dp_code code, const dp_err *err);

/* Copy options that begin with their size to *out, of `size` bytes; what the caller does not know
 * is 0, as everything is if given is NULL. DP_USAGE if the size is too small, or if the caller
 * sets a field that this library does not know. */
DP_MUST_CHECK dp_code dp_report_options(void *out, size_t size, const void *given,
                                        dp_err *err);

#endif
