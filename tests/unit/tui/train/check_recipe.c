#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "engine/core/arith.h"
#include "tui/train/recipe.h"
#include "tui/train/recipes.h"

#include <stdio.h>
#include <string.h>

static char path[300];

static void write_recipe(const char *text, size_t size)
{
    snprintf(path, sizeof path, "%s/recipe", tempdir());
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
}

static dp_recipe defaults(void)
{
    dp_recipe r;
    dp_recipe_init(&r);
    return r;
}

static dp_code set(dp_recipe *r, const char *name, const char *value)
{
    const dp_option *o = dp_option_find(dp_recipe_options, name);
    ck_assert_ptr_nonnull(o);
    return dp_option_set(r, o, value, NULL);
}

START_TEST(reads_options_comments_and_space)
{
    static const char text[] = "# a recipe\n"
                               "\n"
                               "  arch = flatten | dense 10 bias=0\r\n"
                               "epochs=7\n"
                               "\tlr =  0.0125  \n"
                               "schedule = cosine\n"
                               "optimizer = adam\n"
                               "seed = 18446744073709551615";
    write_recipe(text, sizeof text - 1);
    dp_recipe r = defaults();
    ck_assert_int_eq(dp_recipe_read(&r, path, NULL), DP_OK);
    ck_assert_str_eq(r.arch, "flatten | dense 10 bias=0");
    ck_assert_int_eq(r.config.epochs, 7);
    ck_assert(r.config.rate == 0.0125f);
    ck_assert_int_eq(r.config.schedule, DP_SCHEDULE_COSINE);
    ck_assert_int_eq(r.config.optimizer, DP_OPTIM_ADAM);
    ck_assert(r.config.seed == UINT64_MAX);
    ck_assert_int_eq(r.config.batch, defaults().config.batch);
}
END_TEST

static void expect_refusal(const char *text, size_t size, const char *part)
{
    write_recipe(text, size);
    dp_recipe r = defaults(), before = r;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_recipe_read(&r, path, &err), DP_USAGE);
    ck_assert_msg(strstr(err.msg, path) == err.msg, "no path before: %s", err.msg);
    ck_assert_msg(strstr(err.msg, part) != NULL, "no '%s' in: %s", part, err.msg);
    ck_assert_mem_eq(&r, &before, sizeof r);
}

START_TEST(names_the_line_of_what_is_wrong)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        { "epochs = 3\nepoch = 4\n", ":2: unknown option 'epoch'" },
        { "\n\nepochs\n", ":3: 'epochs' is not of the form OPTION = VALUE" },
        { "epochs = 3\nepochs = 3\n", ":2: option 'epochs' is given twice" },
        { "epochs = -1\n", ":1: epochs: '-1'" },
        { "epochs = 3x\n", ":1: epochs: '3x'" },
        { "epochs =\n", ":1: epochs: ''" },
        { "epochs = 99999999999999999999\n", ":1: epochs: '9999" },
        { "lr = nan\n", ":1: lr: 'nan'" },
        { "lr = 11\n", ":1: lr: '11'" },
        { "seed = -1\n", ":1: seed: '-1'" },
        { "seed = 18446744073709551616\n", ":1: seed: '1844" },
        { "schedule = step\n", "(one of onecycle, cosine, constant)" },
        { "optimizer = sgd\n", "(one of adamw, adam, muon)" },
        { "arch =\n", ":1: arch" },
        { "images = x\n", ":1: unknown option 'images'" },
    };
    for (size_t i = 0; i < DP_COUNT(bad); i++)
        expect_refusal(bad[i].text, strlen(bad[i].text), bad[i].part);
    expect_refusal("epochs = 3\0\n", 12, "not a text file");
}
END_TEST

/* Texts that differ from the usual form but are read as C reads them. */
START_TEST(numbers_have_the_forms_of_c)
{
    static const char *const good[][2] = {
        { "epochs", "+3" }, { "epochs", "003" }, { "lr", "0x1p-3" },
        { "lr", "+.5" },    { "lr", "5e-1" },    { "seed", "007" },
    };
    static const char *const bad[][2] = {
        { "epochs", "3 " }, { "epochs", " 3" }, { "lr", " 0.5" }, { "epochs", "3.0" },
        { "lr", "0.5 " },   { "lr", "inf" },    { "seed", "+1" }, { "seed", " 1" },
        { "seed", "1 " },   { "seed", "" },
    };
    dp_recipe r = defaults();
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(set(&r, good[i][0], good[i][1]) == DP_OK, "%s '%s'", good[i][0],
                      good[i][1]);
    ck_assert_int_eq(r.config.epochs, 3);
    ck_assert(r.config.rate == 0.5F);
    ck_assert_uint_eq(r.config.seed, 7);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(set(&r, bad[i][0], bad[i][1]) == DP_USAGE, "%s '%s'", bad[i][0],
                      bad[i][1]);
}
END_TEST

START_TEST(missing_and_huge_files_are_io_errors)
{
    dp_recipe r = defaults();
    ck_assert_int_eq(dp_recipe_read(&r, "./no-such.recipe", NULL), DP_IO);
    static char huge[DP_RECIPE_MAX_FILE + 1];
    memset(huge, '#', sizeof huge);
    write_recipe(huge, sizeof huge);
    ck_assert_int_eq(dp_recipe_read(&r, path, NULL), DP_IO);
}
END_TEST

START_TEST(recipes_of_the_program_are_read_by_name)
{
    for (const dp_known_recipe *known = dp_known_recipes; known->name; known++) {
        dp_recipe r = defaults();
        dp_spec spec;
        dp_err err = { 0 };
        ck_assert_msg(dp_recipe_read(&r, known->name, &err) == DP_OK, "%s", err.msg);
        ck_assert_msg(dp_recipe_spec(&spec, &r, &err) == DP_OK, "%s", err.msg);
        ck_assert_ptr_nonnull(strstr(DP_RECIPE_NAMES, known->name));
    }
}
END_TEST

