/* digitpad convert: converts a network to another file format. */
#include "config.h"

#include "tui/cli/cli.h"
#include "tui/cli/open.h"
#include "weights/model/model_write.h"
#include "weights/store/store.h"

#include <getopt.h>

static const char usage[] =
    "usage: digitpad convert [OPTION]... IN OUT\n"
    "\n"
    "Convert the network IN to the file OUT, in the format of OUT's extension:\n"
    ".safetensors, .onnx, or .json (8-bit weights; multilayer perceptrons only).\n"
    "IN is a name of 'digitpad models', a path, or hf:OWNER/REPO[@REVISION]:FILE.\n"
    "\n"
    "      --arch=CHAIN  set the layers of IN, if its file does not record them\n"
    "      --norm=NORM   set the input scale of IN: unit, mnist, symmetric or raw\n"
    "  -h, --help        show this help\n";

typedef struct request {
    const char *in, *out;
    dp_network_file_options open;
} request;

/* The exit status to leave with, or −1 to go on. */
static int read_options(request *r, int argc, char **argv)
{
    static const struct option options[] = {
        DP_OPEN_OPTIONS,
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    for (int option; (option = dp_cli_option(argc, argv, "h", options)) != -1;)
        switch (option) {
        case DP_OPEN_ARCH:
        case DP_OPEN_NORM:
            if (!dp_open_option(&r->open, argv[0], option, optarg))
                return DP_EXIT_USAGE;
            break;
        case 'h':
            return dp_cli_help(usage);
        default:
            return DP_EXIT_USAGE;
        }
    if (argc - optind != 2)
        return dp_cli_misuse(argv[0], "two files are required, IN and OUT");
    r->in = argv[optind];
    r->out = argv[optind + 1];
    if (!dp_model_write_knows(r->out))
        return dp_cli_misuse(
            argv[0], "%s: the name must end in .safetensors, .onnx or .json", r->out);
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
    code = dp_model_write(r.out, &network, &err);
    if (!code && network.quant && dp_model_write_rounds(r.out))
        dp_cli_complain("convert",
                        "note: this format has one scale per layer, the network one per "
                        "channel; its 8-bit weights were rounded again");
    dp_network_clear(&network);
    return code ? dp_cli_fail("convert", &err) : DP_EXIT_DONE;
}
