#include "config.h"

#include "tui/train/recipe.h"

#include "engine/core/arith.h"
#include "engine/core/decimal.h"
#include "engine/train/distill.h"
#include "tui/cli/key_value.h"
#include "tui/train/recipes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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
        .repeat_outliers = 1,
    };
}

/* ---- the options ------------------------------------------------------------------- */

static dp_code parse_arch(void *field, const dp_option *o, const char *text, dp_err *err)
{
    const size_t n = strlen(text);
    (void)o;
    if (n == 0 || n >= DP_MAX_SPEC_TEXT)
        return dp_fail(err, DP_USAGE, "the chain must have 1 to %d bytes",
                       DP_MAX_SPEC_TEXT - 1);
    memcpy(field, text, n + 1);
    return DP_OK;
}

static void format_arch(char *out, size_t size, const dp_option *o, const void *field)
{
    (void)o;
    snprintf(out, size, "%s", (const char *)field);
}

static dp_code parse_seed(void *field, const dp_option *o, const char *text, dp_err *err)
{
    const char *end = text;
    uint64_t value;
    (void)o;
    if (!dp_decimal_digits(&value, &end, UINT64_MAX) || *end)
        return dp_fail(err, DP_USAGE, "'%s' is not a whole number from 0 to 2^64 - 1",
                       text);
    *(uint64_t *)field = value;
    return DP_OK;
}

static void format_seed(char *out, size_t size, const dp_option *o, const void *field)
{
    (void)o;
    snprintf(out, size, "%" PRIu64, *(const uint64_t *)field);
}

static const dp_option_type arch_type = { parse_arch, format_arch, DP_PLACE_NONE };
static const dp_option_type seed_type = { parse_seed, format_seed, DP_PLACE_NONE };

#define WORD(NAME, name) #name,
static const char *const optimizers[] = { DP_OPTIMS(WORD) NULL };
static const char *const schedules[] = { DP_SCHEDULES(WORD) NULL };
#undef WORD

const dp_option dp_recipe_options[] = {
    { "arch", 0, "CHAIN", DP_OPTION_OTHER(arch_type, dp_recipe, arch),
      .help = "a chain of layers, or that of the recipe " DP_RECIPE_NAMES },
    { "augment", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.probability, 0, 1),
      .help = "probability that an image is distorted" },
    { "average", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.average, 0, 0.99999),
      .help = "decay of the weights' moving average; 0: none" },
    { "batch", 0, "N", DP_OPTION_INT(dp_recipe, config.batch, 1, DP_MAX_BATCH),
      .help = "images per step" },
    { "clean-epochs", 0, "N",
      DP_OPTION_INT(dp_recipe, config.clean_epochs, 0, DP_MAX_EPOCHS),
      .help = "last epochs without distortion" },
    { "elastic", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.elastic, 0, 1),
      .help = "distortion: probability of an elastic one; 0: off", .omit_default = true },
    { "epochs", 0, "N", DP_OPTION_INT(dp_recipe, config.epochs, 0, DP_MAX_EPOCHS),
      .help = "passes over the training images; 0: only calibrate" },
    { "evidence", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.evidence, 0, 10),
      .help = "weight of the loss that trains the evidence for a digit; 0: off",
      .omit_default = true },
    { "hard", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.hard, 0, 1),
      .help = "distortion: probability of few grey levels; 0: off",
      .omit_default = true },
    { "lr", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.rate, 1e-8, 10),
      .help = "highest learning rate" },
    { "made-up", 0, "X", DP_OPTION_FLOAT(dp_recipe, made_up, 0, 10),
      .help = "generated digits per image; 0: off", .omit_default = true },
    { "misplaced", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.misplaced, 0, 1),
      .help = "distortion: probability of a small digit off the centre; 0: off",
      .omit_default = true },
    { "optimizer", 0, "NAME", DP_OPTION_WORD(dp_recipe, config.optimizer, optimizers),
      .help = "adamw, adam or muon" },
    { "outliers", 0, "X", DP_OPTION_FLOAT(dp_recipe, outliers, 0, 10),
      .help = "generated non-digits per image; 0: off", .omit_default = true },
    { "pen", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.pen, 0, 1),
      .help = "distortion: probability of another pen; 0: off", .omit_default = true },
    { "repeat-outliers", 0, "N", DP_OPTION_INT(dp_recipe, repeat_outliers, 1, 100),
      .help = "how often each of --outlier-strokes occurs in an epoch",
      .omit_default = true },
    { "repeat-strokes", 0, "N", DP_OPTION_INT(dp_recipe, repeat_strokes, 1, 100),
      .help = "how often each drawing occurs in an epoch", .omit_default = true },
    { "rotate", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.rotation, 0, 180),
      .help = "distortion: rotate by up to this many degrees" },
    { "scale", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.scale, 0, 0.9),
      .help = "distortion: scale each axis by 1 +- this" },
    { "schedule", 0, "NAME", DP_OPTION_WORD(dp_recipe, config.schedule, schedules),
      .help = "learning-rate schedule: onecycle, cosine or constant" },
    { "seed", 0, "N", DP_OPTION_OTHER(seed_type, dp_recipe, config.seed),
      .help = "seed of the random numbers" },
    { "shear", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.shear, 0, 2),
      .help = "distortion: shear by up to this" },
    { "shift", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.shift, 0, 14),
      .help = "distortion: shift by up to this many pixels" },
    { "skip-sure", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.skip, 0, 0.9),
      .help = "share of a batch, its surest images, without a backward pass",
      .omit_default = true },
    { "smoothing", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.smoothing, 0, 0.9),
      .help = "label smoothing" },
    { "styles", 0, "X", DP_OPTION_FLOAT(dp_recipe, styles, 0, 1),
      .help = "probability of another style of writing; 0: off", .omit_default = true },
    { "teacher-copies", 0, "N",
      DP_OPTION_INT(dp_recipe, config.teacher_copies, 0, DP_MAX_COPIES),
      .help = "distortions of an image for teachers; 0: no limit", .omit_default = true },
    { "teacher-temperature", 0, "X",
      DP_OPTION_FLOAT(dp_recipe, config.teacher_temperature, 0.1, 100),
      .help = "softmax temperature for the answers of teachers", .omit_default = true },
    { "thick", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.augment.thick, 0, 1),
      .help = "distortion: probability of a thick pen; 0: off", .omit_default = true },
    { "warmup", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.warmup, 0, 1),
      .help = "fraction of the run in which the learning rate rises" },
    { "weight-decay", 0, "X", DP_OPTION_FLOAT(dp_recipe, config.decay, 0, 10),
      .help = "weight decay" },
    { 0 },
};
enum { N_OPTIONS = DP_COUNT(dp_recipe_options) - 1 };

