/* digitpad convert: converts a network to another file format. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "weights/model/model_write.h"

typedef struct request {
    dp_talk talk;
    dp_network_file_options open;
    dp_sandbox_mode sandbox;
} request;

static const dp_option options[] = {
    DP_OPTION_ARCH(request, open, "IN"), DP_OPTION_NORM(request, open, "IN"),
    DP_OPTION_SANDBOX(request, sandbox), DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),    { 0 },
};

static int run(const dp_options *given)
{
    const char *in = given->operand[0], *out = given->operand[1];
    request r = { .talk = DP_TALK("convert") };
    dp_network network;
    dp_err err;
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    if (!dp_model_write_knows(out))
        return dp_cli_misuse("convert", "%s: the name must end in " DP_MODEL_WRITE_NAMES,
                             out);
    dp_code code = dp_confine(r.sandbox, &r.talk, given, &err);
    if (!code)
        code = dp_open_network(&network, &r.talk, in, &r.open, &err);
    if (code)
        return dp_cli_fail("convert", &err);
    code = dp_model_write(out, &network, &err);
    if (!code && network.quant && dp_model_write_rounds(out))
        dp_talk_warn(&r.talk,
                     "this format has one scale per layer, the network one per channel; "
                     "its 8-bit weights were rounded again");
    dp_network_clear(&network);
    return code ? dp_cli_fail("convert", &err) : DP_EXIT_DONE;
}

const dp_command dp_cmd_convert = {
    .name = "convert",
    .summary = "convert a model to another file format",
    .usage = { "convert [OPTION]... IN OUT" },
    .intro =
        "Convert the network IN to the file OUT, in the format of OUT's extension: "
        ".safetensors, .onnx, or .json (8-bit weights; multilayer perceptrons only). "
        "IN is " DP_MODEL_NAMES ".",
    .group = { { .options = options } },
    .min_operands = 2,
    .max_operands = 2,
    .operand_place = { DP_PLACE_MODEL, DP_PLACE_OUTPUT },
    .operands_rule = "two files are required, IN and OUT",
    .run = run,
};
