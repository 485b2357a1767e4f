/* digitpad convert: a network from one file format to another. */
#include "config.h"

#include "tui/cli.h"
#include "tui/open.h"
#include "weights/fsio.h"
#include "weights/int8json.h"
#include "weights/onnx.h"
#include "weights/store.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: digitpad convert [OPTION]... IN OUT\n"
    "\n"
    "Write the network IN, a carried name or a path, in the format that the name of OUT\n"
    "asks for: .safetensors, .onnx, or .json (8-bit weights, multilayer perceptrons "
    "only).\n"
    "\n"
    "      --arch=SPEC   the chain of layers, for a file that does not tell it\n"
    "      --norm=NORM   unit, mnist, symmetric or raw: how IN wants its pixels scaled\n"
    "  -h, --help        this text\n";

static dp_code write_safetensors(const char *path, const dp_network *network, dp_err *err)
{
    const dp_modelfile_meta meta = {
        .train = dp_network_get_meta(network, "digitpad.train"),
        .accuracy = dp_network_get_meta(network, "digitpad.accuracy"),
        .other = network->meta,
        .n_other = network->n_meta,
    };
    return dp_modelfile_write(path, &network->spec, network->params, network->norm, &meta,
                              err);
}

static dp_code write_onnx(const char *path, const dp_network *network, dp_err *err)
{
    unsigned char *data;
    size_t size;
    dp_code code = dp_onnx_write(&data, &size, network, err);
    if (code)
        return code;
    code = dp_fsio_write(path, data, size, err);
    free(data);
    return code;
}

/* The file's own name is the network's. */
static dp_code write_json(const char *path, const dp_network *network, dp_err *err)
{
    char name[64], *text;
    size_t size;
    const char *own = dp_network_get_meta(network, "name");
    const char *base = own ? own : dp_fsio_basename(path);
    size_t length = own ? strlen(own) : strlen(base) - strlen(".json");
    length = length < sizeof name ? length : sizeof name - 1;
    memcpy(name, base, length);
    name[length] = '\0';
    dp_code code = dp_int8json_write(&text, &size, network, name, err);
    if (code)
        return code;
    code = dp_fsio_write(path, text, size, err);
    free(text);
    return code;
}

static const struct format {
    const char *extension;
    dp_code (*write)(const char *path, const dp_network *network, dp_err *err);
} formats[] = {
    { ".safetensors", write_safetensors },
    { ".onnx", write_onnx },
    { ".json", write_json },
};

/* The format that the name asks for; NULL where it is none of them. */
static const struct format *format_of(const char *path)
{
    const char *dot = strrchr(dp_fsio_basename(path), '.');
    for (size_t i = 0; dot && i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(dot, formats[i].extension) == 0)
            return &formats[i];
    return NULL;
}

typedef struct request {
    const char *in, *out;
    dp_modelfile_options open;
} request;

/* The exit status to leave with, or −1 to go on. */
static int read_options(request *r, int argc, char **argv)
{
    enum { ARCH = 256, NORM };
    static const struct option options[] = {
        { "arch", required_argument, NULL, ARCH },
        { "norm", required_argument, NULL, NORM },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    for (int option; (option = dp_cli_option(argc, argv, "h", options)) != -1;)
        switch (option) {
        case ARCH:
            r->open.arch = optarg;
            break;
        case NORM:
            if (!dp_cli_norm(&r->open.norm, argv[0], optarg))
                return DP_EXIT_USAGE;
            break;
        case 'h':
            return dp_cli_help(usage);
        default:
            return DP_EXIT_USAGE;
        }
    if (argc - optind != 2)
        return dp_cli_misuse(argv[0], "give two files, IN and OUT");
    r->in = argv[optind];
    r->out = argv[optind + 1];
    if (!format_of(r->out))
        return dp_cli_misuse(argv[0],
                             "%s: the name must end in .safetensors, .onnx or "
                             ".json",
                             r->out);
    return -1;
}

int dp_cmd_convert(int argc, char **argv)
{
    request r = { 0 };
    dp_network network;
    dp_err err;
    int status = read_options(&r, argc, argv);
    if (status >= 0)
        return status;
    dp_code code = dp_open_network(&network, "convert", r.in, &r.open, &err);
    if (code)
        return dp_cli_fail("convert", &err);
    dp_cli_warn_norm("convert", network.norm, network.norm_known);
    code = format_of(r.out)->write(r.out, &network, &err);
    dp_network_clear(&network);
    return code ? dp_cli_fail("convert", &err) : DP_EXIT_DONE;
}
