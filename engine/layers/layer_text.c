/* The text form of layers. The op table says which fields each kind of layer has; the parser
 * and the formatter both follow it. */
#include "config.h"

#include "engine/layers/layer.h"

#include "engine/core/decimal.h"
#include "engine/layers/op.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NUMBER = 1 << 20, MAX_WORD = 63 };

typedef enum field_type {
    COUNT,  /* 1 … MAX_NUMBER */
    SWITCH, /* 0 or 1 */
    PAIR,   /* N or HxW, each 1 … MAX_NUMBER */
    PAD,    /* N, HxW or TOPxLEFTxBOTTOMxRIGHT, each 0 … MAX_NUMBER; or "same" */
    REAL,   /* in [low, high) */
    BYTE,   /* 0 … 255 */
} field_type;

typedef struct field {
    const char *name;
    field_type type;
    size_t offset; /* in dp_layer */
    float low, high;
} field;

#define AT(member) offsetof(dp_layer, member)

static const field fields[] = {
    [DP_FIELD_OUT] = { "out", COUNT, AT(out), 0, 0 },
    [DP_FIELD_CHANNELS] = { "channels", COUNT, AT(out), 0, 0 },
    [DP_FIELD_SIZE] = { "size", PAIR, AT(kernel), 0, 0 },
    [DP_FIELD_KERNEL] = { "kernel", PAIR, AT(kernel), 0, 0 },
    [DP_FIELD_STRIDE] = { "stride", PAIR, AT(stride), 0, 0 },
    [DP_FIELD_PAD] = { "pad", PAD, AT(pad), 0, 0 },
    [DP_FIELD_DILATION] = { "dilation", PAIR, AT(dilation), 0, 0 },
    [DP_FIELD_GROUPS] = { "groups", COUNT, AT(groups), 0, 0 },
    [DP_FIELD_BIAS] = { "bias", SWITCH, AT(bias), 0, 0 },
    [DP_FIELD_COUNT_PAD] = { "count_pad", SWITCH, AT(count_pad), 0, 0 },
    [DP_FIELD_EPS] = { "eps", REAL, AT(value), 0, 1 },
    [DP_FIELD_SLOPE] = { "slope", REAL, AT(value), 0, 1 },
    [DP_FIELD_ALPHA] = { "alpha", REAL, AT(value), 0, 100 },
    [DP_FIELD_RATE] = { "rate", REAL, AT(value), 0, 1 },
    [DP_FIELD_STEP] = { "step", REAL, AT(value), 1e-30f, 1e30f },
    [DP_FIELD_ZERO] = { "zero", BYTE, AT(zero), 0, 0 },
};

/* The stride of a pooling layer defaults to its kernel, so it is set once that is known. */
static void default_stride(dp_layer *layer)
{
    for (const dp_field *f = dp_op_get(layer->kind)->option; *f; f++)
        if (*f == DP_FIELD_STRIDE && layer->stride[0] == 0)
            memcpy(layer->stride, layer->kernel, sizeof layer->stride);
}

/* ---- numbers ----------------------------------------------------------------------- */

/* Read a decimal integer of at most `most` at *text and move *text past it. */
static bool read_int(int *out, const char **text, int most)
{
    uint64_t value;
    bool ok = dp_decimal_digits(&value, text, (uint64_t)most);
    if (ok)
        *out = (int)value;
    return ok;
}

/* Read "3", "3x5" or "1x2x3x4", at most `max` numbers. Returns their number, or 0 if the
 * text is malformed. */
static int read_ints(int *out, int max, const char *text)
{
    for (int n = 0; n < max; text++) {
        if (!read_int(&out[n++], &text, MAX_NUMBER))
            return 0;
        if (*text == '\0')
            return n;
        if (*text != 'x')
            return 0;
    }
    return 0;
}

/* A number without a sign, with at most 15 digits and a decimal exponent, after a small
 * e, from -60 to 60. */
static bool read_real(float *out, const char *text)
{
    size_t size = strspn(text, "0123456789."), point = memchr(text, '.', size) != NULL;
    double value;
    int exponent;
    if (size - point > 15)
        return false;
    if (text[size] == 'e') {
        const char *digits = text + size + 1;
        digits += *digits == '-' || *digits == '+';
        if (!read_int(&exponent, &digits, 60))
            return false;
    } else if (text[size] != '\0') {
        return false;
    }
    if (!dp_decimal_parse(&value, text, strlen(text)))
        return false;
    *out = (float)value;
    return true;
}

/* ---- parsing ----------------------------------------------------------------------- */

static dp_code bad_value(const field *f, const char *text, dp_err *err)
{
    static const char *const wanted[] = {
        [COUNT] = "a whole number from 1 to 1048576",
        [SWITCH] = "0 or 1",
        [PAIR] = "N or HxW from 1 to 1048576",
        [PAD] = "N, HxW, TOPxLEFTxBOTTOMxRIGHT or same",
        [BYTE] = "a whole number from 0 to 255",
    };
    if (f->type == REAL)
        return dp_fail(err, DP_USAGE, "%s must be at least %g and below %g, not \"%s\"",
                       f->name, (double)f->low, (double)f->high, text);
    return dp_fail(err, DP_USAGE, "%s must be %s, not \"%s\"", f->name, wanted[f->type],
                   text);
}

