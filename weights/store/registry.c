#include "config.h"

#include "weights/store/registry.h"

#include "engine/core/arith.h"
#include "weights/io/digest.h"

#include <math.h>
#include <string.h>

/* The carried networks are on the Hub only if configure was given --with-hub-repo. */
#ifdef DP_HUB_REPO
#define OWN(name)                                                                        \
    .repo = DP_HUB_REPO, .revision = DP_HUB_MAIN, .file = name ".safetensors"
#else
#define OWN(name) .repo = NULL
#endif

static const dp_registry_entry entries[] = {
    {
        .name = "cnn",
        OWN("cnn"),
        .licence = "MIT",
        .accuracy = 0.9964F,
        .summary = "convolutional network of digitpad, the default",
        .carried = true,
    },
    {
        .name = "mlp",
        OWN("mlp"),
        .licence = "MIT",
        .accuracy = 0.9929F,
        .summary = "multilayer perceptron of digitpad",
        .carried = true,
    },
    {
        .name = "nano",
        OWN("nano"),
        .licence = "MIT",
        .accuracy = 0.9935F,
        .summary = "small convolutional network of digitpad, in 16 KB",
        .carried = true,
    },
    {
        .name = "mnist-8",
        .repo = "onnxmodelzoo/mnist-8",
        .revision = "a19f9a8c2333de1df9b03f10f5739f468b699a1a",
        .file = "mnist-8.onnx",
        .size = 26454,
        .sha256 = "2f06e72de813a8635c9bc0397ac447a601bdbfa7df4bebc278723b958831c9bf",
        .licence = "MIT or Apache-2.0",
        .norm = "unit",
        .accuracy = 0.9890F,
        .summary = "CNN of the ONNX model zoo, 98.90 %",
    },
    {
        .name = "mnist-mlp",
        .repo = "dacorvo/mnist-mlp",
        .revision = "7ed1e96d182395fd7380ea8495b9eb2364ce9dc1",
        .file = "model.safetensors",
        .size = 1077824,
        .sha256 = "59dfd2968fc0c60192c8e41ecff29f9271ec625684c9c3368ceae4166d089aec",
        .licence = "Apache-2.0",
        .arch = "flatten | dense 256 | relu | dense 256 | relu | dense 10",
        .norm = "mnist",
        .accuracy = 0.9657F,
        .summary = "784-256-256-10, 96.57 %",
    },
};

enum { N_ENTRIES = DP_COUNT(entries) };

const dp_registry_entry *dp_registry_at(int i)
{
    return i >= 0 && i < N_ENTRIES ? &entries[i] : NULL;
}

const dp_registry_entry *dp_registry_find(const char *name)
{
    for (int i = 0; i < N_ENTRIES; i++)
        if (strcmp(entries[i].name, name) == 0)
            return &entries[i];
    return NULL;
}

const dp_registry_entry *dp_registry_find_ref(const dp_hub_ref *ref)
{
    for (int i = 0; i < N_ENTRIES; i++) {
        const dp_registry_entry *e = &entries[i];
        if (e->repo && strcmp(e->repo, ref->repo) == 0 &&
            strcmp(e->revision, ref->revision) == 0 && strcmp(e->file, ref->file) == 0)
            return e;
    }
    return NULL;
}

const dp_registry_entry *dp_registry_find_content(const void *data, size_t size)
{
    for (int i = 0; i < N_ENTRIES; i++) {
        const dp_registry_entry *e = &entries[i];
        if (e->sha256 && e->size == size && dp_digest_check(e->sha256, data, size))
            return e;
    }
    return NULL;
}

void dp_registry_ref(dp_hub_ref *out, const dp_registry_entry *entry)
{
    strcpy(out->repo, entry->repo);
    strcpy(out->revision, entry->revision);
    strcpy(out->file, entry->file);
}

bool dp_registry_resolve(dp_hub_ref *out, const dp_registry_entry **entry,
                         const char *model)
{
    const dp_registry_entry *e = dp_registry_find(model);
    if (e && !e->repo)
        return false;
    if (e)
        dp_registry_ref(out, e);
    else if (!dp_hub_ref_is(model) || dp_hub_ref_parse(out, model, NULL) != DP_OK)
        return false;
    *entry = e ? e : dp_registry_find_ref(out);
    return true;
}
