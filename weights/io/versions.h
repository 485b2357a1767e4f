/* Versions of the libraries behind the file formats, for problem reports. */
#ifndef DP_WEIGHTS_IO_VERSIONS_H
#define DP_WEIGHTS_IO_VERSIONS_H

/* The name of library i and its version at run time; NULL past the last one. */
const char *dp_library(int i, const char **version);

#endif
