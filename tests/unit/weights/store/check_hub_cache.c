/* Names and hashes of the Hub, the registry, and the helper's events. */
#include "config.h"

#include "tests/tempdir.h"
#include "tests/unit/unit.h"

#include "engine/core/arith.h"
#include "engine/net/spec.h"
#include "weights/io/digest.h"
#include "weights/store/hub_client.h"
#include "weights/store/registry.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

START_TEST(digests_match_the_standards)
{
    /* FIPS 180-2 for "abc"; `printf abc | git hash-object --stdin`. */
    static const char sha256[] =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const char git[] = "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f";
    ck_assert(dp_digest_check(sha256, "abc", 3));
    ck_assert(dp_digest_check(git, "abc", 3));
    ck_assert(!dp_digest_check(sha256, "abd", 3));
    ck_assert(!dp_digest_check(git, "abd", 3));
    char hex[DP_DIGEST_MAX_HEX + 1];
    dp_digest_sha256(hex, "abc", 3);
    ck_assert_str_eq(hex, sha256);
    dp_digest d;
    dp_digest_start(&d, git, 3);
    for (int i = 0; i < 3; i++)
        dp_digest_add(&d, &"abc"[i], 1);
    ck_assert(dp_digest_agrees(&d));
    ck_assert(dp_digest_valid(sha256) && dp_digest_valid(git));
    static const char upper[] = "F2BA8F84AB5C1BCE84A7B441CB1959CFC7093B7F";
    static const char *const invalid[] = { "", "abc", "../x", upper };
    for (size_t i = 0; i < DP_COUNT(invalid); i++)
        ck_assert(!dp_digest_valid(invalid[i]));
}
END_TEST

START_TEST(references_have_three_parts)
{
    dp_hub_ref r;
    dp_err err;
    ck_assert(!dp_hub_ref_parse(&r, "hf:o.x/n-1@refs/pr/3:d/e.onnx", &err));
    ck_assert_str_eq(r.repo, "o.x/n-1");
    ck_assert_str_eq(r.revision, "refs/pr/3");
    ck_assert_str_eq(r.file, "d/e.onnx");
    ck_assert(!dp_hub_ref_parse(&r, "o/n:f", &err));
    ck_assert_str_eq(r.revision, "main");
    ck_assert_int_eq(dp_hub_ref_parse(&r, "o/n", &err), DP_USAGE);
    ck_assert_str_eq(r.file, "f"); /* a failure leaves it untouched */
    ck_assert(dp_hub_ref_is_commit("0123456789abcdef0123456789abcdef01234567"));
    ck_assert(!dp_hub_ref_is_commit("0123456789ABCDEF0123456789abcdef01234567"));
}
END_TEST

/* Addresses and the names they mean. */
static const char *const addresses[][2] = {
    { "https://huggingface.co/o/n/resolve/main/m.onnx", "o/n@main:m.onnx" },
    { "https://huggingface.co/o/n/resolve/main/m.onnx?download=true", "o/n@main:m.onnx" },
    { "https://huggingface.co/o/n/blob/v1.0/d/m.onnx#L3", "o/n@v1.0:d/m.onnx" },
    { "HTTPS://HuggingFace.co/o/n/raw/main/a%20b.json", "o/n@main:a b.json" },
    { "https://hf.co/o/n/tree/main/m.onnx", "o/n@main:m.onnx" },
    { "https://huggingface.co/o/n/blob/refs/pr/3/m.onnx", "o/n@refs/pr/3:m.onnx" },
    { "https://huggingface.co/o/n/blob/refs%2Fpr%2F3/m.onnx", "o/n@refs/pr/3:m.onnx" },
    { "https://mirror.example/hub/o/n/blob/main/m.onnx", "o/n@main:m.onnx" },
    { "hf://o/n/d/m.onnx", "o/n@main:d/m.onnx" },
    { "hf://models/o/n@v2/m?.onnx", "o/n@v2:m?.onnx" },
};

