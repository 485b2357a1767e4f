/* The store: what names mean, and opening models by name. */
#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/unit.h"
#include "weights/io/fsio.h"
#include "weights/store/store.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- names ------------------------------------------------------------------------- */

static dp_store_ref resolve(const char *name)
{
    dp_store_ref ref;
    dp_err err;
    ck_assert_msg(dp_store_resolve(&ref, name, &err) == DP_OK, "%s", err.msg);
    ck_assert_ptr_eq(ref.name, name);
    return ref;
}

START_TEST(a_name_has_one_meaning)
{
    static const struct {
        const char *name;
        dp_store_kind kind;
    } cases[] = {
        { "cnn", DP_STORE_CARRIED },   { "mlp", DP_STORE_CARRIED },
        { "nano", DP_STORE_CARRIED },  { "cnn:f32", DP_STORE_ORIGINAL },
        { "mnist-8", DP_STORE_HUB },   { "hf:owner/repo:model.onnx", DP_STORE_HUB },
        { "cnn-mine", DP_STORE_PATH }, /* without its file */
        { "resnet", DP_STORE_PATH },   { "resnet:f32", DP_STORE_PATH },
        { "./cnn", DP_STORE_PATH },    { "", DP_STORE_PATH },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++)
        ck_assert_msg(resolve(cases[i].name).kind == cases[i].kind, "%s", cases[i].name);
    ck_assert_ptr_eq(resolve("mlp").carried, &dp_carried_models[1]);
    ck_assert_str_eq(resolve("mnist-8").entry->name, "mnist-8");
    ck_assert_str_eq(resolve("hf:owner/repo@v1:a/b.onnx").hub.revision, "v1");
    ck_assert_ptr_null(resolve("hf:owner/repo:model.onnx").entry);
}
END_TEST

START_TEST(a_malformed_hub_name_is_a_usage_error)
{
    dp_store_ref ref = { .name = "untouched" };
    dp_err err;
    ck_assert_int_eq(dp_store_resolve(&ref, "hf:repo", &err), DP_USAGE);
    ck_assert_str_eq(err.msg, "'hf:repo': not OWNER/REPO[@REVISION]:FILE");
    ck_assert_str_eq(ref.name, "untouched");
}
END_TEST

START_TEST(a_personal_name_means_its_file)
{
    char path[PATH_MAX];
    setenv("XDG_DATA_HOME", tempdir(), 1);
    ck_assert_int_eq(dp_store_personal_path(path, &dp_carried_models[1], NULL), DP_OK);
    ck_assert_int_eq(dp_fsio_make_parents(path, NULL), DP_OK);
    ck_assert_int_eq(dp_fsio_write(path, "x", 1, NULL), DP_OK);
    dp_store_ref ref = resolve("mlp-mine");
    ck_assert_int_eq(ref.kind, DP_STORE_PERSONAL);
    ck_assert_ptr_eq(ref.carried, &dp_carried_models[1]);
    ck_assert_str_eq(ref.personal, path);
    unlink(path);
    ck_assert_int_eq(resolve("mlp-mine").kind, DP_STORE_PATH);
}
END_TEST

START_TEST(only_models_of_the_hub_are_fetched)
{
    static const char *const others[] = { "cnn", "cnn:f32", "resnet" };
    for (size_t i = 0; i < DP_COUNT(others); i++) {
        dp_store_ref ref = resolve(others[i]);
        ck_assert(!dp_store_must_fetch(&ref));
    }
    dp_store_ref ref = resolve("mnist-8");
    dp_store_file file;
    dp_err err;
    setenv("HF_HUB_CACHE", tempdir(), 1);
    ck_assert(dp_store_must_fetch(&ref));
    ck_assert(!dp_store_has(ref.entry));
    ck_assert(dp_store_has(dp_registry_find("cnn")));
    ck_assert_int_eq(dp_store_read(&file, &ref, &err), DP_MODEL);
    ck_assert_str_eq(err.msg, "mnist-8: not in the cache; run 'digitpad models fetch "
                              "mnist-8'");
}
END_TEST

