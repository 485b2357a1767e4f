#include "config.h"

#include "tui/train/recipe.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "engine/train/distill.h"
#include "tui/cli/key_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Chains with a name: those of the carried networks. */
static const struct {
    const char *name, *chain;
} architectures[] = {
    { "mlp", "flatten | dense 128 | relu | dense 64 | relu | dense 10" },
    { "cnn", "conv 32 5 pad=same bias=0 | bn | maxpool 2 | relu | "
             "conv 48 3 pad=same bias=0 | bn | relu | "
             "conv 48 3 pad=same bias=0 | bn | maxpool 2 | relu | "
             "conv 96 3 pad=same bias=0 | bn | relu | "
             "conv 96 3 pad=same bias=0 | bn | maxpool 2 | relu | "
             "flatten | dropout 0.3 | dense 192 bias=0 | bn | relu | dropout 0.3 | "
             "dense 10" },
};

void dp_recipe_init(dp_recipe *r)
{
    *r = (dp_recipe){
        .config =
            {
                .seed = 1,
                .epochs = 12,
                .batch = 128,
                .optimizer = DP_OPTIM_ADAMW,
                .rate = 3e-3f,
                .schedule = DP_SCHEDULE_ONECYCLE,
                .warmup = 0.25f,
                .decay = 0.01f,
                .smoothing = 0.05f,
                .average = 0.999f,
                .clean_epochs = 0,
                .augment =
                    {
                        .probability = 0.85f,
                        .rotation = 15,
                        .scale = 0.15f,
                        .shear = 0.15f,
                        .shift = 2,
                    },
                .teacher_temperature = 2,
            },
        .repeat_strokes = 1,
    };
}

/* ---- values ------------------------------------------------------------------------ */

typedef struct key key;

/* How the value of an option is parsed into its field and formatted. */
typedef struct kind {
    dp_code (*parse)(void *place, const key *k, const char *text, dp_err *err);
    void (*format)(char *out, size_t size, const void *place);
    bool optional; /* omitted from the canonical text if it has its default */
} kind;

struct key {
    const char *name;
    const kind *kind;
    size_t offset; /* of the field in dp_recipe */
    double lo, hi;
    const char *help;
};

static dp_code parse_arch(void *place, const key *k, const char *text, dp_err *err)
{
    size_t n = strlen(text);
    if (n == 0 || n >= DP_MAX_SPEC_TEXT)
        return dp_fail(err, DP_USAGE, "%s: the chain must have 1 to %d bytes", k->name,
                       DP_MAX_SPEC_TEXT - 1);
    memcpy(place, text, n + 1);
    return DP_OK;
}

static void format_arch(char *out, size_t size, const void *place)
{
    snprintf(out, size, "%s", (const char *)place);
}

static dp_code parse_count(void *place, const key *k, const char *text, dp_err *err)
{
    int value;
    if (!dp_decimal_int(&value, text + strspn(text, " \t\n\v\f\r")) || value < k->lo ||
        value > k->hi)
        return dp_fail(err, DP_USAGE, "%s: '%s' is not a whole number from %.0f to %.0f",
                       k->name, text, k->lo, k->hi);
    *(int *)place = value;
    return DP_OK;
}

static void format_count(char *out, size_t size, const void *place)
{
    snprintf(out, size, "%d", *(const int *)place);
}

static dp_code parse_number(void *place, const key *k, const char *text, dp_err *err)
{
    float value;
    if (!dp_decimal_float(&value, text) ||
        !((double)value >= k->lo && (double)value <= k->hi))
        return dp_fail(err, DP_USAGE, "%s: '%s' is not a number from %g to %g", k->name,
                       text, k->lo, k->hi);
    *(float *)place = value;
    return DP_OK;
}

static void format_number(char *out, size_t size, const void *place)
{
    char text[DP_DECIMAL_SIZE];
    dp_decimal_shortest(text, *(const float *)place, dp_decimal_float);
    snprintf(out, size, "%s", text);
}

static dp_code parse_seed(void *place, const key *k, const char *text, dp_err *err)
{
    const char *end = text;
    uint64_t value;
    if (!dp_decimal_digits(&value, &end, UINT64_MAX) || *end)
        return dp_fail(err, DP_USAGE, "%s: '%s' is not a whole number from 0 to 2^64 - 1",
                       k->name, text);
    *(uint64_t *)place = value;
    return DP_OK;
}