START_TEST(addresses_are_understood)
{
    setenv("HF_ENDPOINT", "https://mirror.example/hub/", 1);
    for (size_t i = 0; i < DP_COUNT(addresses); i++) {
        dp_hub_ref r;
        dp_err err;
        char name[DP_HUB_MAX_NAME];
        ck_assert(dp_hub_ref_is(addresses[i][0]));
        ck_assert_msg(!dp_hub_ref_parse(&r, addresses[i][0], &err), "%s", err.msg);
        snprintf(name, sizeof name, "%s@%s:%s", r.repo, r.revision, r.file);
        ck_assert_str_eq(name, addresses[i][1]);
    }
    unsetenv("HF_ENDPOINT");
}
END_TEST

/* Texts that name no file, and what the message says. */
static const char *const vague[][2] = {
    { "https://huggingface.co/o/n", "o/n: which file? give hf:o/n:FILE; "
                                    "https://huggingface.co/o/n/tree/main lists them" },
    { "https://huggingface.co/o/n/", "which file? give hf:o/n:FILE" },
    { "https://huggingface.co/o/n/tree/main", "which file? give hf:o/n:FILE" },
    { "https://huggingface.co/o/n/discussions/3", "which file? give hf:o/n:FILE" },
    { "hf://o/n", "which file? give hf:o/n:FILE" },
    { "o/n", "o/n: which file of the repository? give hf:o/n:FILE" },
    { "hf:o/n", "o/n: which file of the repository? give hf:o/n:FILE" },
    { "https://huggingface.co", "not an address of the Hugging Face Hub" },
    { "https://huggingface.co/", "not a model of the Hub; give hf:OWNER/REPO:FILE" },
    { "https://huggingface.co/datasets/o/n/blob/main/f", "not a model of the Hub" },
    { "hf://datasets/o/n/f", "not a model of the Hub" },
    { "https://mirror.example/hub/o/n/blob/main/m.onnx",
      "not an address of the Hugging" },
    { "https://huggingface.co.evil.example/o/n/blob/main/m", "not an address of the" },
    { "https://huggingface.co/o/n/blob/main/../m", "not a relative path" },
    { "https://huggingface.co/o/n/blob/main/%2e%2e/m", "not a relative path" },
    { "https://huggingface.co/o/n/blob/main/a%0Ab", "not a relative path" },
    { "https://huggingface.co/o/n/blob/m%20n/a", "not a branch, tag or commit" },
    { "https://huggingface.co/o--x/n/blob/main/a", "not a repository OWNER/NAME" },
    { "http://", "not an address of the Hugging Face Hub" },
};

START_TEST(addresses_without_a_file_get_the_form)
{
    for (size_t i = 0; i < DP_COUNT(vague); i++) {
        dp_hub_ref r;
        dp_err err = { 0 };
        ck_assert_int_eq(dp_hub_ref_parse(&r, vague[i][0], &err), DP_USAGE);
        ck_assert_msg(strstr(err.msg, vague[i][1]), "%s: %s", vague[i][0], err.msg);
    }
    char *huge = malloc(5000);
    dp_hub_ref r;
    dp_err err;
    int n = snprintf(huge, 5000, "https://huggingface.co/o/n/blob/main/");
    for (int size = n; size < 4999; size += 211) {
        memset(huge + n, '%', (size_t)(size - n));
        huge[size] = '\0';
        ck_assert(dp_hub_ref_parse(&r, huge, &err) == DP_USAGE ||
                  (size > n && size <= n + DP_HUB_MAX_FILE));
    }
    free(huge);
}
END_TEST

