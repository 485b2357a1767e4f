/* libdigitpad: recognises handwritten digits in pixels, pictures and drawings. The answers have
 * the same bits as those of the program digitpad. The man page libdigitpad(3) is an overview.
 *
 * Rules for all functions:
 *   - They return DIGITPAD_OK or another code of digitpad_code. After a failure, *error holds
 *     the code and a message; error may be NULL. Outputs are valid only after DIGITPAD_OK.
 *   - Pointers must not be NULL unless the comment allows it.
 *   - They print nothing, never exit, and keep no state between calls except in their objects.
 *     errno is undefined after a call.
 *   - Any number of threads may share a model. A predictor and a reader belong to one thread at
 *     a time. */
#ifndef DIGITPAD_H
#define DIGITPAD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- version ----------------------------------------------------------------------- */

/* The version of this header. */
#define DIGITPAD_VERSION "0.1.0"

/* The version of the library that runs, in the same form. */
const char *digitpad_version(void);

/* ---- errors ------------------------------------------------------------------------ */

enum digitpad_code {
    DIGITPAD_OK = 0,
    DIGITPAD_USAGE = 1, /* an argument is invalid */
    DIGITPAD_INPUT = 2, /* the picture, the drawing or the pixels are bad */
    DIGITPAD_MODEL = 3, /* the model is missing, damaged, or does not read digits */
    DIGITPAD_IO = 5,    /* a file cannot be opened or read */
    DIGITPAD_NOMEM = 6, /* memory is short */
    DIGITPAD_END = 100 /* digitpad_predict_next: the input has ended; *error is not set */
};

/* Owned by the caller. The message is one line without a full stop; it may quote bytes of files
 * and names, which a terminal must not get unescaped. */
typedef struct digitpad_error {
    int code;
    char message[768];
} digitpad_error;

/* ---- models ------------------------------------------------------------------------ */

/* A network, which never changes. */
typedef struct digitpad_model digitpad_model;

/* What a file of another program may not say about its network. Begin with
 * DIGITPAD_MODEL_OPTIONS; later versions may add fields at the end. */
typedef struct digitpad_model_options {
    size_t size;      /* of this struct */
    const char *arch; /* the layers, as for `digitpad --arch`; NULL: as the file says */
    const char *norm; /* the input scale: unit, mnist, symmetric or raw; NULL: the same */
} digitpad_model_options;

#define DIGITPAD_MODEL_OPTIONS                                                           \
    {                                                                                    \
        sizeof(digitpad_model_options), NULL, NULL                                       \
    }

/* Open a model by name, as `digitpad predict --model` does: "cnn" (the default, also for NULL),
 * "mlp" and "nano" are inside the library; "cnn:f32" and "cnn-mine" are files that digitpad
 * installs or makes; "mnist-8" and "hf:…" are read from the cache where `digitpad models fetch`
 * puts them, and a damaged one is renamed; other names are paths. Nothing is downloaded. The
 * environment variables HOME, XDG_DATA_HOME, XDG_CACHE_HOME, HF_HOME and HF_HUB_CACHE say where
 * these files are. options may be NULL. DIGITPAD_USAGE, DIGITPAD_MODEL, DIGITPAD_NOMEM. */
int digitpad_model_open(digitpad_model **out, const char *name,
                        const digitpad_model_options *options, digitpad_error *error);

/* Open the file at a path: safetensors, ONNX or JSON, at most 64 MiB. No variable of the
 * environment is read. Errors as above. */
int digitpad_model_open_file(digitpad_model **out, const char *path,
                             const digitpad_model_options *options,
                             digitpad_error *error);

/* Open the content of such a file. The bytes are not needed afterwards. No file is opened, so
 * an ONNX model must not refer to external data. Errors as above. */
int digitpad_model_open_bytes(digitpad_model **out, const void *bytes, size_t size,
                              const digitpad_model_options *options,
                              digitpad_error *error);

/* Close a model. Its predictors keep what they need, and may be closed later. NULL is allowed. */
void digitpad_model_close(digitpad_model *model);

/* The name of a model: "cnn", or the base name of its path; "bytes" after
 * digitpad_model_open_bytes. It lives as long as the model. */
const char *digitpad_model_name(const digitpad_model *model);

/* Whether the input scale is a guess, because neither the file nor the options say it (1 or 0). */
int digitpad_model_norm_is_assumed(const digitpad_model *model);

/* ---- predictors -------------------------------------------------------------------- */

/* A workspace that runs a model. It takes up to a few megabytes, so it is worth keeping. */
typedef struct digitpad_predictor digitpad_predictor;

/* Values of preprocess and invert below. */
enum {
    DIGITPAD_AUTO = 0,
    DIGITPAD_ALWAYS = 1, /* preprocess: normalise every picture */
    DIGITPAD_NEVER = 2,  /* preprocess: pictures are 28×28 and ready for the network */
    DIGITPAD_DARK = 1,   /* invert: dark ink on light paper */
    DIGITPAD_LIGHT = 2   /* invert: light ink on dark paper */
};

/* How to predict; zeros are the defaults, which are those of `digitpad predict`. Begin with
 * DIGITPAD_OPTIONS; later versions may add fields at the end. */
