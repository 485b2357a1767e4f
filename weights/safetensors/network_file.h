/* Networks as safetensors files: the chain and the input scale are metadata, the parameters
 * are tensors. Files from other frameworks have the tensors only. */
#ifndef DP_WEIGHTS_SAFETENSORS_NETWORK_FILE_H
#define DP_WEIGHTS_SAFETENSORS_NETWORK_FILE_H

#include "weights/network/network.h"

/* Metadata of a trained network, as text; a key whose text is NULL is not written. Two equal
 * training runs must give equal metadata: no dates, no host names. */
typedef struct dp_network_file_meta {
    const char *train;    /* digitpad.train: the canonical recipe and seed */
    const char *accuracy; /* digitpad.accuracy: "validation=0.9931 test=0.9942" */
    const dp_network_meta
        *other; /* further pairs; those with a key from above are dropped */
    int n_other;
} dp_network_file_meta;

/* Write spec and params (in the order of dp_params_layout) atomically; equal input gives
 * equal bytes. meta may be NULL. DP_MODEL if a parameter is not finite, DP_IO, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_network_file_write(const char *path, const dp_spec *spec,
                                            const float *params, dp_norm norm,
                                            const dp_network_file_meta *meta,
                                            dp_err *err);

/* The same for an int8 network. */
DP_MUST_CHECK dp_code dp_network_file_write_quant(const char *path, const dp_quant *q,
                                                  const dp_network_file_meta *meta,
                                                  dp_err *err);

/* Write a network of either kind with its own metadata: if it was read from a digitpad file,
 * the result is equal to that file. */
DP_MUST_CHECK dp_code dp_network_file_write_network(const char *path,
                                                    const dp_network *network,
                                                    dp_err *err);

/* What the caller knows better than the file, or in its place; all zero by default. */
typedef struct dp_network_file_options {
    const char
        *arch; /* the chain as text, for a file from another framework; NULL: guess it */
    bool norm_given;
    dp_norm norm;              /* if norm_given: replaces the input scale of the file */
    const dp_kernels *kernels; /* NULL: the best for this machine */
    bool only_run;             /* params of an int8 network are not needed */
    const char *path; /* of the file, to find its external data; NULL: it has none */
} dp_network_file_options;

/* Whether these are the bytes of a well-formed safetensors file that does not record its chain. */
bool dp_network_file_lacks_chain(const unsigned char *data, size_t size);

/* Write the *n chains, at most `max`, that fit such a file, the most usual first. Errors as for
 * dp_chain_guess. */
DP_MUST_CHECK dp_code dp_network_file_chains(char text[][DP_MAX_SPEC_TEXT], int *n,
                                             int max, const unsigned char *data,
                                             size_t size, dp_err *err);

/* Read the bytes of a safetensors file; options is not NULL. DP_MODEL if the file is damaged,
 * does not match its chain, or does not tell it and needs options->arch or a norm; *out is untouched then. */
DP_MUST_CHECK dp_code dp_network_file_read(dp_network *out, const unsigned char *data,
                                           size_t size,
                                           const dp_network_file_options *options,
                                           dp_err *err);

#endif