START_TEST(every_registry_entry_is_valid)
{
    const dp_registry_entry *e;
    dp_hub_ref ref, same;
    dp_spec spec;
    dp_norm norm;
    for (int i = 0; (e = dp_registry_at(i)); i++) {
        ck_assert_ptr_eq(dp_registry_find(e->name), e);
        ck_assert(e->carried || e->repo);
        ck_assert(!e->sha256 || (dp_digest_valid(e->sha256) && e->size > 0));
        ck_assert(!e->norm || dp_norm_named(&norm, e->norm));
        ck_assert(!e->arch ||
                  !dp_spec_parse(&spec, e->arch, (dp_shape){ 1, 28, 28 }, NULL));
        if (!e->repo)
            continue;
        ck_assert(!dp_hub_ref_set(&ref, e->repo, e->revision, e->file, NULL));
        dp_registry_ref(&same, e);
        ck_assert_str_eq(same.repo, ref.repo);
        ck_assert_ptr_eq(dp_registry_find_ref(&ref), e);
    }
    ck_assert_int_ge(dp_registry_at(0) != NULL, 1);
    ck_assert(!dp_registry_find("resnet") && !dp_registry_at(-1));
}
END_TEST

/* Start a shell script as the helper and wait for its first output. */
static dp_hub_client *run_helper(const char *script)
{
    char path[300];
    const char *models[] = { "m" };
    dp_hub_client *run;
    dp_err err;
    snprintf(path, sizeof path, "%s/helper.XXXXXX", tempdir());
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(dprintf(fd, "#!/bin/sh\n%s", script), (int)strlen(script) + 10);
    fchmod(fd, 0700);
    close(fd);
    setenv("DIGITPAD_HUB", path, 1);
    ck_assert_msg(!dp_hub_client_start(&run, models, 1, false, true, &err), "%s",
                  err.msg);
    poll(&(struct pollfd){ .fd = dp_hub_client_fd(run), .events = POLLIN }, 1, 10000);
    unlink(path);
    return run;
}

START_TEST(events_are_read_without_waiting)
{
    dp_hub_client *run = run_helper(
        "echo '{\"event\":\"start\",\"model\":\"m\"}'\n"
        "echo 'not JSON'\n"
        "echo '{\"event\":\"strange\",\"model\":\"m\"}'\n"
        "head -c 20000 /dev/zero | tr '\\0' x\necho\n"
        "echo '{\"event\":\"progress\",\"model\":\"m\",\"done\":3,\"total\":7}'\n"
        "echo "
        "'{\"event\":\"error\",\"model\":\"m\",\"code\":\"network\",\"message\":\"no\"}'"
        "\n"
        "exec sleep 600\n");
    dp_hub_event e;
    ck_assert(dp_hub_client_wait(&e, run) && e.kind == DP_HUB_START);
    ck_assert_str_eq(e.model, "m");
    ck_assert(dp_hub_client_wait(&e, run) && e.kind == DP_HUB_PROGRESS);
    ck_assert(e.done == 3 && e.total == 7);
    ck_assert(dp_hub_client_wait(&e, run) && e.kind == DP_HUB_ERROR);
    ck_assert_int_eq(e.err.code, DP_NETWORK);
    ck_assert_str_eq(e.err.msg, "no");
    ck_assert(!dp_hub_client_next(&e, run)); /* does not wait for the sleeping helper */
    dp_hub_client_free(run);                 /* stops it */
}
END_TEST

START_TEST(the_end_is_an_event)
{
    dp_hub_client *run =
        run_helper("printf '{\"event\":\"done\",\"model\":\"m\",\"cached\":true}'\n");
    dp_hub_event e;
    for (int i = 0; i < 2; i++) /* the line without an end is ignored */
        ck_assert(dp_hub_client_wait(&e, run) && e.kind == DP_HUB_END);
    dp_hub_client_free(run);
}
END_TEST

UNIT_MAIN("hub_cache", digests_match_the_standards, references_have_three_parts,
          addresses_are_understood, addresses_without_a_file_get_the_form,
          every_registry_entry_is_valid, events_are_read_without_waiting,
          the_end_is_an_event)
