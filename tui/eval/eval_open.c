#include "config.h"

#include "tui/eval/eval_open.h"

#include "tui/cli/open.h"
#include "weights/io/fsio.h"
#include "weights/model/model_read.h"
#include "weights/store/network_model.h"

#include <stdlib.h>

/* ---- reading --------------------------------------------------------------------------- */

/* Read the file once for each chain that fits it. */
static dp_code read_chains(dp_eval_source *out, const dp_store_file *file,
                           const dp_network_file_options *options, dp_err *err)
{
    char(*chain)[DP_MAX_SPEC_TEXT] = calloc(DP_SEARCH_CHAINS, sizeof *chain);
    int n = 0;
    dp_network_file_options stated = *options;
    if (!chain)
        return dp_fail(err, DP_NOMEM, "out of memory");
    dp_code code =
        dp_network_file_chains(chain, &n, DP_SEARCH_CHAINS, file->data, file->size, err);
    for (int i = 0; i < n && !code; i++) {
        stated.arch = chain[i];
        code = dp_model_read(&out->network[out->n], file->data, file->size, &stated, err);
        out->n += !code;
    }
    free(chain);
    return code;
}

static dp_code read_file(dp_eval_source *out, const dp_store_file *file,
                         const dp_eval_request *request, dp_err *err)
{
    dp_network_file_options options = request->options;
    dp_store_complete(&options, file);
    options.only_run = true;
    out->search_chain = request->search_chain && !options.arch &&
                        dp_network_file_lacks_chain(file->data, file->size);
    if (out->search_chain)
        return read_chains(out, file, &options, err);
    dp_code code = dp_model_read(&out->network[0], file->data, file->size, &options, err);
    out->n = !code;
    return code;
}

static dp_code make_model(dp_eval *e, const dp_network *network,
                          const dp_eval_request *request, dp_err *err)
{
    dp_model *model;
    dp_code code = dp_network_model(&model, network, dp_fsio_basename(request->model),
                                    request->options.kernels, err);
    if (code)
        return dp_fail_in(err, code, "%s", request->model);
    dp_model_unref(e->model);
    e->model = model;
    return DP_OK;
}

dp_code dp_eval_source_open(dp_eval *e, dp_eval_source *out,
                            const dp_eval_request *request, dp_err *err)
{
    dp_store_file file;
    *out = (dp_eval_source){ 0 };
    dp_code code = dp_open_file(&file, e->talk, request->model, err);
    if (code)
        return code;
    code = read_file(out, &file, request, err);
    dp_store_close(&file);
    if (code)
        return dp_fail_in(err, code, "%s", request->model);
    out->search_norm = request->search_norm && !out->network[0].norm_known;
    return make_model(e, &out->network[0], request, err);
}

void dp_eval_source_close(dp_eval_source *source)
{
    for (int i = 0; i < source->n; i++)
        dp_network_clear(&source->network[i]);
    source->n = 0;
}

/* ---- searching --------------------------------------------------------------------------- */

static dp_code search(dp_network **best, dp_eval *e, dp_eval_source *source, int threads,
                      dp_err *err)
{
    int found, tried;
    const dp_eval_search_job job = {
        .network = source->network,
        .n = source->n,
        .chain = source->search_chain,
        .norm = source->search_norm,
        .images = { e->images.pixels, e->images.label, e->images.n },
        .threads = threads,
        .talk = e->talk,
    };
    dp_code code = dp_eval_search(&found, &tried, &job, err);
    if (code)
        return code;
    dp_talk_detail(e->talk, "%d combinations of layers and input scale were tried",
                   tried);
    *best = &source->network[found];
    (*best)->spec_guessed = (*best)->spec_guessed && !source->search_chain;
    (*best)->norm_known = (*best)->norm_known || source->search_norm;
    return DP_OK;
}

/* Tell how to keep what was found. */
static void hint_at_converting(const dp_eval *e, const dp_eval_request *request)
{
    dp_talk_hint(e->talk,
                 "to write a file that records both: digitpad convert --arch='%s' "
                 "--norm=%s %s OUT.safetensors",
                 e->arch, dp_norm_name(dp_model_get_info(e->model)->norm),
                 request->model);
}

dp_code dp_eval_source_settle(dp_eval *e, dp_eval_source *source,
                              const dp_eval_request *request, int threads, dp_err *err)
{
    dp_network *network = &source->network[0];
    dp_code code = DP_OK;
    e->norm_from = request->options.norm_given ? DP_EVAL_OPTION
                   : source->search_norm       ? DP_EVAL_BEST
                   : network->norm_known       ? DP_EVAL_FILE
                                               : DP_EVAL_ASSUMED;
    e->arch_from = source->search_chain    ? DP_EVAL_BEST
                   : request->options.arch ? DP_EVAL_OPTION
                   : network->spec_guessed ? DP_EVAL_ASSUMED
                                           : DP_EVAL_FILE;
    if (source->search_chain || source->search_norm) {
        code = search(&network, e, source, threads, err);
        if (!code)
            code = make_model(e, network, request, err);
    }
    dp_spec_format(e->arch, sizeof e->arch, &network->spec);
    if (!code)
        dp_open_tell(e->talk, request->model, e->model);
    if (!code && source->search_chain)
        hint_at_converting(e, request);
    return code;
}
