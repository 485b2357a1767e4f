/* The promises that targets check, and the ways in which bytes reach a reader. */
#ifndef DP_TESTS_FUZZ_EXPECT_H
#define DP_TESTS_FUZZ_EXPECT_H

#include "engine/core/err.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Abort if a promise is broken. */
void dp_expect(bool holds, const char *promise);

/* If it is not NULL: go here in place of aborting. Promises about what is read again, or written,
 * cannot be kept when memory is short. */
extern jmp_buf *dp_expect_excuse;

/* A refusal has a message of its own, which is safe for a terminal once it is escaped. This promise
 * has no excuse. */
void dp_expect_message(const dp_err *err);

/* Whether a text is printable ASCII. */
bool dp_expect_printable(const char *text);

/* The temporary folder of all targets. */
const char *dp_expect_folder(void);

/* The path of a file of these bytes in that folder, valid until the next call with this name, which
 * may be a path. */
const char *dp_expect_file(const char *name, const uint8_t *data, size_t size);

/* The bytes as a text, which the caller frees; NULL if they contain NUL. */
char *dp_expect_text(const uint8_t *data, size_t size);

#endif
