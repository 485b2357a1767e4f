/* digitpad quantize: quantises a network to 8 bits. */
#include "config.h"

#include "engine/synth/augment.h"
#include "engine/quant/quantize.h"
#include "tui/cli/cli.h"
#include "tui/cli/confine.h"
#include "tui/cli/open.h"
#include "tui/cli/options.h"
#include "tui/cli/shared_options.h"
#include "weights/io/fsio.h"
#include "weights/images/labelled.h"
#include "weights/model/model_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "quantize";

typedef struct request {
    dp_talk talk;
    const char *in, *out, *images;
    dp_network_file_options open;
    dp_sandbox_mode sandbox;
} request;

static bool ends_in(const char *path, const char *extension)
{
    const char *dot = strrchr(dp_fsio_basename(path), '.');
    return dot && strcmp(dot, extension) == 0;
}

static const dp_option options[] = {
    { "calibrate", 0, "IMAGES", DP_OPTION_PLACE(dp_option_input, request, images),
      .help = "measure on these images, in any format of predict or in a folder, which "
              "should be like those of the training; JSON needs none" },
    { "output", 'o', "OUT", DP_OPTION_PLACE(dp_option_output, request, out),
      .help = "write the network to OUT" },
    DP_OPTION_ARCH(request, open, "IN"),
    DP_OPTION_NORM(request, open, "IN"),
    DP_OPTION_SANDBOX(request, sandbox),
    DP_OPTION_QUIET(request, talk),
    DP_OPTION_VERBOSE(request, talk),
    { 0 },
};

/* The exit status to leave with, or −1 to go on. */
static int read_request(request *r, const dp_options *given)
{
    *r = (request){ .talk = DP_TALK(command), .in = given->operand[0] };
    if (!dp_options_apply(r, options, given))
        return DP_EXIT_USAGE;
    if (!r->out)
        return dp_cli_misuse(command, "-o OUT is required");
    const bool as_json = ends_in(r->out, ".json");
    if (!ends_in(r->out, ".safetensors") && !as_json)
        return dp_cli_misuse(command, "%s: the name must end in .safetensors or .json",
                             r->out);
    if (!r->images && !as_json)
        return dp_cli_misuse(command, "--calibrate=IMAGES is required");
    if (r->images && as_json)
        dp_talk_hint(&r->talk, "%s is not read: JSON has no activation ranges",
                     r->images);
    return -1;
}

/* Choose images at equal intervals and distort half of them as training does, so that the
 * activation ranges also cover other images. Overwrites the start of `pixels` with the
 * chosen images and returns their number. */
static int choose_images(uint8_t *pixels, int n)
{
    static const dp_augment warp = { .probability = 0.5f,
                                     .rotation = 15,
                                     .scale = 0.15f,
                                     .shear = 0.15f,
                                     .shift = 2,
                                     .elastic = 0.3f,
                                     .pen = 0.3f };
    const int chosen = n < DP_QUANTIZE_IMAGES ? n : DP_QUANTIZE_IMAGES;
    for (int i = 0; i < chosen; i++) {
        const size_t from = (size_t)i * (size_t)n / (size_t)chosen;
        float image[DP_PIXELS];
        dp_rng rng = dp_rng_stream(1, 0, (uint64_t)i);
        dp_augment_image(image, pixels + from * DP_PIXELS, &warp, &rng);
        for (int j = 0; j < DP_PIXELS; j++)
            pixels[i * DP_PIXELS + j] = (uint8_t)lrintf(image[j] * 255);
    }
    return chosen;
}

/* Images of 28×28 pixels are taken as they are, as training takes those of IDX files. */
static dp_code render(uint8_t image[DP_PIXELS], void *context, const dp_record *record,
                      dp_err *err)
{
    const dp_gray *gray = &record->gray;
    if (record->kind != DP_RECORD_IMAGE || gray->width != DP_SIDE ||
        gray->height != DP_SIDE)
        return dp_labelled_render(image, context, record, err);
    memcpy(image, gray->pixel, DP_PIXELS);
    return DP_OK;
}

/* Read the calibration images; the caller frees *pixels. */
static dp_code read_images(uint8_t **pixels, int *n, const char *path, dp_err *err)
{
    const dp_labelled_reading how = { .unlabelled = true, .render = render };
    dp_labelled images = { 0 };
    dp_code code = dp_labelled_read(&images, path, &how, err);
    free(images.label);
    if (code) {
        free(images.pixels);
        return code;
    }
    *pixels = images.pixels;
    *n = choose_images(images.pixels, images.n);
    return DP_OK;
}

static void show_progress(void *user, double done)
{
    dp_talk_work(user, done, "measuring activations");
}

/* Add the 8-bit form to the network. */
static dp_code quantise(request *r, dp_network *network, dp_err *err)
{
    uint8_t *pixels = NULL;
    int n = 0;
    dp_quant *q;
    dp_code code = read_images(&pixels, &n, r->images, err);
    if (code)
        return code;
    dp_talk_detail(&r->talk, "%s: %d images to measure activations", r->images, n);
    const dp_calibration images = { pixels, n, show_progress, &r->talk };
    dp_talk_begin_work(&r->talk);
    code = dp_quantize(&q, &network->spec, network->params, network->norm, &images, err);
    dp_talk_end(&r->talk);
    free(pixels);
    if (code)
        return dp_fail_in(err, code, "%s", r->in);
    network->quant = q;
    return DP_OK;
}

static dp_code write_quantised(request *r, dp_network *network, dp_err *err)
{
    dp_code code = DP_OK;
    if (network->quant)
        return dp_fail(err, DP_MODEL,
                       "%s: already quantised to 8 bits; give the float network%s", r->in,
                       dp_store_base(r->in) ? ", as in cnn:f32" : "");
    /* JSON has other scales and no activation ranges. */
    if (!ends_in(r->out, ".json"))
        code = quantise(r, network, err);
    return code ? code : dp_model_write(r->out, network, err);
}

static int run(const dp_options *given)
{
    request r;
    dp_network network;
    dp_err err;
    int status = read_request(&r, given);
    if (status >= 0)
        return status;
    dp_code code = dp_confine(r.sandbox, &r.talk, given, &err);
    if (!code)
        code = dp_open_network(&network, &r.talk, r.in, &r.open, &err);
    if (code)
        return dp_cli_fail(command, &err);
    code = write_quantised(&r, &network, &err);
    dp_network_clear(&network);
    return code ? dp_cli_fail(command, &err) : DP_EXIT_DONE;
}

const dp_command dp_cmd_quantize = {
    .name = "quantize",
    .summary = "quantise a network to 8 bits",
    .usage = { "quantize [OPTION]... IN --calibrate=IMAGES -o OUT.safetensors",
               "quantize [OPTION]... IN -o OUT.json" },
    .intro =
        "Write the network IN with 8-bit weights and activations. Activation ranges are "
        "measured on up to 2,000 of the IMAGES, some distorted. The extension of OUT is "
        ".safetensors, or .json for the weights alone of a multilayer perceptron.",
    .group = { { .options = options } },
    .min_operands = 1,
    .max_operands = 1,
    .operand_place = { DP_PLACE_MODEL },
    .operands_rule = "one network IN is required",
    .run = run,
};
