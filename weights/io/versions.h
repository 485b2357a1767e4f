/* The libraries behind the file formats, for people who report a problem. */
#ifndef DP_WEIGHTS_IO_VERSIONS_H
#define DP_WEIGHTS_IO_VERSIONS_H

/* Name of the i-th library and the version that runs; NULL past the end. */
const char *dp_library(int i, const char **version);

#endif