static void format_seed(char *out, size_t size, const void *place)
{
    snprintf(out, size, "%" PRIu64, *(const uint64_t *)place);
}

static dp_code parse_optimizer(void *place, const key *k, const char *text, dp_err *err)
{
    if (dp_optim_named(place, text))
        return DP_OK;
    return dp_fail(err, DP_USAGE, "%s: invalid value '%s' (adam or adamw)", k->name,
                   text);
}

static void format_optimizer(char *out, size_t size, const void *place)
{
    snprintf(out, size, "%s", dp_optim_name(*(const dp_optim_kind *)place));
}

static dp_code parse_schedule(void *place, const key *k, const char *text, dp_err *err)
{
    if (dp_schedule_named(place, text))
        return DP_OK;
    return dp_fail(err, DP_USAGE,
                   "%s: invalid value '%s' (one of onecycle, cosine, constant)", k->name,
                   text);
}

static void format_schedule(char *out, size_t size, const void *place)
{
    snprintf(out, size, "%s", dp_schedule_name(*(const dp_schedule_kind *)place));
}

static const kind arch_kind = { parse_arch, format_arch, false };
static const kind count_kind = { parse_count, format_count, false };
static const kind extra_count_kind = { parse_count, format_count, true };
static const kind number_kind = { parse_number, format_number, false };
static const kind extra_kind = { parse_number, format_number, true };
static const kind seed_kind = { parse_seed, format_seed, false };
static const kind optimizer_kind = { parse_optimizer, format_optimizer, false };
static const kind schedule_kind = { parse_schedule, format_schedule, false };

/* ---- the options, in alphabetical order -------------------------------------------- */

#define AT(field) offsetof(dp_recipe, field)
static const key keys[] = {
    { "arch", &arch_kind, AT(arch), 0, 0, "mlp, cnn, or a chain of layers" },
    { "augment", &number_kind, AT(config.augment.probability), 0, 1,
      "probability that an image is distorted" },
    { "average", &number_kind, AT(config.average), 0, 0.99999,
      "decay of the moving average of the weights; 0: none" },
    { "batch", &count_kind, AT(config.batch), 1, DP_MAX_BATCH, "images per step" },
    { "clean-epochs", &count_kind, AT(config.clean_epochs), 0, DP_MAX_EPOCHS,
      "last epochs without distortion" },
    { "elastic", &extra_kind, AT(config.augment.elastic), 0, 1,
      "probability that a distortion is also elastic; 0: off" },
    { "epochs", &count_kind, AT(config.epochs), 1, DP_MAX_EPOCHS,
      "passes over the training images" },
    { "lr", &number_kind, AT(config.rate), 1e-8, 10, "highest learning rate" },
    { "made-up", &extra_kind, AT(made_up), 0, 10, "generated digits per image; 0: off" },
    { "optimizer", &optimizer_kind, AT(config.optimizer), 0, 0, "adamw or adam" },
    { "outliers", &extra_kind, AT(outliers), 0, 10,
      "generated non-digits per image; 0: off" },
    { "pen", &extra_kind, AT(config.augment.pen), 0, 1,
      "distortion: probability of another pen width; 0: off" },
    { "repeat-strokes", &extra_count_kind, AT(repeat_strokes), 1, 100,
      "how often each drawing occurs in an epoch" },
    { "rotate", &number_kind, AT(config.augment.rotation), 0, 180,
      "distortion: rotate by up to this many degrees" },
    { "scale", &number_kind, AT(config.augment.scale), 0, 0.9,
      "distortion: scale each axis by 1 +- this" },
    { "schedule", &schedule_kind, AT(config.schedule), 0, 0,
      "learning-rate schedule: onecycle, cosine or constant" },
    { "seed", &seed_kind, AT(config.seed), 0, 0, "seed of the random numbers" },
    { "shear", &number_kind, AT(config.augment.shear), 0, 2,
      "distortion: shear by up to this" },
    { "shift", &number_kind, AT(config.augment.shift), 0, 14,
      "distortion: shift by up to this many pixels" },
    { "smoothing", &number_kind, AT(config.smoothing), 0, 0.9, "label smoothing" },
    { "styles", &extra_kind, AT(styles), 0, 1,
      "probability of a slash, bar or foot; 0: off" },
    { "teacher-copies", &extra_count_kind, AT(config.teacher_copies), 0, DP_MAX_COPIES,
      "distortions of an image that teachers see; 0: no limit" },
    { "teacher-temperature", &extra_kind, AT(config.teacher_temperature), 0.1, 100,
      "softmax temperature for the answers of teachers" },
    { "warmup", &number_kind, AT(config.warmup), 0, 1,
      "fraction of the run in which the learning rate rises" },
    { "weight-decay", &number_kind, AT(config.decay), 0, 10, "weight decay" },
};
#undef AT
enum { N_KEYS = DP_COUNT(keys) };

