/* Error values: what went wrong, as a code for programs and a sentence for people. */
#ifndef DP_ENGINE_CORE_ERR_H
#define DP_ENGINE_CORE_ERR_H

/* The codes, each with its name. tui/cli/cli.c maps them to exit statuses. */
#define DP_CODES(X)                                                                      \
    X(OK, "ok")                                                                          \
    X(USAGE, "usage")     /* the caller asked for something that makes no sense */       \
    X(INPUT, "bad input") /* one record is malformed; the stream may go on */            \
    X(MODEL, "bad model") /* weights missing, damaged or not supported */                \
    X(NETWORK, "network") /* the network or the Hub failed */                            \
    X(IO, "input/output") /* a file cannot be opened, read or written */                 \
    X(NOMEM, "out of memory")                                                            \
    X(INTERRUPTED, "interrupted") /* the user asked to stop */                           \
    X(INTERNAL, "internal error") /* a defect of digitpad itself */

typedef enum dp_code {
#define DP_CODE_ENUM(id, name) DP_##id,
    DP_CODES(DP_CODE_ENUM)
#undef DP_CODE_ENUM
} dp_code;

/* Owned by the caller and optional: every function that takes a `dp_err *` also accepts
 * NULL. The message is one line without a full stop; it may quote bytes from outside, so
 * whoever prints it escapes it. */
typedef struct dp_err {
    dp_code code;
    char msg[256];
} dp_err;

#define DP_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define DP_MUST_CHECK         __attribute__((warn_unused_result))

/* Store code and message in err (cut to fit) and return code, so that a failing function
 * can end in `return dp_fail(err, DP_INPUT, "…")`. */
dp_code dp_fail(dp_err *err, dp_code code, const char *fmt, ...) DP_PRINTF(3, 4);

/* Put context in front of the message that err holds: "CONTEXT: MESSAGE". Returns
 * err->code, or `code` where err is NULL. */
dp_code dp_fail_in(dp_err *err, dp_code code, const char *fmt, ...) DP_PRINTF(3, 4);

/* Store another code in err, whose message stays, and return it. */
dp_code dp_err_recode(dp_err *err, dp_code code);

/* "bad input" for DP_INPUT, and so on; "unknown" for a value outside the enum. */
const char *dp_code_name(dp_code code);

#endif
