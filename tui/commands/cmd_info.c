/* digitpad info: describes a model file. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/commands/info.h"
#include "weights/model/detect.h"
#include "weights/model/model_read.h"

typedef struct request {
    dp_talk talk;
    const char *model;
    dp_network_file_options open;
    dp_form form;
    dp_sandbox_mode sandbox;
} request;

static const dp_option options[] = {
    DP_OPTION_ARCH(request, open, "MODEL"),
    DP_OPTION_NORM(request, open, "MODEL"),
    DP_OPTION_MODEL(request, model, "describe MODEL, like the argument"),
    DP_OPTION_FORM(request, form, ""),
    DP_OPTION_SANDBOX(request, sandbox),
    DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),
    { 0 },
};

static dp_code print(const request *r, dp_info *info, dp_err *err)
{
    static const char *const names[] = {
        [DP_FORMAT_SAFETENSORS] = "safetensors",
        [DP_FORMAT_ONNX] = "ONNX",
        [DP_FORMAT_JSON] = "JSON",
    };
    dp_format format;
    if (dp_detect_format(&format, info->data, info->size, NULL) == DP_OK)
        info->format = names[format];
    if (r->form == DP_FORM_JSON)
        return dp_info_print_json(info, err);
    dp_info_print_text(info);
    return DP_OK;
}

/* List the tensors of a file that does not form a chain by itself, which helps to work out
 * --arch, and say why. False if --arch is given, or if it is another file. */
static bool describe_tensors(dp_code *code, request *r, dp_info *info, const dp_err *why,
                             dp_err *err)
{
    dp_safetensors st;
    if (r->open.arch || !dp_network_file_lacks_chain(info->data, info->size) ||
        dp_safetensors_parse(&st, info->data, info->size, NULL))
        return false;
    info->tensors = &st;
    *code = print(r, info, err);
    info->tensors = NULL;
    dp_talk_warn(&r->talk, "%s", why->msg);
    dp_safetensors_clear(&st);
    return true;
}

static dp_code describe_network(request *r, dp_info *info, const dp_network *network,
                                dp_err *err)
{
    dp_params layout;
    char arch[DP_MAX_SPEC_TEXT] = "";
    dp_code code = dp_params_layout(&layout, &network->spec, err);
    info->network = network;
    info->layout = &layout;
    if (!code)
        code = print(r, info, err);
    if (code)
        return code;
    dp_open_warn_opset(&r->talk, network->newer_opset);
    if (network->spec_guessed)
        dp_spec_format(arch, sizeof arch, &network->spec);
    dp_open_warn(&r->talk, arch, network->norm, network->norm_known);
    return DP_OK;
}

static dp_code describe(request *r, dp_info *info, dp_err *err)
{
    dp_network network;
    dp_err why;
    dp_code code = dp_model_read(&network, info->data, info->size, &r->open, &why);
    if (code && describe_tensors(&code, r, info, &why, err))
        return code;
    if (code)
        return dp_fail(err, code, "%s", why.msg);
    code = describe_network(r, info, &network, err);
    dp_network_clear(&network);
    return code;
}

static int run(const dp_options *given)
{
    request r = { .talk = DP_TALK("info") };
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    if (given->n_operands > 0 && dp_options_commanded(given, "model"))
        return dp_cli_misuse("info", "only one MODEL is allowed");
    r.model = dp_cli_model(given->n_operands > 0 ? given->operand[0] : r.model);
    dp_store_file file;
    dp_err err;
    dp_code code = dp_confine(r.sandbox, &r.talk, given, &err);
    if (!code)
        code = dp_open_file(&file, &r.talk, r.model, &err);
    if (code)
        return dp_cli_fail("info", &err);
    dp_store_complete(&r.open, &file);
    dp_info info = { .model = r.model, .data = file.data, .size = file.size };
    if ((code = describe(&r, &info, &err)))
        dp_fail_in(&err, code, "%s", r.model);
    dp_store_close(&file);
    return code ? dp_cli_fail("info", &err) : dp_cli_finish("info", DP_EXIT_DONE);
}

const dp_command dp_cmd_info = {
    .name = "info",
    .summary = "describe a model",
    .usage = { "info [OPTION]... [MODEL]" },
    .intro =
        "Describe a model: format, size, hash, input scale, precision, layers, shapes, "
        "parameters and metadata. MODEL is " DP_MODEL_NAMES ".",
    .group = { { .options = options } },
    .max_operands = 1,
    .operand_place = { DP_PLACE_MODEL },
    .operands_rule = "only one MODEL is allowed",
    .run = run,
};
