#include "config.h"

#include "weights/model/model_check.h"

#include "weights/io/fsio.h"
#include "weights/model/model_read.h"
#include "weights/safetensors/safetensors.h"

/* Tensors in good order, whose chain the user will have to give. */
static bool is_loose(const unsigned char *data, size_t size)
{
    dp_safetensors st;
    if (dp_safetensors_parse(&st, data, size, NULL))
        return false;
    bool loose = !dp_safetensors_meta(&st, "digitpad.arch");
    dp_safetensors_clear(&st);
    return loose;
}

dp_code dp_model_check(const unsigned char *data, size_t size, const char *file,
                       dp_err *err)
{
    dp_network network;
    dp_code code = dp_model_read(&network, data, size, NULL, err);
    if (!code)
        dp_network_clear(&network);
    else if (is_loose(data, size))
        code = DP_OK;
    return code ? dp_fail_in(err, code, "%s", dp_fsio_basename(file)) : DP_OK;
}
