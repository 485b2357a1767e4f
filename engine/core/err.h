/* Errors: a code for programs and a message for people. */
#ifndef DP_ENGINE_CORE_ERR_H
#define DP_ENGINE_CORE_ERR_H

/* All error codes, each with its name and the exit status of a program that fails with it. */
#define DP_CODES(X)                                                                      \
    X(OK, "ok", 0)                                                                       \
    X(USAGE, "usage", 2)     /* the request itself is invalid */                         \
    X(INPUT, "bad input", 1) /* one record is malformed; the next may be fine */         \
    X(MODEL, "bad model", 3) /* the model is missing, damaged or unsupported */          \
    X(NETWORK, "network", 4) /* the network or the Hub failed */                         \
    X(IO, "input/output", 5) /* a file cannot be opened, read or written */              \
    X(NOMEM, "out of memory", 70)                                                        \
    X(INTERRUPTED, "interrupted", 130) /* the user asked to stop */                      \
    X(INTERNAL, "internal error", 70)  /* a bug in digitpad */

typedef enum dp_code {
#define DP_CODE_ENUM(id, name, status) DP_##id,
    DP_CODES(DP_CODE_ENUM)
#undef DP_CODE_ENUM
} dp_code;

/* Owned by the caller. Every function that takes a `dp_err *` also accepts NULL. The
 * message is one line without a full stop. It may quote bytes from files or arguments:
 * escape it before it reaches a terminal. */
typedef struct dp_err {
    dp_code code;
    char msg[768];
} dp_err;

#define DP_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define DP_MUST_CHECK         __attribute__((warn_unused_result))

/* Store the code and the message, cut to fit, in err. Returns the code, so that a
 * function can fail with `return dp_fail(err, DP_INPUT, "…")`. */
dp_code dp_fail(dp_err *err, dp_code code, const char *fmt, ...) DP_PRINTF(3, 4);

/* Prepend context to the message in err: "CONTEXT: MESSAGE". Returns err->code, or `code`
 * if err is NULL. */
dp_code dp_fail_in(dp_err *err, dp_code code, const char *fmt, ...) DP_PRINTF(3, 4);

/* Replace the code in err, keep its message, and return the new code. */
dp_code dp_err_recode(dp_err *err, dp_code code);

/* "bad input" for DP_INPUT, and so on; "unknown" for a value that is not in the enum. */
const char *dp_code_name(dp_code code);

/* The exit status of a program that fails with this code: 5 for DP_IO, and so on; 70 for a
 * value that is not in the enum. */
int dp_code_status(dp_code code);

#endif
