/* Networks in files of our own: chain, parameters and metadata as one safetensors file. */
#ifndef DP_WEIGHTS_SAFETENSORS_NETWORK_FILE_H
#define DP_WEIGHTS_SAFETENSORS_NETWORK_FILE_H

#include "weights/network/network.h"

/* Metadata of a trained network, as text; NULL leaves a key out. Nothing in it may differ
 * between two equal training runs. */
typedef struct dp_network_file_meta {
    const char *train;            /* digitpad.train: the canonical recipe and seed */
    const char *accuracy;         /* digitpad.accuracy: "validation=0.9931 test=0.9942" */
    const dp_network_meta *other; /* further pairs; keys that are there are left out */
    int n_other;
} dp_network_file_meta;

/* Write spec and flat parameters (dp_params_layout) atomically; the same input gives the same
 * bytes. DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_network_file_write(const char *path, const dp_spec *spec,
                                            const float *params, dp_norm norm,
                                            const dp_network_file_meta *meta,
                                            dp_err *err);

/* The same of a network in 8 bits, and of either kind with its metadata: a file that was
 * read is written as it was. */
DP_MUST_CHECK dp_code dp_network_file_write_quant(const char *path, const dp_quant *q,
                                                  const dp_network_file_meta *meta,
                                                  dp_err *err);
DP_MUST_CHECK dp_code dp_network_file_write_network(const char *path,
                                                    const dp_network *network,
                                                    dp_err *err);

/* What overrides or completes a file; zero (NULL, 0) for nothing. */
typedef struct dp_network_file_options {
    const char *arch; /* chain text, for a foreign file */
    bool norm_given;
    dp_norm norm;              /* if norm_given: input scale instead of the file's */
    const dp_kernels *kernels; /* NULL: the best */
    bool only_run;             /* in 8 bits, params may stay NULL */
    const char *path; /* of the file, for what lies beside it; NULL: it stands alone */
} dp_network_file_options;

/* Read the bytes of a safetensors file; options is not NULL. DP_MODEL where it is damaged,
 * foreign without arch, or does not fit its chain; *out is untouched then. */
DP_MUST_CHECK dp_code dp_network_file_read(dp_network *out, const unsigned char *data,
                                           size_t size,
                                           const dp_network_file_options *options,
                                           dp_err *err);

#endif
