#include "config.h"

#include "tui/draw/print.h"

#include <stdlib.h>

dp_code dp_print_canvas(FILE *f, const dp_canvas *canvas, dp_thumbnail_style style,
                        dp_err *err)
{
    const int side = canvas->side, n = side * side;
    uint8_t *image = malloc(n > 0 ? (size_t)n : 1);
    if (!image)
        return dp_fail(err, DP_NOMEM, "no memory to print the drawing");
    for (int i = 0; i < n; i++)
        image[i] = (uint8_t)(canvas->pixel[i] * 255 + 0.5F);
    for (int line = 0; line < side / 2; line++) {
        dp_thumbnail_print_line(f, image, side, line, style);
        fputc('\n', f);
    }
    free(image);
    return DP_OK;
}