static bool read_count(int *out, const char *text)
{
    return read_int(out, &text, MAX_NUMBER) && *text == '\0' && *out >= 1;
}

static bool read_byte(int *out, const char *text)
{
    return read_int(out, &text, 255) && *text == '\0';
}

static bool read_pair(int out[2], const char *text)
{
    int n = read_ints(out, 2, text);
    if (n == 1)
        out[1] = out[0];
    return n > 0 && out[0] >= 1 && out[1] >= 1;
}

static bool read_pad(int out[4], const char *text)
{
    int v[4];
    int n = read_ints(v, 4, text);
    if (n == 1)
        v[1] = v[0];
    if (n == 1 || n == 2) {
        v[2] = v[0];
        v[3] = v[1];
    }
    memcpy(out, v, sizeof v);
    return n == 1 || n == 2 || n == 4;
}

/* Set the padding that keeps height and width. False if there is none. */
static bool same_pad(dp_layer *layer)
{
    for (int d = 0; d < 2; d++) {
        if (layer->stride[d] != 1 || layer->kernel[d] % 2 == 0)
            return false;
        int reach = layer->dilation[d] ? layer->dilation[d] : 1;
        layer->pad[d] = layer->pad[d + 2] = layer->kernel[d] / 2 * reach;
    }
    return true;
}

static dp_code set_field(dp_layer *layer, const field *f, const char *text, dp_err *err)
{
    dp_layer next = *layer;
    void *at = (unsigned char *)&next + f->offset;
    bool ok = false;
    switch (f->type) {
    case COUNT:
        ok = read_count(at, text);
        break;
    case SWITCH:
        ok = (text[0] == '0' || text[0] == '1') && text[1] == '\0';
        *(bool *)at = text[0] == '1';
        break;
    case PAIR:
        ok = read_pair(at, text);
        break;
    case PAD:
        ok = read_pad(at, text);
        break;
    case REAL:
        ok = read_real(at, text) && *(float *)at >= f->low && *(float *)at < f->high;
        break;
    case BYTE:
        ok = read_byte(at, text);
        break;
    }
    if (!ok)
        return bad_value(f, text, err);
    *layer = next;
    return DP_OK;
}

/* The option of this name; DP_FIELD_NONE if the kind does not have it. */
static dp_field option_named(const dp_op *op, const char *name, size_t length)
{
    const dp_field *f = op->option;
    while (*f && (strlen(fields[*f].name) != length ||
                  memcmp(fields[*f].name, name, length) != 0))
        f++;
    return *f;
}

/* Read the next word at *text, NUL-terminated, and move *text past it. False if there is
 * none. A word that is too long is cut; no field accepts it then. */
static bool next_word(char word[MAX_WORD + 1], const char **text, const char *end)
{
    const char *p = *text;
    while (p < end && strchr(" \t\r\n", *p))
        p++;
    size_t n = 0;
    for (; p < end && !strchr(" \t\r\n", *p); p++)
        if (n < MAX_WORD)
            word[n++] = *p;
    word[n] = '\0';
    *text = p;
    return n > 0;
}

static bool kind_named(dp_op_kind *out, const char *name)
{
    for (int kind = 0; kind < DP_OP_COUNT; kind++) {
        if (!strcmp(dp_op_get((dp_op_kind)kind)->name, name)) {
            *out = (dp_op_kind)kind;
            return true;
        }
    }
    return false;
}

/* "dense 10 1": name the form, with the first option as the example. */
static dp_code unexpected(const dp_op *op, const char *word, dp_err *err)
{
    if (!op->option[0])
        return dp_fail(err, DP_USAGE, "unexpected word \"%s\"; %s has no options", word,
                       op->name);
    return dp_fail(err, DP_USAGE,
                   "unexpected word \"%s\"; options are KEY=VALUE, such as %s=%s", word,
                   fields[op->option[0]].name, word);
}

/* Parse the options in [text, end), "key=value" words. pad=same depends on the other
 * options, so it comes last. */
static dp_code parse_options(dp_layer *layer, const char *text, const char *end,
                             dp_err *err)
{
    bool same = false, given[DP_COUNT(fields)] = { false };
    char word[MAX_WORD + 1];
    while (next_word(word, &text, end)) {
        char *equals = strchr(word, '=');
        if (!equals)
            return unexpected(dp_op_get(layer->kind), word, err);
        const dp_field option =
            option_named(dp_op_get(layer->kind), word, (size_t)(equals - word));
        const field *f = &fields[option];
        if (!option)
            return dp_fail(err, DP_USAGE, "unknown option \"%.*s\"", (int)(equals - word),
                           word);
        if (given[option])
            return dp_fail(err, DP_USAGE, "option %s is given twice", f->name);
        given[option] = true;
        if (f->type == PAD && !strcmp(equals + 1, "same")) {
            same = true;
            continue;
        }
        dp_code code = set_field(layer, f, equals + 1, err);
        if (code != DP_OK)
            return code;
    }
    if (same && !same_pad(layer))
        return dp_fail(err, DP_USAGE, "pad=same needs stride 1 and an odd kernel");
    return DP_OK;
}