typedef struct digitpad_options {
    size_t size;          /* of this struct */
    int threads;          /* the most to use for a call, the caller among them; 0: one;
                             −1: one for each processor. The answers do not depend on it */
    int numbers;          /* 1: a picture or a drawing may hold several digits */
    float min_confidence; /* reject what is less probable: 0 … 1 */
    int preprocess; /* of pictures: DIGITPAD_AUTO normalises those that do not look like
                             MNIST; DIGITPAD_ALWAYS, DIGITPAD_NEVER */
    int invert;     /* DIGITPAD_AUTO finds out; DIGITPAD_DARK, DIGITPAD_LIGHT */
} digitpad_options;

#define DIGITPAD_OPTIONS                                                                 \
    {                                                                                    \
        sizeof(digitpad_options), 0, 0, 0, 0, 0                                          \
    }

/* Create a predictor, which keeps what it needs of the model. options may be NULL. Threads are
 * OpenMP's: a process that has used several must not predict in a forked child.
 * DIGITPAD_USAGE, DIGITPAD_NOMEM. */
int digitpad_predictor_create(digitpad_predictor **out, const digitpad_model *model,
                              const digitpad_options *options, digitpad_error *error);
void digitpad_predictor_free(digitpad_predictor *predictor); /* NULL is allowed */

/* ---- predictions ------------------------------------------------------------------- */

/* The answer to one input. This struct does not change within a version of the ABI. */
typedef struct digitpad_prediction {
    int digit;    /* 0 … 9, the likeliest; −1 for a blank input or a number of several
                              digits */
    int digits;   /* how many digits were found; 0: the input is blank */
    int rejected; /* 1: this is no digit, or it is too unclear to say which */
    float confidence; /* the probability of the digit, or that all of the number's are
                              right; 0 for a blank input, NAN if the network has no
                              probabilities, as one that ends in ArgMax */
    float probability[10]; /* of each digit; they sum to 1. All 0 if digit is −1, NAN if
                              the network has none */
    float box[4]; /* x0, y0, x1, y1 of the ink, in pixels of the picture or units of the
                              drawing. Known with the option numbers, otherwise all 0 */
} digitpad_prediction;

/* Predict n images of 28×28 pixels: [n, 28, 28], 0 … 255, the ink light or dark → out: [n].
 * DIGITPAD_NOMEM. */
int digitpad_predict_pixels(digitpad_prediction *out, digitpad_predictor *predictor,
                            const uint8_t *pixels, size_t n, digitpad_error *error);

/* The same for values from 0 to 1, which are rounded to 256 levels. DIGITPAD_INPUT, with the
 * place, for a value out of that range. */
int digitpad_predict_floats(digitpad_prediction *out, digitpad_predictor *predictor,
                            const float *values, size_t n, digitpad_error *error);

/* Predict a grey picture: [height, width], 0 black … 255 white, both sides 1 … 4096. With
 * DIGITPAD_NEVER it must be 28×28. DIGITPAD_INPUT, DIGITPAD_NOMEM. */
int digitpad_predict_picture(digitpad_prediction *out, digitpad_predictor *predictor,
                             const uint8_t *pixels, int width, int height,
                             digitpad_error *error);

/* Predict a drawing of n strokes: stroke i has count[i] points, and points has the x and y of all
 * of them, [Σ count, 2], in square units of any size with y down. Strokes without points are
 * skipped. Erasers and widths of pens can be given to digitpad_predict_image, in a drawing as
 * JSON. DIGITPAD_INPUT for a coordinate that is not finite, and beyond 4096 strokes or 262144
 * points; DIGITPAD_NOMEM. */
int digitpad_predict_strokes(digitpad_prediction *out, digitpad_predictor *predictor,
                             const float *points, const size_t *count, size_t n,
                             digitpad_error *error);

/* Predict the only picture or drawing of a file, given its content: PNG, JPEG, PNM or any other
 * format that `digitpad predict` detects. DIGITPAD_INPUT if it has none or several, and as
 * for digitpad_predict_next. */
int digitpad_predict_image(digitpad_prediction *out, digitpad_predictor *predictor,
                           const void *bytes, size_t size, digitpad_error *error);

/* Copy the digits of the last input that was predicted, from left to right, to digits: [12], and
 * return how many there are. Only with the option numbers; otherwise 0. */
int digitpad_predictor_digits(digitpad_prediction *digits,
                              const digitpad_predictor *predictor);
#define DIGITPAD_DIGITS_MAX 12

/* ---- files of many inputs ---------------------------------------------------------- */

/* The pictures and drawings of one file, one after the other. */
typedef struct digitpad_reader digitpad_reader;

/* Read the content of a file, which must outlive the reader. format is NULL to detect it, or
 * one of those that `digitpad predict --input` lists. DIGITPAD_USAGE, DIGITPAD_NOMEM. */
int digitpad_reader_open(digitpad_reader **out, const void *bytes, size_t size,
                         const char *format, digitpad_error *error);
void digitpad_reader_close(digitpad_reader *reader); /* NULL is allowed */

/* Predict the next picture or drawing. DIGITPAD_END after the last one. DIGITPAD_INPUT, with
 * its number and place, for a bad one: the next call continues after it if the format allows
 * that, and otherwise returns DIGITPAD_END. DIGITPAD_NOMEM. */
int digitpad_predict_next(digitpad_prediction *out, digitpad_predictor *predictor,
                          digitpad_reader *reader, digitpad_error *error);

#ifdef __cplusplus
}
#endif

#endif
