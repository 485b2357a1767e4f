/* digitpad info: describes a model file. */
#include "config.h"

#include "engine/infer/model.h"
#include "tui/cli/cli.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "tui/term/out.h"
#include "weights/io/digest.h"
#include "weights/model/model_read.h"
#include "weights/safetensors/safetensors.h"
#include "weights/model/detect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct request {
    dp_talk talk;
    const char *model;
    dp_network_file_options open;
} request;

static const dp_option options[] = {
    DP_OPTION_ARCH(request, open, "MODEL"),
    DP_OPTION_NORM(request, open, "MODEL"),
    DP_OPTION_MODEL(request, model, "describe MODEL, like the argument"),
    DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),
    { 0 },
};

/* Print layer i of a chain: "conv 32 3". */
static void print_layer_name(const dp_spec *spec, int i)
{
    char text[DP_MAX_SPEC_TEXT];
    dp_spec one = { .n_layers = 1, .layer = { spec->layer[i] } };
    one.shape[0] = spec->shape[i];
    one.shape[1] = spec->shape[i + 1];
    dp_spec_format(text, sizeof text, &one);
    puts(text);
}

/* Print the length of a vector, or channels × height × width of an image. */
static void print_shape(dp_shape s)
{
    char text[40];
    if (s.h == 1 && s.w == 1)
        snprintf(text, sizeof text, "%d", s.c);
    else
        snprintf(text, sizeof text, "%dx%dx%d", s.c, s.h, s.w);
    printf("%-12s", text);
}

static size_t layer_parameters(const dp_params *layout, int layer)
{
    size_t count = 0;
    for (int i = 0; i < layout->n; i++)
        if (layout->param[i].layer == layer)
            count += layout->param[i].count;
    return count;
}

static void print_layers(const dp_network *network, const dp_params *layout)
{
    const dp_spec *spec = &network->spec;
    printf("norm        %s%s\n", dp_norm_name(network->norm),
           network->norm_known ? "" : " (assumed)");
    printf("precision   %s\n", network->quant ? "int8" : "f32");
    printf("layers      ");
    print_shape(spec->shape[0]);
    puts("         0  input");
    for (int i = 0; i < spec->n_layers; i++) {
        printf("      %4d  ", i);
        print_shape(spec->shape[i + 1]);
        printf("%10zu  ", layer_parameters(layout, i));
        print_layer_name(spec, i);
    }
    printf("parameters  %zu trainable, %zu in all\n", layout->trainable, layout->count);
    printf("work        %zu multiply-accumulates an image\n", dp_spec_macs(spec));
}

static void print_tensors(const dp_safetensors *st)
{
    for (int i = 0; i < st->n_tensors; i++) {
        const dp_st_tensor *t = &st->tensor[i];
        printf("tensor      ");
        dp_out_print_safe(stdout, t->name);
        printf("  %s [", dp_dtype_name(t->dtype));
        for (int k = 0; k < t->rank; k++)
            printf("%s%" PRIu64, k ? "," : "", t->dim[k]);
        puts("]");
    }
}

/* Print a text, such as a recipe, with its lines aligned. A final newline is dropped. */
static void print_lines(const char *text)
{
    for (const char *end; *text; text = end + (*end == '\n')) {
        end = text + strcspn(text, "\n");
        char *line = strndup(text, (size_t)(end - text));
        dp_out_print_safe(stdout, line ? line : "");
        free(line);
        if (*end && end[1])
            printf("\n              ");
    }
}

static void print_metadata(const char *key, const char *value)
{
    printf("metadata    ");
    dp_out_print_safe(stdout, key);
    printf(": ");
    print_lines(value);
    putchar('\n');
}

static void print_head(const request *r, const unsigned char *data, size_t size)
{
    static const char *const names[] = {
        [DP_FORMAT_SAFETENSORS] = "safetensors",
        [DP_FORMAT_ONNX] = "ONNX",
        [DP_FORMAT_JSON] = "JSON",
    };
    dp_format format;
    char sha256[DP_DIGEST_MAX_HEX + 1];
    printf("model       ");
    dp_out_print_safe(stdout, r->model);
    if (dp_detect_format(&format, data, size, NULL) == DP_OK)
        printf("\nformat      %s", names[format]);
    dp_digest_sha256(sha256, data, size);
    printf("\nbytes       %zu\nsha256      %s\n", size, sha256);
}

/* If the file holds tensors but neither it nor --arch says how they form layers, list
 * them, which helps to work out --arch, and return true. */
static bool describe_tensors(request *r, const unsigned char *data, size_t size)
{
    dp_safetensors st;
    if (r->open.arch || dp_safetensors_parse(&st, data, size, NULL))
        return false;
    bool loose = !dp_safetensors_meta(&st, "digitpad.arch");
    if (loose) {
        print_head(r, data, size);
        print_tensors(&st);
        for (int i = 0; i < st.n_meta; i++)
            print_metadata(st.meta[i].key, st.meta[i].value);
        dp_talk_hint(&r->talk, "the file does not record its layers; give --arch and "
                               "--norm");
    }
    dp_safetensors_clear(&st);
    return loose;
}

static dp_code describe(request *r, const unsigned char *data, size_t size, dp_err *err)
{
    dp_network network;
    dp_params layout;
    if (describe_tensors(r, data, size))
        return DP_OK;
    dp_code code = dp_model_read(&network, data, size, &r->open, err);
    if (code)
        return code;
    if (!(code = dp_params_layout(&layout, &network.spec, err))) {
        print_head(r, data, size);
        print_layers(&network, &layout);
        for (int i = 0; i < network.n_meta; i++)
            print_metadata(network.meta[i].key, network.meta[i].value);
        dp_open_warn_norm(&r->talk, network.norm, network.norm_known);
    }
    dp_network_clear(&network);
    return code;
}

static int run(const dp_options *given)
{
    request r = { .talk = DP_TALK("info") };
    if (!dp_options_apply(&r, options, given))
        return DP_EXIT_USAGE;
    if (given->n_operands > 0 && r.model)
        return dp_cli_misuse("info", "only one MODEL is allowed");
    r.model = dp_cli_model(given->n_operands > 0 ? given->operand[0] : r.model);
    dp_store_file file;
    dp_err err;
    dp_code code = dp_open_file(&file, &r.talk, r.model, &err);
    if (code)
        return dp_cli_fail("info", &err);
    dp_store_complete(&r.open, &file);
    if ((code = describe(&r, file.data, file.size, &err)))
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
    .operands_rule = "only one MODEL is allowed",
    .run = run,
};
