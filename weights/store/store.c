#include "config.h"

#include "weights/store/store.h"

#include "weights/io/fsio.h"
#include "weights/model/model_read.h"
#include "weights/store/network_model.h"

void dp_store_complete(dp_network_file_options *options, const dp_store_file *file)
{
    const dp_registry_entry *entry = dp_registry_find_content(file->data, file->size);
    if (file->ref.kind == DP_STORE_PATH)
        options->path = file->ref.name;
    if (!entry)
        return;
    if (!options->arch)
        options->arch = entry->arch;
    if (!options->norm_given && entry->norm)
        options->norm_given = dp_norm_named(&options->norm, entry->norm);
}

/* The file is closed before a model packs the parameters, so that large weights are in memory at
 * most twice, or three times if batch norms are folded. */
static dp_code parse(dp_network *out, dp_store_file *file,
                     const dp_network_file_options *options, bool only_run, dp_err *err)
{
    dp_network_file_options completed =
        options ? *options : (dp_network_file_options){ 0 };
    dp_store_complete(&completed, file);
    completed.only_run = only_run;
    dp_code code = dp_model_read(out, file->data, file->size, &completed, err);
    dp_store_close(file);
    return code ? dp_fail_in(err, code, "%s", file->ref.name) : DP_OK;
}

dp_code dp_store_load_file(dp_network *out, dp_store_file *file,
                           const dp_network_file_options *options, dp_err *err)
{
    return parse(out, file, options, false, err);
}

dp_code dp_store_open_file(dp_model **out, dp_store_file *file,
                           const dp_network_file_options *options, dp_err *err)
{
    dp_network network;
    const char *name = file->ref.name;
    dp_code code = parse(&network, file, options, true, err);
    if (code)
        return code;
    /* A model from a path is named by the file; other names have no slash or keep their last
     * part. */
    code = dp_network_to_model(out, &network, dp_fsio_basename(name),
                               options ? options->kernels : NULL, err);
    dp_network_clear(&network);
    return code ? dp_fail_in(err, code, "%s", name) : DP_OK;
}

static dp_code read_named(dp_store_file *out, const char *name, dp_err *err)
{
    dp_store_ref ref;
    dp_code code = dp_store_resolve(&ref, name, err);
    return code ? code : dp_store_read(out, &ref, err);
}

dp_code dp_store_load(dp_network *out, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = read_named(&file, name, err);
    return code ? code : dp_store_load_file(out, &file, options, err);
}

dp_code dp_store_open(dp_model **out, const char *name,
                      const dp_network_file_options *options, dp_err *err)
{
    dp_store_file file;
    dp_code code = read_named(&file, name, err);
    return code ? code : dp_store_open_file(out, &file, options, err);
}
