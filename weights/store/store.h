/* Making networks, and models that run, from the files of models. */
#ifndef DP_WEIGHTS_STORE_STORE_H
#define DP_WEIGHTS_STORE_STORE_H

#include "engine/infer/model.h"
#include "weights/safetensors/network_file.h"
#include "weights/store/store_file.h"

/* Complete the options for a file: set its path, and, if the registry knows its digest, the
 * chain and the input scale unless they are given. */
void dp_store_complete(dp_network_file_options *options, const dp_store_file *file);

/* Make a network of a file, or a model that is ready to run. They close the file, even after a
 * failure; options may be NULL. DP_MODEL if the file is damaged, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_store_load_file(dp_network *out, dp_store_file *file,
                                         const dp_network_file_options *options,
                                         dp_err *err);
DP_MUST_CHECK dp_code dp_store_open_file(dp_model **out, dp_store_file *file,
                                         const dp_network_file_options *options,
                                         dp_err *err);

/* The whole way from a name: resolve it, read its file, and make a network or a model. */
DP_MUST_CHECK dp_code dp_store_load(dp_network *out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);
DP_MUST_CHECK dp_code dp_store_open(dp_model **out, const char *name,
                                    const dp_network_file_options *options, dp_err *err);

#endif
