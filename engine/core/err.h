/* Errors: a code for programs and a message for people. */
#ifndef DP_ENGINE_CORE_ERR_H
#define DP_ENGINE_CORE_ERR_H

/* All error codes with their names. tui/cli/cli.c maps them to exit statuses. */
#define DP_CODES(X)                                                                      \
    X(OK, "ok")                                                                          \
    X(USAGE, "usage")     /* the request itself is invalid */                            \
    X(INPUT, "bad input") /* one record is malformed; the next may be fine */            \
    X(MODEL, "bad model") /* the model is missing, damaged or unsupported */             \
    X(NETWORK, "network") /* the network or the Hub failed */                            \
    X(IO, "input/output") /* a file cannot be opened, read or written */                 \
    X(NOMEM, "out of memory")                                                            \
    X(INTERRUPTED, "interrupted") /* the user asked to stop */                           \
    X(INTERNAL, "internal error") /* a bug in digitpad */

typedef enum dp_code {
#define DP_CODE_ENUM(id, name) DP_##id,
    DP_CODES(DP_CODE_ENUM)
#undef DP_CODE_ENUM
} dp_code;

/* Owned by the caller. Every function that takes a `dp_err *` also accepts NULL. The
 * message is one line without a full stop. It may quote bytes from files or arguments:
 * escape it before it reaches a terminal. */
typedef struct dp_err {
    dp_code code;
    char msg[256];
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

#endif