dp_code dp_layer_parse(dp_layer *out, const char *text, const char *end, dp_err *err)
{
    char word[MAX_WORD + 1];
    dp_op_kind kind;
    if (!next_word(word, &text, end))
        return dp_fail(err, DP_USAGE, "the layer is missing");
    if (!kind_named(&kind, word))
        return dp_fail(err, DP_USAGE, "unknown layer \"%s\"", word);
    const dp_op *op = dp_op_get(kind);
    dp_layer layer = op->defaults;
    layer.kind = kind;
    for (const dp_field *f = op->argument; *f; f++) {
        if (!next_word(word, &text, end))
            return dp_fail(err, DP_USAGE, "%s is missing", fields[*f].name);
        dp_code code = set_field(&layer, &fields[*f], word, err);
        if (code != DP_OK)
            return code;
    }
    default_stride(&layer);
    dp_code code = parse_options(&layer, text, end, err);
    if (code == DP_OK)
        *out = layer;
    return code;
}

/* ---- formatting -------------------------------------------------------------------- */

/* A text of at most `size` bytes. `length` counts what it would need in full. */
typedef struct buffer {
    char *text;
    size_t size, length;
} buffer;

static void append(buffer *b, const char *text)
{
    for (; *text; text++, b->length++)
        if (b->length + 1 < b->size)
            b->text[b->length] = *text;
}

static void append_ints(buffer *b, const int *v, int n)
{
    char number[16];
    for (int i = 0; i < n; i++) {
        snprintf(number, sizeof number, "%s%d", i ? "x" : "", v[i]);
        append(b, number);
    }
}

static void append_value(buffer *b, const dp_layer *layer, const field *f)
{
    const void *at = (const unsigned char *)layer + f->offset;
    const int *v = at;
    char number[DP_DECIMAL_SIZE];
    switch (f->type) {
    case COUNT:
    case BYTE:
        append_ints(b, v, 1);
        break;
    case SWITCH:
        append(b, *(const bool *)at ? "1" : "0");
        break;
    case PAIR:
        append_ints(b, v, v[0] == v[1] ? 1 : 2);
        break;
    case PAD:
        if (v[0] != v[2] || v[1] != v[3])
            append_ints(b, v, 4);
        else
            append_ints(b, v, v[0] == v[1] ? 1 : 2);
        break;
    case REAL:
        dp_decimal_shortest(number, *(const float *)at, read_real);
        append(b, number);
        break;
    }
}

static size_t field_size(const field *f)
{
    static const size_t size[] = {
        [COUNT] = sizeof(int),   [SWITCH] = sizeof(bool), [PAIR] = 2 * sizeof(int),
        [PAD] = 4 * sizeof(int), [REAL] = sizeof(float),  [BYTE] = sizeof(int),
    };
    return size[f->type];
}

static bool is_default(const dp_layer *layer, const dp_layer *plain, const field *f)
{
    return !memcmp((const unsigned char *)layer + f->offset,
                   (const unsigned char *)plain + f->offset, field_size(f));
}

static void append_layer(buffer *b, const dp_layer *layer)
{
    const dp_op *op = dp_op_get(layer->kind);
    dp_layer plain = op->defaults;
    plain.kind = layer->kind;
    memcpy(plain.kernel, layer->kernel, sizeof plain.kernel);
    default_stride(&plain);
    append(b, op->name);
    for (const dp_field *f = op->argument; *f; f++) {
        append(b, " ");
        append_value(b, layer, &fields[*f]);
    }
    for (const dp_field *f = op->option; *f; f++) {
        if (is_default(layer, &plain, &fields[*f]))
            continue;
        append(b, " ");
        append(b, fields[*f].name);
        append(b, "=");
        append_value(b, layer, &fields[*f]);
    }
}

size_t dp_layer_format(char *text, size_t size, const dp_layer *layer)
{
    buffer b = { .text = text, .size = size };
    append_layer(&b, layer);
    if (size > 0)
        text[b.length < size ? b.length : size - 1] = '\0';
    return b.length;
}

const char *dp_role_name(dp_role role)
{
    static const char *const name[DP_ROLE_COUNT] = {
        [DP_WEIGHT] = "weight",
        [DP_BIAS] = "bias",
        [DP_GAMMA] = "gamma",
        [DP_BETA] = "beta",
        [DP_RUNNING_MEAN] = "running_mean",
        [DP_RUNNING_VAR] = "running_var",
    };
    return name[role];
}
