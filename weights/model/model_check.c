#include "config.h"

#include "weights/model/model_check.h"

#include "weights/io/fsio.h"
#include "weights/model/model_read.h"

dp_code dp_model_check(const unsigned char *data, size_t size, const char *file,
                       dp_err *err)
{
    dp_network network;
    dp_code code = dp_model_read(&network, data, size, NULL, err);
    if (!code)
        dp_network_clear(&network);
    else if (code != DP_NOMEM && dp_network_file_lacks_chain(data, size))
        code = DP_OK;
    return code ? dp_fail_in(err, code, "%s", dp_fsio_basename(file)) : DP_OK;
}