/* The index of the option `name`; N_KEYS if it is unknown. */
static int find_key(const char *name)
{
    int i = 0;
    while (i < N_KEYS && strcmp(keys[i].name, name) != 0)
        i++;
    return i;
}

const char *dp_recipe_option(int i, const char **help)
{
    if (i >= N_KEYS)
        return NULL;
    *help = keys[i].help;
    return keys[i].name;
}

dp_code dp_recipe_set(dp_recipe *r, const char *option, const char *value, dp_err *err)
{
    int i = find_key(option);
    if (i == N_KEYS)
        return dp_fail(err, DP_USAGE, "unknown option '%s'", option);
    return keys[i].kind->parse((char *)r + keys[i].offset, &keys[i], value, err);
}

/* ---- files ------------------------------------------------------------------------- */

/* A recipe while its file is being read. `seen` marks the options set so far. */
typedef struct reading {
    dp_recipe recipe;
    bool seen[N_KEYS];
} reading;

static dp_code take_line(void *user, const char *name, const char *value, int line,
                         dp_err *err)
{
    (void)line;
    reading *to = user;
    int i = find_key(name);
    if (i < N_KEYS && to->seen[i])
        return dp_fail(err, DP_USAGE, "option '%s' is given twice", name);
    dp_code code = dp_recipe_set(&to->recipe, name, value, err);
    if (!code)
        to->seen[i] = true;
    return code;
}

dp_code dp_recipe_read(dp_recipe *r, const char *path, dp_err *err)
{
    reading file = { .recipe = *r };
    dp_code code = dp_key_value_read(path, DP_RECIPE_MAX_FILE, take_line, &file, err);
    if (!code)
        *r = file.recipe;
    return code;
}

/* ---- the chain and the canonical text ---------------------------------------------- */

dp_code dp_recipe_spec(dp_spec *out, const dp_recipe *r, dp_err *err)
{
    static const dp_shape input = { 1, DP_SIDE, DP_SIDE };
    if (r->arch[0] == '\0')
        return dp_fail(err, DP_USAGE, "no architecture; give --arch, --recipe or --from");
    const char *chain = r->arch;
    for (size_t i = 0; i < DP_COUNT(architectures); i++)
        if (strcmp(chain, architectures[i].name) == 0)
            chain = architectures[i].chain;
    dp_code code = dp_spec_parse(out, chain, input, err);
    return code ? dp_fail_in(err, code, "arch") : DP_OK;
}

static void format_value(char value[DP_MAX_SPEC_TEXT], const dp_recipe *r, int i)
{
    keys[i].kind->format(value, DP_MAX_SPEC_TEXT, (const char *)r + keys[i].offset);
}

void dp_recipe_format(char text[DP_RECIPE_MAX_TEXT], const dp_recipe *r,
                      const dp_spec *spec)
{
    dp_recipe whole = *r, defaults;
    dp_recipe_init(&defaults);
    dp_spec_format(whole.arch, sizeof whole.arch, spec);
    size_t used =
        (size_t)snprintf(text, DP_RECIPE_MAX_TEXT, "# %s %s\n", PACKAGE, PACKAGE_VERSION);
    for (int i = 0; i < N_KEYS; i++) {
        char value[DP_MAX_SPEC_TEXT], plain[DP_MAX_SPEC_TEXT];
        format_value(value, &whole, i);
        format_value(plain, &defaults, i);
        if (keys[i].kind->optional && strcmp(value, plain) == 0)
            continue;
        used += (size_t)snprintf(text + used, DP_RECIPE_MAX_TEXT - used, "%s = %s\n",
                                 keys[i].name, value);
    }
}