/* ---- reading ----------------------------------------------------------------------- */

/* A recipe while its lines are being read. `seen` marks the options set so far. */
typedef struct reading {
    dp_recipe recipe;
    bool seen[N_OPTIONS];
} reading;

static dp_code take_line(void *user, const char *name, const char *value, int line,
                         dp_err *err)
{
    reading *to = user;
    const dp_option *o = dp_option_find(dp_recipe_options, name);
    (void)line;
    if (!o)
        return dp_fail(err, DP_USAGE, "unknown option '%s'", name);
    if (to->seen[o - dp_recipe_options])
        return dp_fail(err, DP_USAGE, "option '%s' is given twice", name);
    to->seen[o - dp_recipe_options] = true;
    dp_code code = dp_option_set(&to->recipe, o, value, err);
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}

/* The recipe of the program with this name; NULL if it has none. */
static const dp_known_recipe *find_known(const char *name)
{
    for (const dp_known_recipe *known = dp_known_recipes; known->name; known++)
        if (strcmp(name, known->name) == 0)
            return known;
    return NULL;
}

/* Whether the text is the path of a file, rather than a name. */
static bool is_path(const char *text)
{
    struct stat st;
    return strchr(text, '/') || (stat(text, &st) == 0 && !S_ISDIR(st.st_mode));
}

dp_code dp_recipe_read(dp_recipe *r, const char *source, dp_err *err)
{
    reading lines = { .recipe = *r };
    const dp_known_recipe *known = find_known(source);
    dp_code code;
    if (is_path(source))
        code = dp_key_value_read(source, DP_RECIPE_MAX_FILE, take_line, &lines, err);
    else if (known)
        code = dp_key_value_parse(known->text, source, take_line, &lines, err);
    else
        code = dp_fail(err, DP_USAGE,
                       "%s: neither a file nor a recipe of the program, which are "
                       "%s",
                       source, DP_RECIPE_NAMES);
    if (!code)
        *r = lines.recipe;
    return code;
}

/* ---- the chain and the canonical text ---------------------------------------------- */

/* Replace the name of a recipe of the program by its chain. */
static dp_code resolve_arch(dp_recipe *r, dp_err *err)
{
    const dp_known_recipe *known = find_known(r->arch);
    reading lines = { 0 };
    if (!known)
        return DP_OK;
    dp_code code = dp_key_value_parse(known->text, known->name, take_line, &lines, err);
    if (!code)
        memcpy(r->arch, lines.recipe.arch, sizeof r->arch);
    return code;
}

dp_code dp_recipe_spec(dp_spec *out, const dp_recipe *r, dp_err *err)
{
    static const dp_shape input = { 1, DP_SIDE, DP_SIDE };
    dp_recipe whole = *r;
    if (r->arch[0] == '\0')
        return dp_fail(err, DP_USAGE, "no architecture; give --arch, --recipe or --from");
    dp_code code = resolve_arch(&whole, err);
    if (!code)
        code = dp_spec_parse(out, whole.arch, input, err);
    return code ? dp_fail_in(err, code, "arch") : DP_OK;
}

static void format_value(char value[DP_MAX_SPEC_TEXT], const dp_option *o,
                         const dp_recipe *r)
{
    const char *field = (const char *)r + o->value.offset;
    o->value.type->format(value, DP_MAX_SPEC_TEXT, o, field);
}

void dp_recipe_format(char text[DP_RECIPE_MAX_TEXT], const dp_recipe *r,
                      const dp_spec *spec)
{
    dp_recipe whole = *r, defaults;
    dp_recipe_init(&defaults);
    dp_spec_format(whole.arch, sizeof whole.arch, spec);
    size_t used =
        (size_t)snprintf(text, DP_RECIPE_MAX_TEXT, "# %s %s\n", PACKAGE, PACKAGE_VERSION);
    for (const dp_option *o = dp_recipe_options; o->name; o++) {
        char value[DP_MAX_SPEC_TEXT], plain[DP_MAX_SPEC_TEXT];
        format_value(value, o, &whole);
        format_value(plain, o, &defaults);
        if (o->omit_default && strcmp(value, plain) == 0)
            continue;
        used += (size_t)snprintf(text + used, DP_RECIPE_MAX_TEXT - used, "%s = %s\n",
                                 o->name, value);
    }
}