START_TEST(an_unknown_name_gets_the_list)
{
    dp_recipe r = defaults(), before = r;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_recipe_read(&r, "fsat", &err), DP_USAGE);
    ck_assert_msg(strstr(err.msg, "fsat: ") == err.msg, "%s", err.msg);
    ck_assert_ptr_nonnull(strstr(err.msg, DP_RECIPE_NAMES));
    ck_assert_mem_eq(&r, &before, sizeof r);
}
END_TEST

START_TEST(options_are_in_alphabetical_order)
{
    const dp_option *o = dp_recipe_options;
    for (; o[1].name; o++)
        ck_assert_int_lt(strcmp(o[0].name, o[1].name), 0);
    ck_assert_int_gt(o - dp_recipe_options, 10);
}
END_TEST

/* dp_recipe_format writes every option. */
START_TEST(every_option_can_be_formatted)
{
    for (const dp_option *o = dp_recipe_options; o->name; o++)
        ck_assert_msg(o->value.type->format != NULL, "%s", o->name);
}
END_TEST

START_TEST(canonical_text_is_the_recipe_again)
{
    dp_recipe r = defaults();
    ck_assert_int_eq(set(&r, "arch", "mlp"), DP_OK);
    ck_assert_int_eq(set(&r, "lr", "0.1"), DP_OK);
    ck_assert_int_eq(set(&r, "scale", "0.123456789"), DP_OK);
    dp_spec spec;
    ck_assert_int_eq(dp_recipe_spec(&spec, &r, NULL), DP_OK);
    char text[DP_RECIPE_MAX_TEXT], again[DP_RECIPE_MAX_TEXT];
    dp_recipe_format(text, &r, &spec);
    ck_assert_ptr_nonnull(strstr(text, "\nlr = 0.1\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nseed = 1\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "\narch = avgpool 2 | flatten | dense 320 | relu"));
    write_recipe(text, strlen(text));
    dp_recipe second = defaults();
    second.config.epochs = 999;
    ck_assert_int_eq(dp_recipe_read(&second, path, NULL), DP_OK);
    ck_assert_int_eq(dp_recipe_spec(&spec, &second, NULL), DP_OK);
    dp_recipe_format(again, &second, &spec);
    ck_assert_str_eq(text, again);
    ck_assert_mem_eq(&r.config, &second.config, sizeof r.config);
}
END_TEST

/* The canonical texts of existing networks do not name these options and must not
 * change. */
START_TEST(options_that_are_off_are_not_in_the_canonical_text)
{
    dp_recipe r = defaults();
    dp_spec spec;
    char text[DP_RECIPE_MAX_TEXT];
    ck_assert_int_eq(set(&r, "arch", "mlp"), DP_OK);
    ck_assert_int_eq(set(&r, "smoothing", "0"), DP_OK);
    ck_assert_int_eq(dp_recipe_spec(&spec, &r, NULL), DP_OK);
    dp_recipe_format(text, &r, &spec);
    ck_assert_ptr_null(strstr(text, "elastic"));
    ck_assert_ptr_null(strstr(text, "pen"));
    ck_assert_ptr_null(strstr(text, "hard"));
    ck_assert_ptr_null(strstr(text, "misplaced"));
    ck_assert_ptr_null(strstr(text, "thick"));
    ck_assert_ptr_nonnull(strstr(text, "\nsmoothing = 0\n"));
    ck_assert_int_eq(set(&r, "elastic", "0.3"), DP_OK);
    ck_assert_int_eq(set(&r, "pen", "0.25"), DP_OK);
    dp_recipe_format(text, &r, &spec);
    ck_assert_ptr_nonnull(strstr(text, "\nelastic = 0.3\n"));
    ck_assert_ptr_nonnull(strstr(text, "\npen = 0.25\n"));
}
END_TEST

START_TEST(named_architectures_read_digits)
{
    static const struct {
        const char *name;
        size_t most;
    } known[] = {
        { "mlp", 110000 }, { "cnn", 400000 }, { "nano", 16384 }, { "fast", 50000 }
    };
    for (size_t i = 0; i < DP_COUNT(known); i++) {
        dp_recipe r = defaults();
        dp_spec spec;
        dp_params layout;
        ck_assert_int_eq(set(&r, "arch", known[i].name), DP_OK);
        ck_assert_int_eq(dp_recipe_spec(&spec, &r, NULL), DP_OK);
        ck_assert_int_eq(dp_params_layout(&layout, &spec, NULL), DP_OK);
        ck_assert_uint_le(layout.trainable, known[i].most);
        ck_assert_uint_eq(dp_shape_count(spec.shape[spec.n_layers]), DP_DIGITS);
    }
    dp_recipe none = defaults();
    dp_spec spec;
    dp_err err = { 0 };
    ck_assert_int_eq(dp_recipe_spec(&spec, &none, &err), DP_USAGE);
    ck_assert_ptr_nonnull(strstr(err.msg, "--arch"));
}
END_TEST

UNIT_MAIN("recipe", reads_options_comments_and_space, names_the_line_of_what_is_wrong,
          numbers_have_the_forms_of_c, missing_and_huge_files_are_io_errors,
          recipes_of_the_program_are_read_by_name, an_unknown_name_gets_the_list,
          options_are_in_alphabetical_order, every_option_can_be_formatted,
          canonical_text_is_the_recipe_again,
          options_that_are_off_are_not_in_the_canonical_text,
          named_architectures_read_digits)
