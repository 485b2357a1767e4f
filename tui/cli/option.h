/* An option as an entry of a table: its names, its line of --help, and how its argument is
 * checked and stored. getopt's arrays, --help, the keys of the configuration file and those of
 * recipe files are all made from such tables. An entry without a name ends a table. */
#ifndef DP_TUI_CLI_OPTION_H
#define DP_TUI_CLI_OPTION_H

#include "engine/core/err.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct dp_option dp_option;

/* What an argument or operand names. The sandbox allows it (tui/cli/confine.h). */
typedef enum dp_place {
    DP_PLACE_NONE,   /* neither a file nor a model */
    DP_PLACE_INPUT,  /* a file or folder to read */
    DP_PLACE_OUTPUT, /* a file to write */
    DP_PLACE_MODEL,  /* a model by name, file or repository */
    DP_PLACE_LIST,   /* a file that names further files to read */
} dp_place;

/* A type of arguments. */
typedef struct dp_option_type {
    /* Store the argument in *field; `text` is NULL if the command line has none. DP_USAGE if
     * it is not allowed: the message does not name the option, and *field is unchanged. */
    dp_code (*parse)(void *field, const dp_option *o, const char *text, dp_err *err);
    /* Write the text that `parse` reads as the same value. NULL if no recipe needs it. */
    void (*format)(char *out, size_t size, const dp_option *o, const void *field);
    dp_place place;
} dp_option_type;

typedef struct dp_option_value {
    const dp_option_type *type;
    size_t offset;            /* of its field, in the struct that the table fills in */
    double lo, hi;            /* the range of a number */
    const char *const *words; /* the allowed words; NULL ends them */
} dp_option_value;

struct dp_option {
    const char *name;     /* without the dashes */
    char letter;          /* of the short form, or 0 */
    const char *argument; /* its name in --help; NULL: a flag */
    dp_option_value value;
    const char *help;
    /* Environment variables that override the configuration file, or NULL. */
    const char *variable[2];
    /* Whether the canonical text of a recipe omits the option at its default. */
    bool omit_default;
    /* Whether the argument may be missing: `parse` then gets NULL. */
    bool optional;
};

/* The offset of a field, which must have the given type. */
#define DP_OPTION_FIELD(type, request, field)                                            \
    (offsetof(request, field) + 0 * sizeof(1 ? &((request *)0)->field : (type *)0))

/* The offset of an int or enum. */
#define DP_OPTION_INT_FIELD(request, field)                                              \
    (offsetof(request, field) +                                                          \
     0 * sizeof(char[sizeof((request *)0)->field == sizeof(int) ? 1 : -1]))

/* Values for a table: `request` is the struct that has the field.
 * A flag sets a bool. In files its argument is yes or no, on or off, true or false, 1 or 0. */
#define DP_OPTION_FLAG(request, field)                                                   \
    {                                                                                    \
        .type = &dp_option_flag, .offset = DP_OPTION_FIELD(bool, request, field)         \
    }
/* A const char *, which points to the argument. */
#define DP_OPTION_TEXT(request, field)                                                   \
    {                                                                                    \
        .type = &dp_option_text, .offset = DP_OPTION_FIELD(const char *, request, field) \
    }
/* The same for a file or model; `its_type` is one of the types below. */
#define DP_OPTION_PLACE(its_type, request, field)                                        \
    {                                                                                    \
        .type = &(its_type), .offset = DP_OPTION_FIELD(const char *, request, field)     \
    }
/* A dp_text_list, for an option that may be given up to `most` times; `its_type` is one of
 * the types below that end in _list. */
#define DP_OPTION_TEXT_LIST(its_type, request, field, most)                              \
    {                                                                                    \
        .type = &(its_type), .offset = DP_OPTION_FIELD(dp_text_list, request, field),    \
        .hi = (most)                                                                     \
    }
/* An int, or a float, from `from` to `to`. */
#define DP_OPTION_INT(request, field, from, to)                                          \
    {                                                                                    \
        .type = &dp_option_int, .offset = DP_OPTION_FIELD(int, request, field),          \
        .lo = (from), .hi = (to)                                                         \
    }
#define DP_OPTION_FLOAT(request, field, from, to)                                        \
    {                                                                                    \
        .type = &dp_option_float, .offset = DP_OPTION_FIELD(float, request, field),      \
        .lo = (from), .hi = (to)                                                         \
    }
/* An int or enum: the index of the argument in a list of words. */
#define DP_OPTION_WORD(request, field, list)                                             \
    {                                                                                    \
        .type = &dp_option_word, .offset = DP_OPTION_INT_FIELD(request, field),          \
        .words = (list)                                                                  \
    }

/* A field of another type, which `its_type` knows. */
#define DP_OPTION_OTHER(its_type, request, field)                                        \
    {                                                                                    \
        .type = &(its_type), .offset = offsetof(request, field)                          \
    }

extern const dp_option_type dp_option_flag, dp_option_text, dp_option_int,
    dp_option_float, dp_option_word;
/* Texts that name a file to read, one to write, a model, or a file of further names. */
extern const dp_option_type dp_option_input, dp_option_output, dp_option_model,
    dp_option_name_list;
extern const dp_option_type dp_option_text_list, dp_option_input_list,
    dp_option_model_list;

enum { DP_TEXT_LIST_MAX = 16 };

/* The arguments of an option that may be repeated. */
typedef struct dp_text_list {
    int n;
    const char *text[DP_TEXT_LIST_MAX];
} dp_text_list;

/* Append a word to the list "a, b" in `list`, an array of `size` bytes. */
void dp_option_add_word(char *list, size_t size, const char *word);

/* Parse a whole text as a number from lo to hi, as the options do. DP_USAGE. */
DP_MUST_CHECK
dp_code dp_option_parse_int(int *out, const char *text, int lo, int hi, dp_err *err);

/* The entry `name` of a table; NULL if it has none. */
const dp_option *dp_option_find(const dp_option table[], const char *name);

/* Store an argument in the field of `request`, the struct that the option's table fills in. The
 * message of DP_USAGE does not name the option. */
DP_MUST_CHECK
dp_code dp_option_set(void *request, const dp_option *o, const char *text, dp_err *err);

#endif
