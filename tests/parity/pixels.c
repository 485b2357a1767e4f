/* Read drawings from stdin, one JSON object per line, and write their normalised images
 * to stdout, 784 bytes each. */
#include "config.h"

#include "engine/ink/normalize.h"
#include "weights/data/strokes_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int convert(const char *line)
{
    dp_strokes strokes = { 0 };
    uint8_t image[DP_PIXELS];
    dp_err err;
    if (dp_strokes_json_read(&strokes, line, strlen(line), &err)) {
        fprintf(stderr, "pixels: %s\n", err.msg);
        return EXIT_FAILURE;
    }
    dp_normalize_strokes(image, &strokes);
    dp_strokes_clear(&strokes);
    return fwrite(image, 1, sizeof image, stdout) == sizeof image ? EXIT_SUCCESS
                                                                  : EXIT_FAILURE;
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    int status = EXIT_SUCCESS;
    while (status == EXIT_SUCCESS && getline(&line, &size, stdin) > 0)
        status = convert(line);
    free(line);
    return status;
}
