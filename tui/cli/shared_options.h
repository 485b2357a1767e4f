/* Table entries of options that several commands have: their texts and ranges are here alone. In
 * each, `request` is the struct that the table fills in and `field` the field for the argument. */
#ifndef DP_TUI_CLI_SHARED_OPTIONS_H
#define DP_TUI_CLI_SHARED_OPTIONS_H

#include "tui/cli/cli.h"
#include "tui/cli/option.h"
#include "weights/store/store.h"

/* --model, a const char *. `text` is its help and may contain DP_MODEL_NAMES. */
#define DP_OPTION_MODEL(request, field, text)                                            \
    {                                                                                    \
        .name = "model", .letter = 'm', .argument = "MODEL",                             \
        .variable = { "DIGITPAD_MODEL" },                                                \
        .value = DP_OPTION_PLACE(dp_option_model, request, field), .help = text          \
    }
#define DP_MODEL_NAMES                                                                   \
    "a name listed by 'digitpad models', a file (.safetensors, .onnx or .json), or "     \
    "hf:OWNER/REPO[@REVISION]:FILE"

/* --quiet and --verbose, the flags of a dp_talk (tui/cli/talk.h). */
#define DP_OPTION_QUIET(request, talk)                                                   \
    {                                                                                    \
        .name = "quiet", .letter = 'q', .value = DP_OPTION_FLAG(request, talk.quiet),    \
        .help = "print no progress, hints or warnings; only errors"                      \
    }
#define DP_OPTION_VERBOSE(request, talk)                                                 \
    {                                                                                    \
        .name = "verbose", .letter = 'v',                                                \
        .value = DP_OPTION_FLAG(request, talk.verbose),                                  \
        .help = "also print what is decided and done, and every error"                   \
    }

/* --sandbox, a dp_sandbox_mode. */
#define DP_OPTION_SANDBOX(request, field)                                                \
    {                                                                                    \
        .name = "sandbox", .argument = "WHEN", .variable = { "DIGITPAD_SANDBOX" },       \
        .value = DP_OPTION_WORD(request, field, dp_words_sandbox),                       \
        .help = "let the kernel confine the program to the files that it was given: "    \
                "auto (the default; as far as the kernel can), require or off"           \
    }

/* --offline, a bool, of commands that fetch what they are asked for. */
#define DP_OPTION_OFFLINE(request, field)                                                \
    {                                                                                    \
        .name = "offline", .value = DP_OPTION_FLAG(request, field),                      \
        .help = "do not use the network (also HF_HUB_OFFLINE=1)"                         \
    }

/* --threads, an int; pass it to dp_cli_threads. */
#define DP_OPTION_THREADS(request, field)                                                \
    {                                                                                    \
        .name = "threads", .letter = 't', .argument = "N",                               \
        .value = DP_OPTION_INT(request, field, 1, DP_MAX_THREADS),                       \
        .variable = { "DIGITPAD_THREADS", "OMP_NUM_THREADS" },                           \
        .help = "use at most N threads"                                                  \
    }

/* --kernel, a const dp_kernels *. */
#define DP_OPTION_KERNEL(request, field)                                                 \
    {                                                                                    \
        .name = "kernel", .argument = "NAME",                                            \
        .value = DP_OPTION_OTHER(dp_option_kernels, request, field),                     \
        .help = "use the kernels reference, portable, avx2, avx512, avx512vnni or neon"  \
    }

/* --arch and --norm, for files of other frameworks, which do not record their layers and input
 * scale: a dp_network_file_options. `model` names the model in --help. */
#define DP_OPTION_ARCH(request, field, model)                                            \
    {                                                                                    \
        .name = "arch", .argument = "CHAIN",                                             \
        .value = DP_OPTION_TEXT(request, field.arch),                                    \
        .help = "set the layers of " model ", if its file does not record them"          \
    }
#define DP_OPTION_NORM(request, field, model)                                            \
    {                                                                                    \
        .name = "norm", .argument = "NORM",                                              \
        .value = { .type = &dp_option_norm,                                              \
                   .offset = offsetof(request, field),                                   \
                   .words = dp_words_norm },                                             \
        .help = "set the input scale of " model ": unit, mnist, symmetric or raw"        \
    }

