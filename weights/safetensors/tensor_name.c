#include "config.h"

#include "weights/safetensors/tensor_name.h"

#include "engine/core/arith.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- roles --------------------------------------------------------------------------- */

enum { COUNTER = DP_ROLE_COUNT, LENGTH };

/* A word that ends in another one comes before it. */
static const struct {
    const char *word;
    int role;
} roles[] = {
    { "num_batches_tracked", COUNTER },
    { "parametrizations.weight.original0", LENGTH },
    { "parametrizations.weight.original1", DP_WEIGHT },
    { "weight_g", LENGTH },
    { "weight_v", DP_WEIGHT },
    { "running_mean", DP_RUNNING_MEAN },
    { "running_var", DP_RUNNING_VAR },
    { "moving_mean", DP_RUNNING_MEAN },
    { "moving_variance", DP_RUNNING_VAR },
    { "moving_var", DP_RUNNING_VAR },
    { "mean_ema/average", DP_RUNNING_MEAN },
    { "var_ema/average", DP_RUNNING_VAR },
    { "avg_mean", DP_RUNNING_MEAN },
    { "avg_var", DP_RUNNING_VAR },
    { "mean", DP_RUNNING_MEAN },
    { "variance", DP_RUNNING_VAR },
    { "var", DP_RUNNING_VAR },
    { "weights", DP_WEIGHT },
    { "weight", DP_WEIGHT },
    { "kernel", DP_WEIGHT },
    { "biases", DP_BIAS },
    { "bias", DP_BIAS },
    { "gamma", DP_GAMMA },
    { "scale", DP_GAMMA },
    { "beta", DP_BETA },
    { "offset", DP_BETA },
    { "w", DP_WEIGHT },
    { "b", DP_BIAS },
};

static bool is_separator(char c)
{
    return c == '.' || c == '/' || c == '_' || c == '-' || c == '~';
}

static size_t without_separators(const char *text, size_t n)
{
    while (n > 0 && is_separator(text[n - 1]))
        n--;
    return n;
}

/* Cut the role, a whole word, off the end of text[0 … *n). −1 if it does not end in one. */
static int cut_role(const char *text, size_t *n)
{
    for (size_t i = 0; i < DP_COUNT(roles); i++) {
        size_t length = strlen(roles[i].word);
        if (length > *n || strncasecmp(text + *n - length, roles[i].word, length) != 0)
            continue;
        if (length < *n && !is_separator(text[*n - length - 1]))
            continue;
        *n = without_separators(text, *n - length);
        return roles[i].role;
    }
    return -1;
}

static size_t without_digits(const char *text, size_t n)
{
    while (n > 0 && isdigit((unsigned char)text[n - 1]))
        n--;
    return n;
}

/* Flax keeps parameters and statistics in two collections, so a batch norm is in both. */
static const char *skip_collection(const char *name)
{
    static const char *const collections[] = { "params", "batch_stats" };
    for (size_t i = 0; i < DP_COUNT(collections); i++) {
        size_t n = strlen(collections[i]);
        if (strncmp(name, collections[i], n) == 0 && (name[n] == '.' || name[n] == '/'))
            return name + n + 1;
    }
    return name;
}

bool dp_tensor_name_parse(dp_tensor_name *out, const char *name)
{
    const char *text = skip_collection(name);
    size_t n = strlen(text), number;
    if (n > 2 && strcmp(text + n - 2, ":0") == 0) /* TensorFlow: an op's first output */
        n -= 2;
    size_t before = n;
    int role = cut_role(text, &before);
    number = n;
    if (role < 0) { /* "W1": the number after the role names the layer */
        number = without_digits(text, n);
        before = without_separators(text, number);
        role = number < n ? cut_role(text, &before) : -1;
    }
    if (role < 0)
        return false;
    out->counter = role == COUNTER;
    out->length = role == LENGTH;
    out->role = role < DP_ROLE_COUNT ? (dp_role)role : DP_WEIGHT;
    memcpy(out->layer, text, before);
    memcpy(out->layer + before, text + number, n - number);
    out->layer[before + n - number] = '\0';
    return true;
}

