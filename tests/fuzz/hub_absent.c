/* A build without the Hub has none of its targets. */
#include "config.h"

#include "tests/fuzz/targets.h"

const dp_target dp_targets_hub[] = { { 0 } };
