/* Writes a trained network in the format that its path's extension names, as `convert` does. */
#ifndef DP_TUI_TRAIN_TRAIN_SAVE_H
#define DP_TUI_TRAIN_TRAIN_SAVE_H

#include "weights/safetensors/network_file.h"

/* Write spec and params, [dp_params_layout(spec)->count], whose input scale is `unit`. *meta as
 * for dp_network_file_write. The path is one that dp_model_write_knows. DP_MODEL if the format
 * cannot hold the network, DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_train_save(const char *path, const dp_spec *spec,
                                    const float *params, const dp_network_file_meta *meta,
                                    dp_err *err);

/* Check whether that will be possible, with any parameters and before the training. */
DP_MUST_CHECK dp_code dp_train_save_check(const char *path, const dp_spec *spec,
                                          const float *params, dp_err *err);

#endif