/* ---- places -------------------------------------------------------------------------- */

bool dp_tensor_name_place(int *place, size_t *prefix, const char *layer)
{
    enum { MAX_DIGITS = 4 };
    static const char list[] = "layers_"; /* Flax */
    const size_t end = strlen(layer) - (*layer && layer[strlen(layer) - 1] == ']');
    const size_t start = without_digits(layer, end);
    const size_t word = sizeof list - 1;
    const bool listed = start == 0 || strchr("./[", layer[start - 1]) ||
                        (start >= word && memcmp(layer + start - word, list, word) == 0);
    if (start == end || end - start > MAX_DIGITS || !listed)
        return false;
    *place = (int)strtol(layer + start, NULL, 10);
    *prefix = start;
    return true;
}

/* ---- words ---------------------------------------------------------------------------- */

static bool starts_word(const char *text, const char *p)
{
    return p == text || !isalpha((unsigned char)p[-1]);
}

bool dp_tensor_name_branches(const char *layer)
{
    static const char *const words[] = {
        "downsample", "shortcut",  "skip",    "residual", "resblock", "res",  "se",
        "attn",       "attention", "squeeze", "excite",   "rnn",      "lstm", "gru",
    };
    for (const char *p = layer; *p; p++)
        for (size_t i = 0; starts_word(layer, p) && i < DP_COUNT(words); i++) {
            const size_t n = strlen(words[i]);
            if (strncasecmp(p, words[i], n) == 0 && !isalpha((unsigned char)p[n]))
                return true;
        }
    return false;
}

/* ---- order --------------------------------------------------------------------------- */

/* "_1" or "1". The first of several layers often has no number. */
static bool is_number(const char *text)
{
    text += is_separator(*text);
    return isdigit((unsigned char)*text);
}

int dp_tensor_name_compare(const char *a, const char *b)
{
    while (*a && *b) {
        char *a_end, *b_end;
        unsigned long long i = strtoull(a, &a_end, 10), k = strtoull(b, &b_end, 10);
        bool numbers = isdigit((unsigned char)*a) && isdigit((unsigned char)*b);
        if (!numbers && *a != *b)
            return 0;
        if (numbers && i != k)
            return i < k ? -1 : 1;
        a = numbers ? a_end : a + 1;
        b = numbers ? b_end : b + 1;
    }
    return !*a && is_number(b) ? -1 : !*b && is_number(a) ? 1 : 0;
}

/* Where in a network the words of a name place a layer: 0 early, 1 unknown, 2 late. */
static int stage_of(const char *layer)
{
    static const struct {
        const char *word;
        int stage;
    } words[] = {
        { "input", 0 },    { "stem", 0 },       { "first", 0 },   { "conv", 0 },
        { "features", 0 }, { "backbone", 0 },   { "encoder", 0 }, { "fc", 2 },
        { "dense", 2 },    { "linear", 2 },     { "lin", 2 },     { "mlp", 2 },
        { "head", 2 },     { "classifier", 2 }, { "output", 2 },  { "out", 2 },
        { "last", 2 },     { "final", 2 },      { "logits", 2 },  { "predictions", 2 },
    };
    for (const char *p = layer; *p; p++) {
        if (!starts_word(layer, p))
            continue;
        for (size_t i = 0; i < DP_COUNT(words); i++)
            if (strncasecmp(p, words[i].word, strlen(words[i].word)) == 0)
                return words[i].stage;
    }
    return 1;
}

bool dp_tensor_name_precedes(const char *a, const char *b)
{
    int order = dp_tensor_name_compare(a, b);
    return order ? order < 0 : stage_of(a) < stage_of(b);
}
