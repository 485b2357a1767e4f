/* What `digitpad info` knows of a model, and its output formats. */
#ifndef DP_TUI_COMMANDS_INFO_H
#define DP_TUI_COMMANDS_INFO_H

#include "weights/network/network.h"
#include "weights/safetensors/safetensors.h"

typedef struct dp_info {
    const char *model;  /* as the user named it */
    const char *format; /* NULL: unknown */
    const unsigned char *data;
    size_t size;
    /* Its network and the layout of its parameters; or, if nothing says how its tensors form
     * layers, NULL and the file with its tensors. */
    const dp_network *network;
    const dp_params *layout;
    const dp_safetensors *tensors;
} dp_info;

void dp_info_print_text(const dp_info *info);

/* Print one object of JSON. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_info_print_json(const dp_info *info, dp_err *err);

#endif