/* The bytes are those of the first reading even if the file has changed since, for one reading. */
START_TEST(a_kept_file_is_read_once)
{
    char path[PATH_MAX];
    dp_store_file file, again;
    dp_err err;
    setenv("HF_HUB_CACHE", tempdir(), 1);
    snprintf(path, sizeof path, "%s/models--owner--repo/snapshots/%040d/model.onnx",
             tempdir(), 1);
    ck_assert_int_eq(dp_fsio_make_parents(path, NULL), DP_OK);
    ck_assert_int_eq(dp_fsio_write(path, "first", 5, NULL), DP_OK);
    char name[80];
    snprintf(name, sizeof name, "hf:owner/repo@%040d:model.onnx", 1);
    dp_store_ref ref = resolve(name), other = resolve("hf:owner/repo:other.onnx");
    ck_assert_msg(!dp_store_read(&file, &ref, &err), "%s", err.msg);
    dp_store_keep(&file);
    ck_assert_int_eq(dp_fsio_write(path, "second", 6, NULL), DP_OK);
    ck_assert_int_eq(dp_store_read(&again, &other, &err), DP_MODEL);
    ck_assert_msg(!dp_store_read(&again, &ref, &err), "%s", err.msg);
    ck_assert_uint_eq(again.size, 5);
    ck_assert_mem_eq(again.data, "first", 5);
    dp_store_close(&again);
    ck_assert_msg(!dp_store_read(&again, &ref, &err), "%s", err.msg);
    ck_assert_mem_eq(again.data, "second", 6);
    dp_store_close(&again);
}
END_TEST

/* ---- opening ----------------------------------------------------------------------- */

START_TEST(carried_networks_open)
{
    ck_assert_str_eq(dp_carried_models[0].name, DP_DEFAULT_MODEL);
    ck_assert_str_eq(dp_carried_models[1].name, "mlp");
    ck_assert_str_eq(dp_carried_models[2].name, "nano");
    ck_assert_ptr_null(dp_carried_models[3].name);
    for (const dp_carried *c = dp_carried_models; c->name; c++) {
        dp_model *model;
        dp_err err;
        ck_assert_uint_eq((uintptr_t)c->data % 64, 0);
        ck_assert_msg(!dp_store_open(&model, c->name, NULL, &err), "%s", err.msg);
        ck_assert_int_eq(dp_model_check_digits(model, &err), DP_OK);
        ck_assert_str_eq(dp_model_get_info(model)->name, c->name);
        dp_model_unref(model);
    }
}
END_TEST

START_TEST(personal_networks_belong_to_carried_ones)
{
    char path[PATH_MAX];
    ck_assert_str_eq(dp_carried_models[0].personal, "cnn-mine");
    ck_assert_ptr_eq(dp_store_base("mlp"), &dp_carried_models[1]);
    ck_assert_ptr_eq(dp_store_base("mlp-mine"), &dp_carried_models[1]);
    ck_assert_ptr_null(dp_store_base("mlp-mine2"));
    ck_assert_ptr_null(dp_store_base("mnist-8"));
    ck_assert_int_eq(dp_store_personal_path(path, &dp_carried_models[1], NULL), DP_OK);
    ck_assert_ptr_nonnull(strstr(path, "/digitpad/mlp-mine.safetensors"));
    ck_assert(!dp_store_find_personal(path, "mlp"));
}
END_TEST

START_TEST(carried_networks_equal_their_files)
{
    for (const dp_carried *c = dp_carried_models; c->name; c++) {
        char path[4096];
        const char *srcdir = getenv("srcdir");
        unsigned char *data;
        size_t size;
        dp_err err;
        snprintf(path, sizeof path, "%s/weights/shipped/%s.int8.safetensors",
                 srcdir ? srcdir : "..", c->name);
        ck_assert_msg(!dp_fsio_read(&data, &size, path, 1 << 24, &err), "%s", err.msg);
        ck_assert_uint_eq(size, c->size);
        ck_assert_mem_eq(data, c->data, size);
        free(data);
    }
}
END_TEST

START_TEST(missing_models_are_named)
{
    dp_model *model = NULL;
    dp_err err;
    ck_assert_int_eq(dp_store_open(&model, "resnet", NULL, &err), DP_MODEL);
    ck_assert_str_eq(err.msg, "resnet: no model has this name, and no file; 'digitpad "
                              "models' lists the names");
    ck_assert_int_eq(dp_store_open(&model, "/", NULL, &err), DP_MODEL);
    ck_assert_int_eq(err.code, DP_MODEL);
    ck_assert_str_eq(err.msg, "/: is a directory");
    ck_assert_int_eq(dp_store_open(&model, "/proc/self/environ", NULL, &err), DP_MODEL);
    ck_assert_ptr_null(model);
}
END_TEST

UNIT_MAIN("store", a_name_has_one_meaning, a_malformed_hub_name_is_a_usage_error,
          a_personal_name_means_its_file, only_models_of_the_hub_are_fetched,
          a_kept_file_is_read_once, carried_networks_open,
          personal_networks_belong_to_carried_ones, carried_networks_equal_their_files,
          missing_models_are_named)