/* --input, a const char * for dp_reader_create. */
#define DP_OPTION_INPUT(request, field)                                                          \
    {                                                                                            \
        .name = "input", .letter = 'i', .argument = "FORMAT",                                    \
        .value = DP_OPTION_TEXT(request, field),                                                 \
        .help =                                                                                  \
            "read FORMAT: auto (the default), pgm, ppm, pbm, png, jpeg, npy, npz, "              \
            "idx, csv or ndjson; not detected by auto: raw (784 bytes per image) and ascii (28 " \
            "lines per image)"                                                                   \
    }

/* --format, a dp_form, of commands that print a report. `when` is "", or begins its help. */
typedef enum dp_form { DP_FORM_TEXT, DP_FORM_JSON } dp_form;
#define DP_OPTION_FORM(request, field, when)                                             \
    {                                                                                    \
        .name = "format", .letter = 'f', .argument = "FORM",                             \
        .value = DP_OPTION_WORD(request, field, dp_words_form),                          \
        .help = when "print FORM: text (the default) or json"                            \
    }

/* --label-column, a const char * for dp_reader_label_column. */
#define DP_OPTION_LABEL_COLUMN(request, field)                                           \
    {                                                                                    \
        .name = "label-column", .argument = "COLUMN",                                    \
        .value = DP_OPTION_TEXT(request, field),                                         \
        .help = "in csv, take the label from COLUMN: its number, from 1, its name in "   \
                "the header, or none"                                                    \
    }

/* --preprocess, a dp_normalize_mode, and --invert, a dp_invert. */
#define DP_OPTION_PREPROCESS(request, field)                                             \
    {                                                                                    \
        .name = "preprocess", .argument = "WHEN",                                        \
        .value = DP_OPTION_WORD(request, field, dp_words_preprocess),                    \
        .help = "normalise images: auto (all but 28x28 images that look like those of "  \
                "MNIST), always or never"                                                \
    }
#define DP_OPTION_INVERT(request, field)                                                 \
    {                                                                                    \
        .name = "invert", .argument = "WHEN",                                            \
        .value = DP_OPTION_WORD(request, field, dp_words_invert),                        \
        .help = "take ink as dark on light (yes) or light on dark (no); auto tries "     \
                "both where it is not plain"                                             \
    }

/* --color, a dp_when. */
#define DP_OPTION_COLOR(request, field)                                                  \
    {                                                                                    \
        .name = "color", .argument = "WHEN",                                             \
        .value = DP_OPTION_WORD(request, field, dp_words_when),                          \
        .variable = { "NO_COLOR" }, .help = "use colours: auto, always or never"         \
    }

/* --charset, an int or enum: 0 auto, 1 UTF-8, 2 ASCII. */
#define DP_OPTION_CHARSET(request, field)                                                \
    {                                                                                    \
        .name = "charset", .argument = "SET",                                            \
        .value = DP_OPTION_WORD(request, field, dp_words_charset),                       \
        .help = "use the characters auto, utf8 or ascii"                                 \
    }

/* --ink, a dp_ink_wish. */
#define DP_OPTION_INK(request, field)                                                    \
    {                                                                                    \
        .name = "ink", .argument = "KIND",                                               \
        .value = DP_OPTION_WORD(request, field, dp_words_ink),                           \
        .help = "show the drawing in pixels, octants, half (blocks) or ascii; auto "     \
                "(the default) takes the finest that the terminal is known to show"      \
    }

/* --theme, a dp_theme. */
#define DP_OPTION_THEME(request, field)                                                  \
    {                                                                                    \
        .name = "theme", .argument = "THEME",                                            \
        .value = DP_OPTION_WORD(request, field, dp_words_theme),                         \
        .help = "draw for a dark or a light background; auto (the default) asks the "    \
                "terminal for its own"                                                   \
    }

extern const dp_option_type dp_option_kernels, dp_option_norm;
extern const char *const dp_words_norm[];
extern const char *const dp_words_form[];    /* in the order of dp_form */
extern const char *const dp_words_sandbox[]; /* in the order of dp_sandbox_mode */
extern const char *const dp_words_when[];
extern const char *const dp_words_charset[];
extern const char *const dp_words_ink[];        /* in the order of dp_ink_wish */
extern const char *const dp_words_theme[];      /* in the order of dp_theme */
extern const char *const dp_words_preprocess[]; /* in the order of dp_normalize_mode */
extern const char *const dp_words_invert[];     /* in the order of dp_invert */

#endif
